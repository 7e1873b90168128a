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
 * An expression with the extent of its text: parentheses belong to the extent, not to the node. `enclosed`: it stands
 * in parentheses.
 */
export interface Part {
  readonly node: Node;
  readonly start: Position;
  readonly end: Position;
  readonly enclosed: boolean;
}

/** Operands of one `and` or `or` so far. Grown in place: the grammar is unambiguous, so nobody else holds it. */
export interface Chain {
  readonly first: Part;
  readonly nodes: Node[];
  last: Part;
}

const between = (from: { readonly start: Position }, to: { readonly end: Position }): Span => ({
  start: from.start,
  end: to.end,
});

export function chain(first: Part): Chain {
  return { first, nodes: [first.node], last: first };
}

export function extend(operands: Chain, next: Part): Chain {
  operands.nodes.push(next.node);
  operands.last = next;
  return operands;
}

/** The operands as one node; a single operand is itself. */
export function junction(kind: 'and' | 'or', operands: Chain): Part {
  if (operands.nodes.length === 1) return operands.first;
  const span = between(operands.first, operands.last);
  return { node: { kind, children: operands.nodes, span }, ...span, enclosed: false };
}

/** A row of `not`: two of them cancel out. */
export interface Negation {
  readonly start: Position;
  count: number;
}

export function negate({ start, count }: Negation, operand: Part): Part {
  if (count % 2 === 0) return { ...operand, start };
  const span = { start, end: operand.end };
  return { node: { kind: 'not', child: operand.node, span }, ...span, enclosed: false };
}

/** A chain begins where its parenthesis, or the text, lets it begin: blanks before it included. */
function widened(part: Part, start: Position): Node {
  const { node, enclosed } = part;
  if (enclosed || (node.kind !== 'and' && node.kind !== 'or')) return node;
  const [first, ...rest] = node.children as [Node, ...Node[]];
  const head =
    first.kind === 'and' && first.span.start.offset === part.start.offset
      ? { ...first, span: { ...first.span, start } }
      : first;
  return { ...node, children: [head, ...rest], span: { ...node.span, start } };
}

export function group(open: Token, inner: Part, close: Token): Part {
  return { node: widened(inner, open.end), ...between(open, close), enclosed: true };
}

/** `not(…)`, whose `not` counts with those before it. */
export function negatedGroup(nots: Negation | null, open: Token, inner: Part, close: Token): Part {
  const { start, count } = nots ?? { start: open.start, count: 0 };
  return negate({ start, count: count + 1 }, group(open, inner, close));
}

const TEXT_START: Position = { line: 0, column: 0, offset: 0 };

/** The tree of the whole text. */
export function condition(part: Part): Node {
  return widened(part, TEXT_START);
}

export function part(node: Node): Part {
  return { node, start: node.span.start, end: node.span.end, enclosed: false };
}

export function identifier(token: Token): Part {
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
  args: readonly TransformerArgument[],
  close: Token,
  argument: Bracket | null,
): Transformer {
  return {
    kind: 'transformer',
    name: call.text.slice(0, -1) as TransformerName,
    arguments: args,
    argument: argument?.text ?? null,
    span: between(call, argument ?? close),
  };
}

export function items(open: Token, content: TransformerList['items'], close: Token): TransformerList {
  return { kind: 'transformer-list', items: content, span: between(open, close) };
}

export function value(token: Token): Value {
  return { kind: 'value', value: content(token), span: between(token, token) };
}

export function list(open: Token, content: readonly Value[], close: Token): List {
  return { kind: 'list', items: content, span: between(open, close) };
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
