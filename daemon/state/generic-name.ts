import type { ByteString } from '../events/byte-string.js';
import type { RecordReader } from '../events/record.js';
import { syscallByCode, syscallByNumber } from '../events/syscall-table.js';

/** The system call of a generic event; one that the writer of a capture did not know is told by its number. */
export function genericName(record: RecordReader): ByteString | undefined {
  const code = record.uint32(0);
  return (code === 0 ? syscallByNumber('x86_64', record.uint32(1)) : syscallByCode(code))?.name;
}
