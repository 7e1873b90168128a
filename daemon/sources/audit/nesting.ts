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

/**
 * Whether JSON text is nested more deeply than any API server's is: parsing that takes twenty times as long as other
 * text of its length, and forty times its memory. Looking takes a small part of the time that parsing does.
 */
export function isNestedTooDeeply(bytes: Uint8Array): boolean {
  if (bytes.length < SHORT_BYTES) return false;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; i < bytes.length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > MOST_LEVELS) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return false;
}
