import { isArray, member, type JsonValue } from '../events/json-value.js';

/** The names and indexes on the way to a value. */
export type JsonPointer = readonly string[];

const INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Reads a JSON pointer (RFC 6901): `/a/b~1c/0`, where `~1` is a slash and `~0` a tilde. The first slash may be left
 * out; an empty pointer is the whole document.
 */
export function parsePointer(text: string): JsonPointer {
  if (text === '') return [];
  const path = text.startsWith('/') ? text.slice(1) : text;
  return path.split('/').map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a pointer leads to; undefined: there is none. */
export function follow(value: JsonValue | undefined, pointer: JsonPointer): JsonValue | undefined {
  let at = value;
  for (let i = 0; i < pointer.length && at !== undefined; i++) {
    const part = pointer[i]!;
    if (isArray(at)) at = INDEX.test(part) ? at[Number(part)] : undefined;
    else at = member(at, part);
  }
  return at;
}
