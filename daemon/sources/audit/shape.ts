const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What is shorter cannot be nested so deeply that it matters. */
const SHORT_BYTES = 64 * 1024;
/** API servers take no objects that are nested more deeply. */
const MOST_LEVELS = 10_000;

/** Events of API servers have a list or an object in fifty bytes, managed fields one in ten. */
const BYTES_FOR_ONE = 8;

/**
 * What is wrong with the shape of JSON text, whoever parses it: nested more deeply, or made of smaller objects and lists
 * than those of any API server. Parsing either takes twenty times as long as parsing other text of its length, and
 * thirty times its memory. Looking takes a small part of the time that parsing does. Null: nothing.
 */
export function wrongShape(bytes: Uint8Array): 'deep' | 'dense' | null {
  if (bytes.length < SHORT_BYTES) return null;
  let depth = 0;
  let left = bytes.length / BYTES_FOR_ONE;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > MOST_LEVELS) return 'deep';
      if (--left < 0) return 'dense';
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return null;
}
