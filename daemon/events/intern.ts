import type { ByteString } from './byte-string.js';

const SLOTS = 8192;
const LONGEST = 256;
/** Bytes of each string that are also kept as bytes: they compare by words, and most names are no longer. */
const KEY = 64;
const table: ByteString[] = new Array<ByteString>(SLOTS).fill('');
const keys = new DataView(new ArrayBuffer(SLOTS * KEY));

/**
 * The bytes as a string, the same string object for the same bytes while its slot is not taken by another. Hot
 * path: names of programs and files repeat, so most reads find their string and allocate nothing. Bounded: one
 * string of at most 256 bytes a slot. `view` and `buffer` are the same bytes.
 */
export function internBytes(view: DataView, buffer: Buffer, start: number, end: number): ByteString {
  const length = end - start;
  if (length > LONGEST) return buffer.toString('latin1', start, end);
  if (length === 0) return '';
  const slot = slotOf(view, start, end);
  const known = table[slot]!;
  if (known.length === length && isSame(view, start, end, known, slot * KEY)) return known;
  const key = slot * KEY;
  for (let i = 0; i < KEY && i < length; i++) keys.setUint8(key + i, view.getUint8(start + i));
  return (table[slot] = buffer.toString('latin1', start, end));
}

function slotOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
    hash ^= hash >>> 17;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isSame(view: DataView, start: number, end: number, known: ByteString, key: number): boolean {
  const words = Math.min(end, start + KEY);
  let at = start;
  let keyAt = key;
  for (; at + 4 <= words; at += 4, keyAt += 4) {
    if (view.getInt32(at, true) !== keys.getInt32(keyAt, true)) return false;
  }
  for (; at < end; at++) if (view.getUint8(at) !== known.charCodeAt(at - start)) return false;
  return true;
}

/** Where the first NUL is, or `end`. By words: a byte is zero where subtracting one borrows. */
export function endOfText(view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
  }
  while (at < end && view.getUint8(at) !== 0) at++;
  return at;
}
