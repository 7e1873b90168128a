import type { ByteString } from './byte-string.js';
import { endOfText, internBytes } from './intern.js';

const SLOTS = 512;
/** Bytes of the longest list that is kept. */
const LONGEST = 4096;
/** Of the bytes between two words that are looked at, for the slot. */
const STRIDE = 8;
const lists: (readonly ByteString[])[] = new Array<readonly ByteString[]>(SLOTS).fill([]);
const lengths = new Uint16Array(SLOTS);
/** The bytes of each list. */
const keys = new DataView(new ArrayBuffer(SLOTS * LONGEST));

/**
 * The NUL-terminated strings that the bytes are made of; what follows the last NUL counts as one more. The same list
 * for the same bytes while its slot is not taken by another. Hot path: every exec has an environment, and every exec and
 * clone its cgroups; nearly all are those of one before. Bounded: one list of at most 4 kB a slot.
 */
export function internStrings(
  view: DataView,
  buffer: Buffer,
  start: number,
  end: number,
): readonly ByteString[] {
  const length = end - start;
  if (length > LONGEST) return split(view, buffer, start, end);
  const slot = slotOf(view, start, end);
  const key = slot * LONGEST;
  if (lengths[slot] === length && isSame(view, start, end, key)) return lists[slot]!;
  const list = split(view, buffer, start, end);
  for (let i = 0; i < length; i++) keys.setUint8(key + i, view.getUint8(start + i));
  lengths[slot] = length;
  lists[slot] = list;
  return list;
}

function slotOf(view: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  for (let at = start; at + 4 <= end; at += STRIDE) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
    hash ^= hash >>> 17;
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isSame(view: DataView, start: number, end: number, key: number): boolean {
  let at = start;
  let keyAt = key;
  for (; at + 4 <= end; at += 4, keyAt += 4)
    if (view.getInt32(at, true) !== keys.getInt32(keyAt, true)) return false;
  for (; at < end; at++, keyAt++) if (view.getUint8(at) !== keys.getUint8(keyAt)) return false;
  return true;
}

function split(view: DataView, buffer: Buffer, start: number, end: number): ByteString[] {
  const list: ByteString[] = [];
  for (let at = start; at < end;) {
    const stop = endOfText(view, at, end);
    list.push(internBytes(view, buffer, at, stop));
    at = stop + 1;
  }
  return list;
}
