import type { ByteString } from './byte-string.js';

const SLOTS = 8192;
const LONGEST = 256;
const table: ByteString[] = new Array<ByteString>(SLOTS).fill('');

/**
 * The bytes as a string, the same string object for the same bytes while its slot is not taken by another. Hot
 * path: names of programs and files repeat, so most reads find their string and allocate nothing. Bounded: one
 * string of at most 256 bytes a slot.
 */
export function internBytes(buffer: Buffer, start: number, end: number): ByteString {
  const length = end - start;
  if (length > LONGEST) return buffer.toString('latin1', start, end);
  if (length === 0) return '';
  let hash = 0x811c9dc5 ^ length;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ buffer[i]!, 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const known = table[slot]!;
  if (known.length === length) {
    let i = 0;
    while (i < length && known.charCodeAt(i) === buffer[start + i]!) i++;
    if (i === length) return known;
  }
  return (table[slot] = buffer.toString('latin1', start, end));
}
