import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { FieldFormat, FieldType, FieldValue, Scalar } from './field.js';

/** What stands in the brackets, or after the dot, of a field. */
export type FieldArgument =
  | { readonly kind: 'none' }
  | { readonly kind: 'index'; readonly index: number; readonly text: ByteString }
  | { readonly kind: 'key'; readonly key: ByteString };

/** A field's reader for one argument. Type and format are given where they are not the row's. */
export interface Binding {
  readonly extract: (evt: EventView) => FieldValue;
  readonly candidates?: (evt: EventView) => readonly Scalar[];
  readonly type?: FieldType;
  readonly fmt?: FieldFormat;
  readonly list?: boolean;
  /** See BoundField. */
  readonly values?: readonly Scalar[];
  readonly codes?: ReadonlySet<number>;
}

/** Why a field cannot be had with this argument. */
export interface BindingError {
  readonly message: string;
}

/** How a field is read: directly, or by a reader made for its argument once, when the rule is compiled. */
export type Extractor = { readonly cost: number } & (
  Binding | { readonly bind: (argument: FieldArgument, options: FieldOptions) => Binding | BindingError }
);

/** The extractors of a class by field name. */
export type Extractors = Readonly<Record<string, Extractor>>;

/** What fields depend on besides the event. */
export interface FieldOptions {
  /** `static.KEY` fields and their values, from the configuration. */
  readonly staticFields?: ReadonlyMap<string, ByteString>;
  /** evt.hostname; default: the name of this host. */
  readonly hostname?: ByteString;
  /** Byte buffers among arguments read as base64 (`buffer_format_base64`). */
  readonly base64?: boolean;
}

/** The reader of fields that never have a value. */
export function noValue(): null {
  return null;
}

/** An extractor for fields that compile, but have no value (deprecated, or not known yet). */
export const withoutValue: Extractor = { cost: 1, extract: noValue };

/** Ancestor level, position, …: the index, or 0 when there is none. */
export function indexOf(argument: FieldArgument): number {
  return argument.kind === 'index' ? argument.index : 0;
}
