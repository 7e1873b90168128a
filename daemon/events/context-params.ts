import type { Integer } from './integer.js';
import type { RecordReader } from './record.js';

/**
 * The driver appends to each record what the kernel itself knows at that moment, after the parameters of the event
 * table. `base` is the number of the event's own parameters; what is missing has length 0.
 */
export const CONTEXT = { task: 0, file: 1, base1: 2, base2: 3 } as const;

const TASK_BYTES = 56;
const START_AT = 24;
const COMM_AT = 40;
const COMM_BYTES = 16;

/** Reads the `task` context of the record that the reader is at. Hot path: allocates only the name when asked. */
export function hasTask(record: RecordReader, base: number): boolean {
  return record.nparams > base && record.length(base) === TASK_BYTES;
}

/** Thread group. */
export const taskPid = (record: RecordReader, base: number): number => record.uint32At(base, 0);
/** Thread group of the real parent. */
export const taskPpid = (record: RecordReader, base: number): number => record.uint32At(base, 4);
export const taskUid = (record: RecordReader, base: number): number => record.uint32At(base, 8);
export const taskGid = (record: RecordReader, base: number): number => record.uint32At(base, 12);
export const taskLoginuid = (record: RecordReader, base: number): number => record.uint32At(base, 16);
/** Whether that one is `loginuid`: as a number, that of whoever did not log in is an object. */
export const taskLoginuidIs = (record: RecordReader, base: number, loginuid: number): boolean =>
  record.int32At(base, 16) === (loginuid | 0);
/** Nanoseconds since boot at which the thread started, as a double: enough to tell threads apart. */
export const taskStart = (record: RecordReader, base: number): number =>
  record.uint32At(base, START_AT + 4) * 0x1_0000_0000 + record.uint32At(base, START_AT);
export const taskStartIs = (record: RecordReader, base: number, start: Integer): boolean =>
  record.isUint64At(base, START_AT, start);
export const taskComm = (record: RecordReader, base: number): string => {
  const start = record.start(base) + COMM_AT;
  let stop = start;
  while (stop < start + COMM_BYTES && record.buffer[stop] !== 0) stop++;
  return record.bytesAt(base, COMM_AT, COMM_AT + stop - start);
};

/** Whether the thread's name is `comm`, without making a string. */
export function taskCommIs(record: RecordReader, base: number, comm: string): boolean {
  const buffer = record.buffer;
  const start = record.start(base) + COMM_AT;
  const length = comm.length;
  if (length > COMM_BYTES || (length < COMM_BYTES && buffer[start + length] !== 0)) return false;
  for (let i = 0; i < length; i++) {
    if (buffer[start + i] !== comm.charCodeAt(i)) return false;
  }
  return true;
}
