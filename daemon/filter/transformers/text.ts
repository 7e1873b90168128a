/** tolower, toupper, basename, b64: one string to another. */
import type { ByteString } from '../../events/byte-string.js';
import { keptText } from '../../fields/kept-text.js';
import { asciiLower, asciiUpper } from '../ascii.js';
import { elementwise, TEXT_TYPES } from './transformer.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Padding may be missing; null when `text` is not base64. */
function decode(text: ByteString): ByteString | null {
  if (!BASE64.test(text) || text.replace(/=+$/, '').length % 4 === 1) return null;
  return Buffer.from(text, 'base64').toString('latin1');
}

export const TEXT_TRANSFORMERS = [
  elementwise('tolower', TEXT_TYPES, asciiLower),
  elementwise('toupper', TEXT_TYPES, asciiUpper),
  elementwise(
    'basename',
    TEXT_TYPES,
    keptText(path => path.slice(path.lastIndexOf('/') + 1)),
  ),
  elementwise('b64', [...TEXT_TYPES, 'BYTEBUF'], decode),
];
