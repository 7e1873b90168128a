import { toBuffer, type ByteString } from './byte-string.js';
import { eventRow } from './event-table.js';
import type { Integer } from './integer.js';
import { PARAM_TYPES } from './tables/param-types.js';

/**
 * Value of one parameter: an integer for the types of fixed size, a byte string for text (the NUL is added) and
 * raw bytes, an array for NUL-separated lists; null: empty.
 */
export type ParamValue = Integer | ByteString | Buffer | readonly ByteString[] | null;

export interface RecordSpec {
  readonly type: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly tid: Integer;
  /** In the order of the event table; those that are left out are not in the record. */
  readonly params: readonly ParamValue[];
  /** Appended after them as they are: the context of the driver. */
  readonly context?: readonly Buffer[];
}

/** The bytes of one event record. */
export function writeRecord(spec: RecordSpec): Buffer {
  const row = eventRow(spec.type);
  const parts = spec.params.map((value, i) => paramBytes(value, row.params[i]?.type ?? 'BYTEBUF'));
  if (spec.context !== undefined) parts.push(...spec.context);
  const wide = row.flags.has('large_payload');
  const lengths = Buffer.alloc(parts.length * (wide ? 4 : 2));
  parts.forEach((part, i) => {
    if (wide) lengths.writeUInt32LE(part.length, i * 4);
    else lengths.writeUInt16LE(part.length, i * 2);
  });
  const header = Buffer.alloc(26);
  const body = parts.reduce((sum, part) => sum + part.length, 0);
  header.writeBigUInt64LE(BigInt.asUintN(64, spec.time), 0);
  header.writeBigUInt64LE(BigInt.asUintN(64, BigInt(spec.tid)), 8);
  header.writeUInt32LE(header.length + lengths.length + body, 16);
  header.writeUInt16LE(spec.type, 20);
  header.writeUInt32LE(parts.length, 22);
  return Buffer.concat([header, lengths, ...parts]);
}

function paramBytes(value: ParamValue, type: keyof typeof PARAM_TYPES): Buffer {
  if (value === null) return Buffer.alloc(0);
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return toBuffer(PARAM_TYPES[type].kind === 'string' ? `${value}\0` : value);
  if (typeof value === 'object') return toBuffer(value.map(item => `${item}\0`).join(''));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, PARAM_TYPES[type].size || 8);
}

/** What the kernel says of the thread, for `taskContext`. */
export interface TaskSpec {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  readonly loginuid: number;
  /** Nanoseconds since boot. */
  readonly start: bigint;
  readonly comm: ByteString;
}

/** The four context parameters of the driver; paths that are absent are empty. */
export function contextOf(task: TaskSpec, file = '', base1 = '', base2 = ''): Buffer[] {
  const bytes = Buffer.alloc(56);
  bytes.writeUInt32LE(task.pid, 0);
  bytes.writeUInt32LE(task.ppid, 4);
  bytes.writeUInt32LE(task.uid, 8);
  bytes.writeUInt32LE(task.gid, 12);
  bytes.writeUInt32LE(task.loginuid, 16);
  bytes.writeBigUInt64LE(task.start, 24);
  bytes.write(task.comm.slice(0, 15), 40, 'latin1');
  return [bytes, ...[file, base1, base2].map(path => toBuffer(path === '' ? '' : `${path}\0`))];
}

/** One sample of the ring: the frame of `cpu` around a record, padded to 8 bytes. */
export function frameOf(record: Buffer, cpu: number): Buffer {
  const length = 8 + record.length;
  const frame = Buffer.alloc(Math.ceil(length / 8) * 8);
  frame.writeUInt32LE(length, 0);
  frame.writeUInt16LE(cpu, 4);
  record.copy(frame, 8);
  return frame;
}
