import { toByteString, type ByteString } from '../events/byte-string.js';
import type { JsonValue } from '../events/json-value.js';

/** Stands for what is nested more deeply than can be written. */
const TOO_DEEP = '"(nested too deeply)"';

/** JSON text without blanks. */
export function jsonText(value: JsonValue): ByteString {
  try {
    return toByteString(JSON.stringify(value));
  } catch (error) {
    // Parsing has no limit of depth, writing has: the stack.
    if (error instanceof RangeError) return toByteString(TOO_DEEP);
    throw error;
  }
}

/** A value as fields have it: texts as they are, everything else as JSON; null where there is none. */
export function textOf(value: JsonValue | undefined): ByteString | null {
  if (typeof value === 'string') return toByteString(value);
  return value === undefined || value === null ? null : jsonText(value);
}

/** The texts of the elements that have one; null where there is none. */
export function textsOf(values: readonly (JsonValue | undefined)[]): readonly ByteString[] | null {
  const texts: ByteString[] = [];
  addTexts(texts, values);
  return texts.length === 0 ? null : texts;
}

/** Adds the texts of these values; one by one, for there may be any number of them. */
export function addTexts(texts: ByteString[], values: readonly (JsonValue | undefined)[]): void {
  for (const value of values) {
    const text = textOf(value);
    if (text !== null) texts.push(text);
  }
}
