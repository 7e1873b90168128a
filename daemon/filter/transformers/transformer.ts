/**
 * Transformers, one table row each: which arguments they take, what type they give, how they compute it. A row gets
 * its arguments as sources, constants included.
 */
import type { ByteString } from '../../events/byte-string.js';
import type { FieldType, FieldValue, Scalar } from '../../fields/field.js';
import type { EventView } from '../../state/event.js';
import type { TransformerName } from '../tree.js';
import type { Source } from '../typed.js';

/** An argument: a value, or `(a, b)`. */
export type Argument =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'list'; readonly items: readonly Source[] };

/** What a transformer gives. */
export interface Outcome {
  readonly type: FieldType;
  readonly list: boolean;
  readonly extract: (evt: EventView) => FieldValue;
}

export type Built =
  { readonly ok: true; readonly outcome: Outcome } | { readonly ok: false; readonly message: string };

export interface TransformerRow {
  readonly name: TransformerName;
  /** Text in brackets behind it is allowed: `getopt(…)[x]`. */
  readonly bracket: boolean;
  readonly build: (args: readonly Argument[], bracket: ByteString | null) => Built;
}

export const refuse = (message: string): Built => ({ ok: false, message });

/** The message for an argument of a type that a transformer does not take. */
export function wrongType(name: string, { type, list, text }: Source): Built {
  const shown = list ? `LIST(${type})` : type;
  return refuse(
    `can't add field transformer: type '${shown}' is not supported by '${name}' transformer applied on '${text}'`,
  );
}

/** A row for a transformer of one value, applied to each element of a list. */
export function elementwise(
  name: TransformerName,
  types: readonly FieldType[],
  apply: (value: string) => string | null,
): TransformerRow {
  const one = apply as (value: Scalar) => Scalar | null;
  return {
    name,
    bracket: false,
    build: args => {
      const [argument] = args;
      if (args.length !== 1 || argument?.kind !== 'source')
        return refuse(`${name}() requires exactly 1 argument`);
      const { source } = argument;
      if (!types.includes(source.type)) return wrongType(name, source);
      const extract = (evt: EventView): FieldValue => {
        const value = source.extract(evt);
        if (value === null) return null;
        return typeof value === 'object' ? eachOf(value, one) : one(value);
      };
      return { ok: true, outcome: { type: source.type, list: source.list, extract } };
    },
  };
}

function eachOf(values: readonly Scalar[], apply: (value: Scalar) => Scalar | null): FieldValue {
  const results: Scalar[] = [];
  for (const value of values) {
    const result = apply(value);
    if (result === null) return null;
    results.push(result);
  }
  return results;
}

export const TEXT_TYPES: readonly FieldType[] = ['CHARBUF', 'FSPATH', 'FSRELPATH'];
