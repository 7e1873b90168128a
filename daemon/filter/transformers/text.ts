/** tolower, toupper, basename, b64: one string to another. */
import type { ByteString } from '../../events/byte-string.js';
import { asciiLower, asciiUpper } from '../ascii.js';
import { elementwise, TEXT_TYPES } from './transformer.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Padding may be missing; null when `text` is not base64. */
function decode(text: ByteString): ByteString | null {
  if (!BASE64.test(text) || text.replace(/=+$/, '').length % 4 === 1) return null;
  return Buffer.from(text, 'base64').toString('latin1');
}

const SLOTS = 64;
const lastPaths: ByteString[] = Array.from({ length: SLOTS }, () => '');
const lastNames: ByteString[] = Array.from({ length: SLOTS }, () => '');

/**
 * What follows the last slash. The same few programs make nearly all events, so names are kept: a new string for each
 * event would have to be collected, and hashed wherever it is looked up.
 */
function basename(path: ByteString): ByteString {
  const { length } = path;
  if (length === 0) return '';
  const slot = (length * 5 + path.charCodeAt(length - 1)) & (SLOTS - 1);
  if (lastPaths[slot] !== path) {
    lastPaths[slot] = path;
    lastNames[slot] = path.slice(path.lastIndexOf('/') + 1);
  }
  return lastNames[slot]!;
}

export const TEXT_TRANSFORMERS = [
  elementwise('tolower', TEXT_TYPES, asciiLower),
  elementwise('toupper', TEXT_TYPES, asciiUpper),
  elementwise('basename', TEXT_TYPES, basename),
  elementwise('b64', [...TEXT_TYPES, 'BYTEBUF'], decode),
];
