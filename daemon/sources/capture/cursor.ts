import type { ByteString } from '../../events/byte-string.js';
import { joinSigned, joinUnsigned, type Integer } from '../../events/integer.js';

/**
 * Reads numbers and strings one after the other from a part of a buffer, little-endian. A read that does not fit
 * gives 0 or the empty string and moves to the end: `failed` then stays set.
 */
export class Cursor {
  failed = false;

  constructor(
    readonly buffer: Buffer,
    public at: number,
    public end: number,
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.take(1) ? this.buffer[this.at - 1]! : 0;
  }

  u16(): number {
    return this.take(2) ? this.buffer.readUInt16LE(this.at - 2) : 0;
  }

  u32(): number {
    return this.take(4) ? this.buffer.readUInt32LE(this.at - 4) : 0;
  }

  u64(): Integer {
    if (!this.take(8)) return 0;
    return joinUnsigned(this.buffer.readUInt32LE(this.at - 4), this.buffer.readUInt32LE(this.at - 8));
  }

  i64(): Integer {
    if (!this.take(8)) return 0;
    return joinSigned(this.buffer.readUInt32LE(this.at - 4), this.buffer.readUInt32LE(this.at - 8));
  }

  /** A string behind its length in 16 bits. */
  str16(): ByteString {
    return this.bytes(this.u16());
  }

  bytes(length: number): ByteString {
    return this.take(length) ? this.buffer.toString('latin1', this.at - length, this.at) : '';
  }

  skip(length: number): void {
    this.take(length);
  }

  private take(length: number): boolean {
    if (this.at + length > this.end) {
      this.failed = true;
      this.at = this.end;
      return false;
    }
    this.at += length;
    return true;
  }
}
