/** Hot path: walking a batch of frames. Benchmark: test/bench/drain.ts. */
import type { OnRecord } from '../on-record.js';

const FRAME_BYTES = 8;

/**
 * Hands over the records of the first `used` bytes of `batch`, each framed by `u32 length, u16 cpu, u16 reserved` and
 * padded to 8 bytes. The addon has checked the frames; a length that cannot be ends the walk all the same.
 */
export function walkFrames(batch: Buffer, used: number, onRecord: OnRecord): void {
  let offset = 0;
  while (offset + FRAME_BYTES <= used) {
    const length = batch.readUInt32LE(offset);
    if (length <= FRAME_BYTES || offset + length > used) return;
    onRecord(batch, offset + FRAME_BYTES, batch.readUInt16LE(offset + 4));
    offset += (length + 7) & ~7;
  }
}
