/** Reading of JSON that somebody else wrote: what is not of the kind that is expected reads as absent. */
import { toByteString, type ByteString } from '../../events/byte-string.js';

export type JsonObject = Readonly<Record<string, unknown>>;

const NO_OBJECT: JsonObject = {};

/** The value of the JSON; undefined when it is none. */
export function parseJson(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : NO_OBJECT;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function textOf(value: unknown): ByteString {
  return typeof value === 'string' ? toByteString(value) : '';
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** What stands at `path` below `value`; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    const object = objectOf(here);
    here = Object.hasOwn(object, key) ? object[key] : undefined;
  }
  return here;
}
