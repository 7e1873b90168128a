/** Makes tree nodes for the grammar's productions. */
import { toByteString, type ByteString } from '../events/byte-string.js';
import type { Position, Span } from '../diagnostics/diagnostic.js';
import { unquote } from './escape.js';
import type { Token } from './lexer.js';
import type {
  Comparison,
  ComparisonOperator,
  Exists,
  Field,
  List,
  Modifier,
  Node,
  Operand,
  Transformer,
  TransformerArgument,
  TransformerList,
  TransformerName,
  Value,
} from './tree.js';

/**
 * Items read so far, the last one first. The parser tries out every text that ends here as a whole before it reads on,
 * so what was built so far may not be changed, and copying it each time would take quadratic time.
 */
export interface Sequence<T> {
  readonly before: Sequence<T> | null;
  readonly item: T;
  readonly length: number;
}

export function sequence<T>(before: Sequence<T> | null, item: T): Sequence<T> {
  return { before, item, length: before === null ? 1 : before.length + 1 };
}

function inOrder<T>(last: Sequence<T>): [T, ...T[]] {
  const items = new Array<T>(last.length);
  for (let at: Sequence<T> | null = last; at !== null; at = at.before) items[at.length - 1] = at.item;
  return items as [T, ...T[]];
}

/** An expression with the extent of its text: parentheses belong to the extent, not to the node. */
export type Part = Whole | Chain;

interface Whole {
  readonly kind: 'whole';
  readonly node: Node;
  readonly start: Position;
  readonly end: Position;
}

/** Operands of an `and` or `or` that may still grow. */
interface Chain {
  readonly kind: 'and' | 'or';
  readonly operands: Sequence<Part>;
  readonly start: Position;
  readonly end: Position;
}

const between = (from: { readonly start: Position }, to: { readonly end: Position }): Span => ({
  start: from.start,
  end: to.end,
});

/** The operands as one part; a single operand is itself. */
export function junction(kind: 'and' | 'or', operands: Sequence<Part>, start: Position): Part {
  if (operands.length === 1) return operands.item;
  return { kind, operands, start, end: operands.item.end };
}

/** The first operand's beginning is where the chain begins. */
export interface Operands {
  readonly start: Position;
  readonly parts: Sequence<Part>;
}

export function operands(before: Operands | null, part: Part): Operands {
  return { start: before?.start ?? part.start, parts: sequence(before?.parts ?? null, part) };
}

/** The node of a part, whose chains begin at `start`: where a parenthesis, or the text, lets them begin. */
function nodeOf(part: Part, start: Position): Node {
  if (part.kind === 'whole') return part.node;
  const [first, ...rest] = inOrder(part.operands);
  const children = [nodeOf(first, start), ...rest.map(operand => nodeOf(operand, operand.start))];
  return { kind: part.kind, children, span: { start, end: part.end } };
}

/** A row of `not`: two of them cancel out. */
export interface Negation {
  readonly start: Position;
  readonly count: number;
}

export function negate({ start, count }: Negation, operand: Whole): Whole {
  if (count % 2 === 0) return { ...operand, start };
  const span = { start, end: operand.end };
  return { kind: 'whole', node: { kind: 'not', child: operand.node, span }, ...span };
}

export function group(open: Token, inner: Part, close: Token): Whole {
  return { kind: 'whole', node: nodeOf(inner, open.end), ...between(open, close) };
}

/** `not(…)`, whose `not` counts with those before it. */
export function negatedGroup(nots: Negation | null, open: Token, inner: Part, close: Token): Whole {
  const { start, count } = nots ?? { start: open.start, count: 0 };
  return negate({ start, count: count + 1 }, group(open, inner, close));
}

const TEXT_START: Position = { line: 0, column: 0, offset: 0 };

/** The tree of the whole text. */
export function condition(part: Part): Node {
  return nodeOf(part, TEXT_START);
}

export function part(node: Node): Whole {
  return { kind: 'whole', node, start: node.span.start, end: node.span.end };
}

export function identifier(token: Token): Whole {
  return part({ kind: 'identifier', name: token.text, span: between(token, token) });
}

/** What an argument in brackets says. */
export interface Bracket {
  readonly text: ByteString;
  readonly end: Position;
}

const content = (token: Token): ByteString =>
  /^["']/.test(token.text) ? unquote(token.text) : toByteString(token.text);

export function bracket(argument: Token, close: Token): Bracket {
  return { text: content(argument), end: close.end };
}

export function field(name: Token, argument: Bracket | null): Field {
  return {
    kind: 'field',
    name: name.text,
    argument: argument?.text ?? null,
    span: between(name, argument ?? name),
  };
}

export function transformer(
  call: Token,
  args: Sequence<TransformerArgument>,
  close: Token,
  argument: Bracket | null,
): Transformer {
  return {
    kind: 'transformer',
    name: call.text.slice(0, -1) as TransformerName,
    arguments: inOrder(args),
    argument: argument?.text ?? null,
    span: between(call, argument ?? close),
  };
}

export function items(open: Token, all: Sequence<Operand | Value> | null, close: Token): TransformerList {
  return { kind: 'transformer-list', items: all === null ? [] : inOrder(all), span: between(open, close) };
}

export function value(token: Token): Value {
  return { kind: 'value', value: content(token), span: between(token, token) };
}

export function list(open: Token, all: Sequence<Value> | null, close: Token): List {
  return { kind: 'list', items: all === null ? [] : inOrder(all), span: between(open, close) };
}

export function exists(left: Operand, operator: Token): Exists {
  return { kind: 'exists', left, span: { start: left.span.start, end: operator.end } };
}

export function comparison(
  left: Operand,
  operator: Token,
  modifier: Token | null,
  right: Comparison['right'],
): Comparison {
  return {
    kind: 'comparison',
    left,
    operator: operator.text as ComparisonOperator,
    modifier: (modifier?.text ?? null) as Modifier | null,
    right,
    span: { start: left.span.start, end: right.span.end },
  };
}
