import assert from 'node:assert/strict';
import { toByteString, toText } from '../../daemon/events/byte-string.js';
import { quote, unquote } from '../../daemon/filter/escape.js';
import { parseCondition } from '../../daemon/filter/parse.js';
import { print } from '../../daemon/filter/print.js';
import {
  LIST_OPERATORS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
  TRANSFORMERS,
  type Node,
  type Operand,
  type TransformerArgument,
  type TransformerList,
} from '../../daemon/filter/tree.js';
import { describeShared, sharedJson } from '../support/shared.js';

interface Vector {
  readonly test: string;
  readonly expr?: string;
  readonly ok?: boolean;
  readonly message?: string;
  readonly whitespace_variants?: boolean;
  readonly as_string?: string;
  readonly ast?: unknown;
  readonly roundtrip?: boolean;
  readonly positions?: string;
  readonly positions_contain?: readonly string[];
  readonly end_pos?: { readonly idx: number; readonly line: number; readonly col: number };
  readonly left_arg?: string | null;
  readonly kind?: string;
  readonly input?: string;
  readonly output?: string;
  readonly values?: readonly string[];
}

type AnyNode =
  Node | TransformerArgument | TransformerList | { kind: 'list'; items: readonly { value: string }[] };

/** The tree in the form of the vectors. */
function ast(node: AnyNode): unknown {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { ast: node.kind, children: node.children.map(ast) };
    case 'not':
      return { ast: 'not', child: ast(node.child) };
    case 'identifier':
      return { ast: 'identifier', name: node.name };
    case 'exists':
      return { ast: 'unary', left: ast(node.left), op: 'exists' };
    case 'comparison': {
      const op = node.modifier === null ? node.operator : `${node.operator} ${node.modifier}`;
      return { ast: 'binary', left: ast(node.left), op, right: ast(node.right) };
    }
    case 'field':
      return { ast: 'field', field: node.name, arg: node.argument };
    case 'transformer':
      return { ast: 'transformer', name: node.name, values: node.arguments.map(ast) };
    case 'transformer-list':
      return { ast: 'transformer_list', values: node.items.map(ast) };
    case 'value':
      return { ast: 'value', value: node.value };
    case 'list':
      return { ast: 'list', values: node.items.map(item => item.value) };
    case 'macro':
      return ast(node.body);
  }
}

/** Kind, offset, line and column of every node from the outside in, one piece each. */
function positions(node: AnyNode): string[] {
  const names: Partial<Record<AnyNode['kind'], string>> = {
    exists: 'unary',
    comparison: 'binary',
    'transformer-list': 'transformer_list',
  };
  const { start } = (node as Node).span;
  const own = `${names[node.kind] ?? node.kind}${String(start.offset)} ${String(start.line + 1)} ${String(start.column + 1)}`;
  switch (node.kind) {
    case 'and':
    case 'or':
      return [own, ...node.children.flatMap(positions)];
    case 'not':
      return [own, ...positions(node.child)];
    case 'exists':
      return [own, ...positions(node.left)];
    case 'comparison':
      return [own, ...positions(node.left), ...positions(node.right)];
    case 'transformer':
      return [own, ...node.arguments.flatMap(positions)];
    default:
      return [own];
  }
}

const withoutSpans = (tree: Node): unknown =>
  JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'span' ? undefined : value)));

function tree(text: string): Node {
  const parsed = parseCondition(text);
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.message}`);
  return parsed.tree;
}

function checkExpression(vector: Vector, text: string): void {
  const parsed = parseCondition(text);
  if (vector.ok !== true) {
    assert.ok(!parsed.ok, `'${text}' parses`);
    if (vector.message !== undefined) assert.equal(parsed.message, vector.message);
    return;
  }
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  if (vector.as_string !== undefined) assert.equal(print(parsed.tree), vector.as_string);
  if (vector.ast !== undefined) assert.deepEqual(ast(parsed.tree), vector.ast);
  if (vector.roundtrip === true)
    assert.deepEqual(withoutSpans(tree(print(parsed.tree))), withoutSpans(parsed.tree));
  if (vector.positions !== undefined) assert.equal(positions(parsed.tree).join(''), vector.positions);
  for (const piece of vector.positions_contain ?? [])
    assert.ok(
      positions(parsed.tree).some(position => position.includes(piece)),
      piece,
    );
  if (vector.left_arg !== undefined) {
    assert.ok(parsed.tree.kind === 'comparison');
    assert.equal((parsed.tree as { left: Operand }).left.argument, vector.left_arg);
  }
  if (vector.end_pos !== undefined) {
    const { idx, line, col } = vector.end_pos;
    assert.deepEqual(parsed.end, { offset: idx, line: line - 1, column: col - 1 });
  }
}

const SUPPORTED: Readonly<Record<string, readonly string[]>> = {
  supported_operators: ['exists', ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS],
  supported_list_operators: LIST_OPERATORS,
  supported_field_transformers: TRANSFORMERS,
  supported_field_transformers_incl_val: ['val', ...TRANSFORMERS],
};

/** What a constant means, bare or in quotes. */
const value = (text: string): string => (/^["']/.test(text) ? toText(unquote(text)) : text);

function checkKind(vector: Vector): void {
  const { kind, input = '', output } = vector;
  switch (kind) {
    case 'escape_unescape_roundtrip':
    case 'escape_unescape':
      assert.equal(value(quote(toByteString(input))), output ?? input);
      break;
    case 'escape_str':
      assert.equal(quote(toByteString(input)), output);
      break;
    default:
      assert.deepEqual([...SUPPORTED[kind!]!].sort(), [...vector.values!].sort());
  }
}

describeShared('the parser of conditions', () => {
  const { vectors } = sharedJson<{ vectors: readonly Vector[] }>('conformance/filter_parser.json');
  vectors.forEach((vector, index) => {
    const { kind, expr = '' } = vector;
    it(`agrees on vector ${String(index)}: ${kind ?? expr}`, () => {
      if (kind !== undefined) {
        checkKind(vector);
        return;
      }
      checkExpression(vector, expr);
      if (vector.whitespace_variants !== true) return;
      for (const text of [` ${expr} `, expr.replaceAll(' ', '\n'), expr.replaceAll(' ', '\t')])
        assert.ok(parseCondition(text).ok, `'${text}' does not parse`);
    });
  });
});
