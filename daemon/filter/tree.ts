/**
 * filter: the condition language and the output formats.
 *
 * In: condition and output texts. Out: syntax trees with spans (this file, parse, print, resolve), typed trees in
 * which every check is bound to a field and an operator (typed, bind), functions that judge events (evaluate,
 * compile/), the event types that a condition can match (event-types), and rendered outputs (output-format).
 * Imported by rules, alerts and engine; imports events, state, fields and diagnostics.
 *
 * The syntax tree of a condition. Strings in it are byte strings: a rule may write `\xff`.
 */
import type { ByteString } from '../events/byte-string.js';
import type { Span } from '../diagnostics/diagnostic.js';

export type Node = And | Or | Not | Identifier | MacroBody | Exists | Comparison;

/** Two or more operands, left to right. */
export interface And {
  readonly kind: 'and';
  readonly children: readonly Node[];
  readonly span: Span;
}

export interface Or {
  readonly kind: 'or';
  readonly children: readonly Node[];
  readonly span: Span;
}

export interface Not {
  readonly kind: 'not';
  readonly child: Node;
  readonly span: Span;
}

/** The name of a macro, not yet substituted. */
export interface Identifier {
  readonly kind: 'identifier';
  readonly name: string;
  readonly span: Span;
}

/** A substituted macro: `span` is where it was referred to, the spans in `body` point into the macro's own text. */
export interface MacroBody {
  readonly kind: 'macro';
  readonly name: string;
  readonly body: Node;
  readonly span: Span;
}

/** `field exists` */
export interface Exists {
  readonly kind: 'exists';
  readonly left: Operand;
  readonly span: Span;
}

/** `field operator value`, with the modifier before a list: `= anyof (a, b)`. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly left: Operand;
  readonly operator: ComparisonOperator;
  readonly modifier: Modifier | null;
  readonly right: Value | List | Operand;
  readonly span: Span;
}

/** What a check compares, and what it may be compared with. */
export type Operand = Field | Transformer;

export interface Field {
  readonly kind: 'field';
  readonly name: string;
  /** What stands in the brackets; null without brackets. */
  readonly argument: ByteString | null;
  readonly span: Span;
}

export interface Transformer {
  readonly kind: 'transformer';
  readonly name: TransformerName;
  readonly arguments: readonly TransformerArgument[];
  readonly argument: ByteString | null;
  readonly span: Span;
}

export type TransformerArgument = Operand | Value | TransformerList;

/** `(a, b)` as an argument of join. */
export interface TransformerList {
  readonly kind: 'transformer-list';
  readonly items: readonly (Operand | Value)[];
  readonly span: Span;
}

/** One constant. A bare word after `in` (a list's name that nobody substituted) is a Value too. */
export interface Value {
  readonly kind: 'value';
  readonly value: ByteString;
  readonly span: Span;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly span: Span;
}

export const NUMBER_OPERATORS = ['<=', '<', '>=', '>'] as const;
export const STRING_OPERATORS = [
  '==', '=', '!=', 'glob', 'iglob', 'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex',
] as const; // prettier-ignore
export const LIST_OPERATORS = ['intersects', 'in', 'pmatch'] as const;
export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;
export const TRANSFORMERS = [
  'tolower',
  'toupper',
  'b64',
  'basename',
  'len',
  'join',
  'concat',
  'getopt',
] as const;

export type ComparisonOperator =
  (typeof NUMBER_OPERATORS)[number] | (typeof STRING_OPERATORS)[number] | (typeof LIST_OPERATORS)[number];
export type Modifier = (typeof MODIFIERS)[number];
/** `val` stands on the right-hand side only. */
export type TransformerName = (typeof TRANSFORMERS)[number] | 'val';
