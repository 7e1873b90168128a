/** What a row of the key table can say, and the small constructors that rows are written with. */
import type { ConfigNode } from './node.js';
import { readBool, readInteger, readNumber, readString, readStrings } from './scalar-value.js';

/** A fragment of the JSON schema that `--config-schema` prints. */
export type Schema = Readonly<Record<string, unknown>>;

/** One key with a value. */
export interface Key<T> {
  readonly kind: 'key';
  /** Name of the type for messages: "a truth value (true or false)". */
  readonly type: string;
  readonly schema: Schema;
  /** Value when the key is absent or of the wrong type. */
  readonly fallback: T;
  /** First Falco release that had the key. */
  readonly since: string;
  readonly meaning: string;
  /** Undefined: the node is not of this type. */
  readonly read: (node: ConfigNode) => T | undefined;
  /** Words for a value of the right type that cannot be accepted; fatal. */
  check?(value: T, text: string): string | undefined;
  /** The feature does not exist yet: any other value than this one is accepted with a warning. */
  readonly idle?: T;
}

/** A mapping with keys of its own. */
export interface Section<S extends Keys> {
  readonly kind: 'section';
  readonly keys: S;
}

/** A sequence of mappings, all with the same keys. */
export interface Records<S extends Keys> {
  readonly kind: 'records';
  readonly since: string;
  readonly meaning: string;
  readonly keys: S;
  /** The feature does not exist yet: entries are accepted with a warning. */
  readonly idle?: true;
}

export type AnyKey = Key<unknown> | Section<Keys> | Records<Keys>;
export type Keys = { readonly [name: string]: AnyKey };

/** The value that a part of the table describes. */
export type ValueOf<R> =
  R extends Key<infer T>
    ? T
    : R extends Section<infer S>
      ? Values<S>
      : R extends Records<infer S>
        ? readonly Values<S>[]
        : never;
export type Values<S> = { readonly [K in keyof S]: ValueOf<S[K]> };

interface More<T> {
  check?(value: T, text: string): string | undefined;
  readonly idle?: T;
}

export function section<S extends Keys>(keys: S): Section<S> {
  return { kind: 'section', keys };
}

export function records<S extends Keys>(
  since: string,
  meaning: string,
  keys: S,
  more: { idle?: true } = {},
): Records<S> {
  return { kind: 'records', since, meaning, keys, ...more };
}

export function bool(
  fallback: boolean,
  since: string,
  meaning: string,
  more: More<boolean> = {},
): Key<boolean> {
  return {
    kind: 'key',
    type: 'true or false',
    schema: { type: 'boolean' },
    fallback,
    since,
    meaning,
    read: readBool,
    ...more,
  };
}

/** A whole number that fits `min`…`max`; what does not fit is of the wrong type. */
export function integer(
  fallback: number,
  min: number,
  max: number,
  since: string,
  meaning: string,
  more: More<number> = {},
): Key<number> {
  return {
    kind: 'key',
    type: `a whole number from ${String(min)} to ${String(max)}`,
    schema: { type: 'integer' },
    fallback,
    since,
    meaning,
    read: node => readInteger(node, min, max),
    ...more,
  };
}

export function number(
  fallback: number,
  since: string,
  meaning: string,
  more: More<number> = {},
): Key<number> {
  return {
    kind: 'key',
    type: 'a number',
    schema: { type: 'number' },
    fallback,
    since,
    meaning,
    read: readNumber,
    ...more,
  };
}

export function string(
  fallback: string,
  since: string,
  meaning: string,
  more: More<string> = {},
): Key<string> {
  return {
    kind: 'key',
    type: 'text',
    schema: { type: 'string' },
    fallback,
    since,
    meaning,
    read: readString,
    ...more,
  };
}

export function strings(
  fallback: readonly string[],
  since: string,
  meaning: string,
  more: More<readonly string[]> = {},
): Key<readonly string[]> {
  return {
    kind: 'key',
    type: 'a list of texts',
    schema: { type: 'array', items: { type: 'string' } },
    fallback,
    since,
    meaning,
    read: readStrings,
    ...more,
  };
}

/** One word of a set. `problem` gives the fatal message for another word. Read without regard to case when `anyCase`. */
export function word<const W extends string>(
  words: readonly W[],
  fallback: W,
  since: string,
  meaning: string,
  problem: (text: string) => string,
  more: { anyCase?: boolean; idle?: W } = {},
): Key<W> {
  const { anyCase = false, ...rest } = more;
  const find = (text: string): W | undefined =>
    words.find(candidate => candidate === (anyCase ? text.toLowerCase() : text));
  return {
    kind: 'key',
    type: words.join(', '),
    schema: { type: 'string' },
    fallback,
    since,
    meaning,
    // An unknown word is text all the same; the check refuses it, for the type alone would only warn.
    read: node => (node.kind === 'scalar' ? (find(node.text) ?? fallback) : undefined),
    check: (_value, text) => (find(text) === undefined ? problem(text) : undefined),
    ...rest,
  };
}

/** A key with a form of its own. */
export function special<T>(
  type: string,
  schema: Schema,
  fallback: T,
  since: string,
  meaning: string,
  read: (node: ConfigNode) => T | undefined,
  more: More<T> = {},
): Key<T> {
  return { kind: 'key', type, schema, fallback, since, meaning, read, ...more };
}
