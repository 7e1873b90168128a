/** Case of ASCII letters in byte strings; other bytes stay as they are. */
import type { ByteString } from '../events/byte-string.js';

const UPPER = /[A-Z]/;
const LOWER = /[a-z]/;
const UPPERS = /[A-Z]+/g;
const LOWERS = /[a-z]+/g;

export function asciiLower(bytes: ByteString): ByteString {
  return UPPER.test(bytes) ? bytes.replace(UPPERS, letters => letters.toLowerCase()) : bytes;
}

export function asciiUpper(bytes: ByteString): ByteString {
  return LOWER.test(bytes) ? bytes.replace(LOWERS, letters => letters.toUpperCase()) : bytes;
}
