/** Hot path while a capture is written: an event record as a block. Benchmark: test/bench/recording.ts. */
import { EVENT_COUNT, eventRow } from '../../events/event-table.js';
import { HEADER_BYTES } from '../../events/record.js';
import { EVENT_BLOCK_V2, EVENT_BLOCK_V2_LARGE } from './block-table.js';

const BLOCK_HEADER_BYTES = 8;
const CPU_BYTES = 2;
const TRAILER_BYTES = 4;
/** What a block has around its record, with the most padding. */
export const EVENT_BLOCK_OVERHEAD = BLOCK_HEADER_BYTES + CPU_BYTES + 3 + TRAILER_BYTES;

/** Parameters of the event table, and the width of their lengths, by event code. */
const PARAMS = new Uint8Array(EVENT_COUNT);
const LENGTH_BYTES = new Uint8Array(EVENT_COUNT);
for (let code = 0; code < EVENT_COUNT; code++) {
  PARAMS[code] = eventRow(code).params.length;
  LENGTH_BYTES[code] = eventRow(code).flags.has('large_payload') ? 4 : 2;
}

/**
 * Writes the record at `offset` of `source`, which was decoded before and so is sound, as a block at `at` of `target`,
 * where EVENT_BLOCK_OVERHEAD more bytes than the record has must be free. Context parameters are left out: captures
 * hold what the event table has. Returns where the block ends.
 */
export function putEventBlock(
  target: Buffer,
  at: number,
  source: Buffer,
  offset: number,
  cpu: number,
): number {
  const type = source.readUInt16LE(offset + 20);
  const there = source.readUInt32LE(offset + 22);
  const kept = Math.min(there, PARAMS[type]!);
  const width = LENGTH_BYTES[type]!;
  let body = 0;
  const lengths = offset + HEADER_BYTES;
  for (let i = 0; i < kept; i++) {
    body += width === 2 ? source.readUInt16LE(lengths + 2 * i) : source.readUInt32LE(lengths + 4 * i);
  }
  const length = HEADER_BYTES + kept * width + body;
  const record = at + BLOCK_HEADER_BYTES + CPU_BYTES;
  const end = (record + length + 3) & ~3;
  const total = end + TRAILER_BYTES - at;
  target.writeUInt32LE(width === 2 ? EVENT_BLOCK_V2 : EVENT_BLOCK_V2_LARGE, at);
  target.writeUInt32LE(total, at + 4);
  target.writeUInt16LE(cpu & 0xffff, at + BLOCK_HEADER_BYTES);
  source.copy(target, record, offset, lengths + kept * width);
  target.writeUInt32LE(length, record + 16);
  target.writeUInt32LE(kept, record + 22);
  const data = lengths + there * width;
  source.copy(target, record + HEADER_BYTES + kept * width, data, data + body);
  for (let i = record + length; i < end; i++) target[i] = 0;
  target.writeUInt32LE(total, end);
  return end + TRAILER_BYTES;
}
