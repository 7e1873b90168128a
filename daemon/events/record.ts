import type { ByteString } from './byte-string.js';
import { EVENT_COUNT, eventRow } from './event-table.js';
import { joinSigned, joinUnsigned, type Integer } from './integer.js';
import { endOfText, internBytes } from './intern.js';
import { internStrings } from './intern-list.js';

/** Bytes of the header: ts u64, tid u64, len u32, type u16, nparams u32, packed. */
export const HEADER_BYTES = 26;

/** More parameters than any event has, with room for those that newer writers add. */
const MOST_PARAMS = 256;

/** 1 for events whose parameter lengths take 32 bits. */
const WIDE = new Uint8Array(EVENT_COUNT);
/** 1 for records of the kernel's iterators, whose tid field holds tgid << 32 | tid. */
const ITERATOR = new Uint8Array(EVENT_COUNT);
for (let code = 0; code < EVENT_COUNT; code++) {
  if (eventRow(code).flags.has('large_payload')) WIDE[code] = 1;
  if (eventRow(code).source === 'iter') ITERATOR[code] = 1;
}

/**
 * Reads one event record in place; a flyweight that is moved from record to record. Nothing it returns outlives
 * the buffer except strings. All reads stay inside the record: `seek` checks the lengths once, and a parameter
 * that is absent, or shorter than asked for, reads as 0 or as the empty string.
 *
 * Hot path: no method allocates, but for the strings and the wide integers that are asked for.
 * Benchmark: test/bench/state.ts.
 */
export class RecordReader {
  buffer: Buffer = Buffer.alloc(0);
  /** The same bytes: the engine turns its reads into single loads, aligned or not. */
  private view = new DataView(this.buffer.buffer, 0, 0);
  private size = 0;
  /** Of buffers that take turns. */
  private readonly views = new WeakMap<Buffer, DataView>();
  /** Offset of the header in the buffer. */
  offset = 0;
  /** Bytes of the whole record. */
  bytesLong = 0;
  type = 0;
  /** Kernel thread id, in the initial pid namespace. */
  tid = 0;
  /** Thread group, in records of the kernel's iterators (which keep both ids in one field); else 0. */
  tgid = 0;
  nparams = 0;
  tsHigh = 0;
  tsLow = 0;
  /** Offset of each parameter, and of the end of the last: lengths are differences. */
  private readonly starts = new Uint32Array(MOST_PARAMS + 1);

  /** Reads from `buffer` from now on. */
  attach(buffer: Buffer): void {
    let view = this.views.get(buffer);
    if (view === undefined) {
      view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
      this.views.set(buffer, view);
    }
    this.buffer = buffer;
    this.view = view;
    this.size = buffer.length;
  }

  /**
   * Moves to the record at `offset`. Returns the offset right after it, or -1 when the bytes there are no whole
   * record: too short, lengths that do not add up, or a type that is not in the table.
   */
  seek(offset: number): number {
    const b = this.view;
    this.nparams = 0;
    if (offset < 0 || offset + HEADER_BYTES > this.size) return -1;
    const bytesLong = u32(b, offset + 16);
    const type = u16(b, offset + 20);
    const nparams = u32(b, offset + 22);
    const stop = offset + bytesLong;
    if (bytesLong < HEADER_BYTES || stop > this.size || type >= EVENT_COUNT || nparams > MOST_PARAMS)
      return -1;
    const end =
      WIDE[type] === 1 ? this.locateWide(offset, nparams, stop) : this.locate(offset, nparams, stop);
    if (end > stop) return -1;
    this.offset = offset;
    this.bytesLong = bytesLong;
    this.type = type;
    this.tsLow = u32(b, offset);
    this.tsHigh = u32(b, offset + 4);
    const low = u32(b, offset + 8);
    const high = u32(b, offset + 12);
    if (ITERATOR[type] === 1) {
      this.tid = low;
      this.tgid = high;
    } else {
      this.tid = high * 0x1_0000_0000 + low;
      this.tgid = 0;
    }
    this.nparams = nparams;
    return stop;
  }

  /** Finds the parameters. Returns the offset behind the last, which is beyond `stop` when they do not fit. */
  private locate(offset: number, nparams: number, stop: number): number {
    const { view, starts } = this;
    let at = offset + HEADER_BYTES;
    let start = at + nparams * 2;
    if (start > stop) return start;
    for (let i = 0; i < nparams; i++) {
      starts[i] = start;
      start += u16(view, at);
      at += 2;
    }
    starts[nparams] = start;
    return start;
  }

  /** The same for lengths of 32 bits. */
  private locateWide(offset: number, nparams: number, stop: number): number {
    const { view, starts } = this;
    let at = offset + HEADER_BYTES;
    let start = at + nparams * 4;
    for (let i = 0; i < nparams && start <= stop; i++) {
      starts[i] = start;
      start += u32(view, at);
      at += 4;
    }
    starts[nparams] = start;
    return start;
  }

  /** Nanoseconds since the epoch. */
  time(): bigint {
    return (BigInt(this.tsHigh) << 32n) | BigInt(this.tsLow);
  }

  /** The parameter is in the record and not empty. */
  present(index: number): boolean {
    return index < this.nparams && this.starts[index + 1]! > this.starts[index]!;
  }

  /** Offset of the parameter in the buffer. */
  start(index: number): number {
    return index < this.nparams ? this.starts[index]! : this.offset;
  }

  /** Bytes of the parameter; 0 when it is not in the record. */
  length(index: number): number {
    return index < this.nparams ? this.starts[index + 1]! - this.starts[index]! : 0;
  }

  /** Signed integer of the parameter's own width (1, 2, 4 or 8 bytes); 0 when empty. */
  int(index: number): Integer {
    const at = this.start(index);
    const b = this.view;
    switch (this.length(index)) {
      case 1:
        return b.getInt8(at);
      case 2:
        return b.getInt16(at, true);
      case 4:
        return b.getInt32(at, true);
      case 8:
        return joinSigned(u32(b, at + 4), u32(b, at));
      default:
        return 0;
    }
  }

  /** Unsigned integer of the parameter's own width; 0 when empty. */
  uint(index: number): Integer {
    const at = this.start(index);
    const b = this.view;
    switch (this.length(index)) {
      case 1:
        return b.getUint8(at);
      case 2:
        return u16(b, at);
      case 4:
        return u32(b, at);
      case 8:
        return joinUnsigned(u32(b, at + 4), u32(b, at));
      default:
        return 0;
    }
  }

  /** Signed integer as a number: for values that fit 53 bits, such as descriptors, ids and results. Larger ones lose their low bits. */
  number(index: number): number {
    const at = this.start(index);
    // Results and descriptors, which nearly all are.
    if (this.length(index) === 8)
      return this.view.getInt32(at + 4, true) * 0x1_0000_0000 + u32(this.view, at);
    return this.narrow(index);
  }

  /** `number` of those that are not 8 bytes wide; apart, so that `number` is short where it becomes part of others. */
  private narrow(index: number): number {
    const at = this.start(index);
    const b = this.view;
    switch (this.length(index)) {
      case 4:
        return b.getInt32(at, true);
      case 2:
        return b.getInt16(at, true);
      case 1:
        return b.getInt8(at);
      default:
        return 0;
    }
  }

  /** Low 32 bits, unsigned; 0 when empty. */
  uint32(index: number): number {
    const at = this.start(index);
    if (this.length(index) === 4) return u32(this.view, at);
    return this.otherUint32(index);
  }

  /** `uint32` of those that are not 4 bytes wide; see `narrow`. */
  private otherUint32(index: number): number {
    const at = this.start(index);
    const b = this.view;
    switch (this.length(index)) {
      case 8:
        return u32(b, at);
      case 2:
        return u16(b, at);
      case 1:
        return b.getUint8(at);
      default:
        return 0;
    }
  }

  /** Bytes up to the first NUL. */
  string(index: number): ByteString {
    const start = this.start(index);
    const stop = endOfText(this.view, start, start + this.length(index));
    return internBytes(this.view, this.buffer, start, stop);
  }

  /** All bytes. */
  bytes(index: number): ByteString {
    const start = this.start(index);
    return this.buffer.toString('latin1', start, start + this.length(index));
  }

  /** The NUL-terminated strings that the parameter is made of; what follows the last NUL counts as one more. */
  strings(index: number): readonly ByteString[] {
    const start = this.start(index);
    return internStrings(this.view, this.buffer, start, start + this.length(index));
  }

  /** One byte of the parameter; 0 beyond its end. */
  byteAt(index: number, at: number): number {
    return at < this.length(index) ? this.buffer[this.start(index) + at]! : 0;
  }

  /** 16 bits at `at` of the parameter, little-endian; 0 beyond its end. */
  uint16At(index: number, at: number): number {
    return at + 2 <= this.length(index) ? u16(this.view, this.start(index) + at) : 0;
  }

  /** 32 bits at `at` of the parameter; 0 beyond its end. */
  uint32At(index: number, at: number): number {
    return at + 4 <= this.length(index) ? u32(this.view, this.start(index) + at) : 0;
  }

  /** The same, signed. */
  int32At(index: number, at: number): number {
    return at + 4 <= this.length(index) ? this.view.getInt32(this.start(index) + at, true) : 0;
  }

  /** 64 bits at `at` of the parameter, unsigned; 0 beyond its end. */
  uint64At(index: number, at: number): Integer {
    return joinUnsigned(this.uint32At(index, at + 4), this.uint32At(index, at));
  }

  /** Whether the 64 bits at `at` of the parameter are `value`. `===` would make an object of a number that is returned. */
  isUint64At(index: number, at: number, value: Integer): boolean {
    if (typeof value !== 'number' || at + 8 > this.length(index)) return false;
    const start = this.start(index) + at;
    return value === u32(this.view, start + 4) * 0x1_0000_0000 + u32(this.view, start);
  }

  /** Bytes `from` to `to` of the parameter, cut at its end. */
  bytesAt(index: number, from: number, to: number): ByteString {
    const length = this.length(index);
    const start = this.start(index);
    return internBytes(this.view, this.buffer, start + Math.min(from, length), start + Math.min(to, length));
  }

  /** The string at `from` of the parameter, up to a NUL or its end. */
  stringAt(index: number, from: number): ByteString {
    const length = this.length(index);
    const start = this.start(index) + Math.min(from, length);
    const stop = endOfText(this.view, start, this.start(index) + length);
    return internBytes(this.view, this.buffer, start, stop);
  }
}

function u16(b: DataView, at: number): number {
  return b.getUint16(at, true);
}

function u32(b: DataView, at: number): number {
  return b.getUint32(at, true);
}
