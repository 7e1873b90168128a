/** The typed tree: every check is bound to fields, an operator for their type, and constants of that type. */
import type { ByteString } from '../events/byte-string.js';
import type { BoundField, FieldType, FieldValue, Scalar } from '../fields/field.js';
import type { EventView } from '../state/event.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { ComparisonOperator, Modifier } from './tree.js';

export type TypedNode = TypedAnd | TypedOr | TypedNot | Check;

export interface TypedAnd {
  readonly kind: 'and';
  readonly children: readonly TypedNode[];
}

export interface TypedOr {
  readonly kind: 'or';
  readonly children: readonly TypedNode[];
}

export interface TypedNot {
  readonly kind: 'not';
  readonly child: TypedNode;
}

/** Something that gives a value for an event: a field, or transformers over fields. */
export interface Source {
  /** Canonical text. */
  readonly text: string;
  /** Sources with equal keys give equal values for one event. */
  readonly key: string;
  readonly type: FieldType;
  readonly list: boolean;
  readonly fields: readonly BoundField[];
  readonly candidates: null | ((evt: EventView) => readonly Scalar[]);
  readonly extract: (evt: EventView) => FieldValue;
  readonly cost: number;
}

/** A test of one scalar against one constant or a set of constants. Hot path. */
export type Predicate = (value: Scalar) => boolean;

/** An IP network: raw address bytes and prefix length in bits. */
export interface Network {
  readonly address: ByteString;
  readonly prefix: number;
}
export type Constant = Scalar | Network;

/** The right-hand side of a check. */
export type Right =
  | { readonly kind: 'none' }
  | {
      /** One constant, or the set of a list operator. */
      readonly kind: 'constants';
      readonly values: readonly Constant[];
      readonly test: Predicate;
    }
  | {
      /** `oneof`, `anyof`, `allof`: one test for each element of the list. */
      readonly kind: 'each';
      readonly modifier: Modifier;
      readonly values: readonly Constant[];
      readonly tests: readonly Predicate[];
    }
  | {
      /** `val(field)` or a transformer: a value of the same type, a list where the left side is one. Both are there. */
      readonly kind: 'source';
      readonly source: Source;
      readonly test: (left: Scalar | readonly Scalar[], right: Scalar | readonly Scalar[]) => boolean;
    };

/** One check. `exists` has the right-hand side `none`. */
export interface Check {
  readonly kind: 'check';
  /** Checks with equal keys give equal answers for one event. */
  readonly key: string;
  readonly left: Source;
  readonly operator: ComparisonOperator | 'exists';
  readonly right: Right;
  /** Rough cost, extraction included; scale of BoundField.cost. */
  readonly cost: number;
  /** In the text of the condition or of the macro that it stands in. */
  readonly span: Span;
  /** Macros from the outermost to the one whose text `span` points into. */
  readonly macros: readonly string[];
}

/** A condition ready to judge events. */
export interface Filter {
  readonly tree: TypedNode;
  /** Event codes of the event table for which it can be true. */
  readonly eventTypes: ReadonlySet<number>;
  /** Texts of the fields that it reads, in order of appearance, each once. */
  readonly fields: readonly string[];
  /** Judges one event by the reference evaluator. Rulesets use the generated functions instead (compile/). */
  readonly matches: (evt: EventView) => boolean;
}
