import type { ByteString } from '../../events/byte-string.js';
import type { Integer } from '../../events/integer.js';

const BLOCK_HEADER_BYTES = 8;
const ALIGNMENT = 4;
/** A length in 16 bits goes no further. */
const LONGEST_STRING = 0xffff;

/**
 * Composes the blocks that open a capture, in a buffer that grows. Numbers are little-endian and cut to their width,
 * strings to what their length can say. Not for events: those are many (event-block.ts).
 */
export class BlockWriter {
  #buffer = Buffer.alloc(64 * 1024);
  #at = 0;
  #block = 0;

  /** Everything written so far. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  /** Bytes of the block that is being written. */
  get blockLength(): number {
    return this.#at - this.#block;
  }

  begin(type: number): void {
    this.#block = this.#at;
    this.u32(type);
    this.u32(0);
  }

  /** Pads the block and puts its length before and behind it. */
  end(): void {
    while (this.#at % ALIGNMENT !== 0) this.u8(0);
    const length = this.#at - this.#block + 4;
    this.u32(length);
    this.#buffer.writeUInt32LE(length, this.#block + BLOCK_HEADER_BYTES - 4);
  }

  /** Leaves room for a length in 32 bits; `endEntry` fills it in, counting from `beginEntry` on or from behind it. */
  beginEntry(): number {
    this.u32(0);
    return this.#at - 4;
  }

  endEntry(entry: number, countsItself: boolean): void {
    this.#buffer.writeUInt32LE(this.#at - entry - (countsItself ? 0 : 4), entry);
  }

  u8(value: Integer): void {
    this.#room(1);
    this.#buffer[this.#at++] = Number(value) & 0xff;
  }

  u16(value: number): void {
    this.#room(2);
    this.#at = this.#buffer.writeUInt16LE(value & 0xffff, this.#at);
  }

  u32(value: Integer): void {
    this.#room(4);
    const low = typeof value === 'number' ? value >>> 0 : Number(BigInt.asUintN(32, value));
    this.#at = this.#buffer.writeUInt32LE(low, this.#at);
  }

  u64(value: Integer): void {
    if (typeof value === 'number') {
      this.u32(value);
      this.u32(Math.floor(value / 0x1_0000_0000));
      return;
    }
    this.#room(8);
    this.#at = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#at);
  }

  i64(value: Integer): void {
    this.u64(value);
  }

  /** A string behind its length in 16 bits. */
  str16(text: ByteString): void {
    const length = Math.min(text.length, LONGEST_STRING);
    this.u16(length);
    this.#room(length);
    this.#at += this.#buffer.write(text, this.#at, length, 'latin1');
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
