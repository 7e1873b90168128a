/** The bytes of protocol buffers: numbers of seven bits a byte, tags, lengths. */

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

const NOTHING = Buffer.alloc(0);

/** Reads values one after the other. After anything impossible it is `failed`, at its end, and gives zeros. */
export class Reader {
  failed = false;
  private at = 0;

  constructor(private readonly content: Buffer) {}

  get done(): boolean {
    return this.at >= this.content.length;
  }

  fail(): void {
    this.failed = true;
    this.at = this.content.length;
  }

  /** An unsigned number of up to 64 bits. */
  varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n && !this.done; shift += 7n) {
      const byte = this.content[this.at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    this.fail();
    return 0n;
  }

  /** Number and wire type of the field that follows. */
  tag(): { readonly number: number; readonly wire: number } {
    const tag = this.small();
    return { number: tag >>> 3, wire: tag & 7 };
  }

  /** The bytes of one length-delimited value: a view, not a copy. */
  delimited(): Buffer {
    const length = this.small();
    const start = this.at;
    if (!this.advance(length)) return NOTHING;
    return this.content.subarray(start, start + length);
  }

  /** Passes over a value that nobody asks for. */
  skip(wire: number): void {
    if (wire === VARINT) this.varint64();
    else if (wire === DELIMITED) this.delimited();
    else if (wire === FIXED64) this.advance(8);
    else if (wire === FIXED32) this.advance(4);
    else this.fail();
  }

  /** A tag or length; what does not fit 32 bits cannot be one. */
  private small(): number {
    const value = this.varint64();
    if (value <= 0xffffffffn) return Number(value);
    this.fail();
    return 0;
  }

  private advance(length: number): boolean {
    const there = length <= this.content.length - this.at;
    if (there) this.at += length;
    else this.fail();
    return there;
  }
}

/** Collects fields. */
export class Writer {
  private readonly parts: Uint8Array[] = [];

  numberField(number: number, value: bigint | number | boolean): void {
    this.varint(BigInt((number << 3) | VARINT));
    this.varint(BigInt(value));
  }

  bytesField(number: number, value: Uint8Array): void {
    this.varint(BigInt((number << 3) | DELIMITED));
    this.varint(BigInt(value.length));
    this.parts.push(value);
  }

  finish(): Buffer {
    return Buffer.concat(this.parts);
  }

  private varint(value: bigint): void {
    const digits: number[] = [];
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      digits.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    digits.push(Number(rest));
    this.parts.push(Uint8Array.from(digits));
  }
}
