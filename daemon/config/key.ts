/** What a row of the key table can say, and the small constructors that rows are written with. */
import { didYouMean } from '../diagnostics/suggestion.js';
import type { ConfigNode } from './node.js';
import { readBool, readInteger, readNumber, readString, readStrings } from './scalar-value.js';

/** A fragment of the JSON schema that `--config-schema` prints. */
export type Schema = Readonly<Record<string, unknown>>;

/** Told of an entry of a list that is left out, and why: `must be a mapping`. */
export type OddEntry = (entry: ConfigNode, why: string) => void;

/** One key with a value. */
export interface Key<T> {
  readonly kind: 'key';
  /** Name of the type for messages: "a truth value (true or false)". */
  readonly type: string;
  readonly schema: Schema;
  /** Value when the key is absent or of the wrong type. */
  readonly fallback: T;
  /** First Falco release that had the key; `old`: all from 0.29 on, and nobody asks about those before; `own`: none. */
  readonly since: string;
  readonly meaning: string;
  /** Undefined: the node is not of this type. */
  readonly read: (node: ConfigNode, odd: OddEntry) => T | undefined;
  /** Words for a value of the right type that cannot be accepted; fatal. */
  check?(value: T, text: string): string | undefined;
  /** The feature does not exist yet: any other value than this one is accepted with a warning. */
  readonly idle?: T;
  /** Why the key is accepted and nothing comes of it; shown in the documentation. */
  readonly ignored?: string;
  /** What does not work of it; shown in the documentation. */
  readonly limits?: string;
  /** The words that the value may be, for those who choose: documentation, schema, completion. */
  readonly words?: readonly string[];
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
  readonly limits?: string;
  /** An entry without these is not one. */
  readonly required: readonly string[];
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
  readonly ignored?: string;
  readonly limits?: string;
  /** Instead of the usual words for the type. */
  readonly type?: string;
}

export function section<S extends Keys>(keys: S): Section<S> {
  return { kind: 'section', keys };
}

export function records<S extends Keys>(
  since: string,
  meaning: string,
  keys: S,
  more: { idle?: true; limits?: string; required?: readonly (keyof S & string)[] } = {},
): Records<S> {
  return { kind: 'records', since, meaning, keys, required: [], ...more };
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

function bounds(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER
    ? ` of ${String(min)} or more`
    : ` from ${String(min)} to ${String(max)}`;
}

/** A whole number that fits `min`…`max`; what does not fit is of the wrong type. */
export function integer(
  fallback: number,
  min: number,
  max: number,
  since: string,
  meaning: string,
  { zero, ...more }: More<number> & { /** What a 0 stands for. */ readonly zero?: number } = {},
): Key<number> {
  return {
    kind: 'key',
    type: `a whole number${bounds(min, max)}`,
    schema: { type: 'integer' },
    fallback,
    since,
    meaning,
    read: node => {
      const value = readInteger(node, min, max);
      return value === 0 ? (zero ?? 0) : value;
    },
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
  more: { anyCase?: boolean; idle?: W; ignored?: string } = {},
): Key<W> {
  const { anyCase = false, ...rest } = more;
  const find = (text: string): W | undefined =>
    words.find(candidate => candidate === (anyCase ? text.toLowerCase() : text));
  return {
    kind: 'key',
    type: `one of ${words.join(', ')}`,
    words,
    schema: anyCase ? { type: 'string' } : { type: 'string', enum: words },
    fallback,
    since,
    meaning,
    // An unknown word is text all the same; the check refuses it, for the type alone would only warn.
    read: node => (node.kind === 'scalar' ? (find(node.text) ?? fallback) : undefined),
    check: (_value, text) => (find(text) === undefined ? withHint(problem(text), text, words) : undefined),
    ...rest,
  };
}

/** With the word that may have been meant, or all of them where there are many. */
function withHint(problem: string, text: string, words: readonly string[]): string {
  const hint = didYouMean(text, words) ?? (words.length > 2 ? `one of ${words.join(', ')}` : undefined);
  return hint === undefined || problem.endsWith(')') ? problem : `${problem} (${hint})`;
}

/** A key with a form of its own. */
export function special<T>(
  type: string,
  schema: Schema,
  fallback: T,
  since: string,
  meaning: string,
  read: (node: ConfigNode, odd: OddEntry) => T | undefined,
  more: More<T> = {},
): Key<T> {
  return { kind: 'key', type, schema, fallback, since, meaning, read, ...more };
}
