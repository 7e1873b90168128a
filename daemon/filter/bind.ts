/** Syntax tree (macros in place) → typed tree. Finds every error of meaning; the first one is reported. */
import { toText } from '../events/byte-string.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { FilterContext } from './context.js';
import { advice, type Advice } from './advice.js';
import { operatorRow } from './operators/table.js';
import { compareLists } from './operators/quantify.js';
import type { Operator } from './operators/operator.js';
import type { Doubt } from './never/doubt.js';
import { valueDoubts } from './never/value.js';
import { operatorText, printOperand } from './print.js';
import { bindSource } from './source.js';
import type { Comparison, Exists, Node, Operand, Value } from './tree.js';
import type { Check, Constant, Right, Source, TypedNode } from './typed.js';
import { groupOf, groupText } from './types.js';
import { parseConstant, parseHex } from './values.js';

/** What is wrong, where in its text, and inside which macros, outermost first. */
export interface BindError {
  readonly ok: false;
  readonly message: string;
  readonly span: Span;
  readonly macros: readonly string[];
}

/** Something that is right, but looks like a mistake. */
export interface BindWarning extends Advice {
  readonly macros: readonly string[];
}

export type Bound =
  | {
      readonly ok: true;
      readonly tree: TypedNode;
      readonly warnings: readonly BindWarning[];
      /** Constants that their fields never have. */
      readonly doubts: readonly Doubt[];
    }
  | BindError;

type Failure = { readonly ok: false; readonly message: string; readonly span: Span };
type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

/** Binds a condition to the fields and events of one source. */
export function bindCondition(tree: Node, context: FilterContext): Bound {
  const warnings: BindWarning[] = [];
  const doubts: Doubt[] = [];
  const within: string[] = [];
  /** A macro means the same wherever it is used, so it is bound once. */
  const macros = new Map<Node, TypedNode>();

  const bind = (node: Node): TypedNode | Failure => {
    switch (node.kind) {
      case 'and':
      case 'or': {
        const children: TypedNode[] = [];
        for (const child of node.children) {
          const bound = bind(child);
          if ('ok' in bound) return bound;
          children.push(bound);
        }
        return { kind: node.kind, children };
      }
      case 'not': {
        const child = bind(node.child);
        return 'ok' in child ? child : { kind: 'not', child };
      }
      case 'macro': {
        const known = macros.get(node.body);
        if (known !== undefined) return known;
        within.push(node.name);
        const body = bind(node.body);
        if ('ok' in body) return body;
        within.pop();
        macros.set(node.body, body);
        return body;
      }
      case 'identifier':
        return { ok: false, message: `Undefined macro '${node.name}' used in filter.`, span: node.span };
      case 'exists':
      case 'comparison': {
        const check = bindCheck(node, context, [...within]);
        if (!check.ok) return check;
        for (const warning of advice(node, context.fields))
          warnings.push({ ...warning, macros: [...within] });
        if (node.kind === 'comparison')
          for (const doubt of valueDoubts(node, check.value.left))
            doubts.push({ ...doubt, macros: [...within] });
        return check.value;
      }
    }
  };

  const typed = bind(tree);
  if ('ok' in typed) return { ...typed, macros: within };
  return { ok: true, tree: typed, warnings, doubts };
}

function bindCheck(
  node: Exists | Comparison,
  context: FilterContext,
  macros: readonly string[],
): Outcome<Check> {
  const left = bindSource(node.left, context.fields);
  if (!left.ok) return left;
  const { source } = left;
  const { span } = node;
  if (node.kind === 'exists') {
    const key = `${source.key} exists`;
    const value: Check = {
      kind: 'check',
      key,
      left: source,
      operator: 'exists',
      right: { kind: 'none' },
      cost: source.cost,
      span,
      macros,
    };
    return { ok: true, value };
  }
  const operator = operatorRow(node.operator);
  const refusal = unsupported(node, operator, source);
  if (refusal !== null) return { ok: false, message: refusal, span };
  const right = bindRight(node, operator, source, context);
  if (!right.ok) return right;
  const { constants, key, right: value } = right.value;
  const cost = source.cost + operator.cost * Math.max(1, constants);
  const check: Check = {
    kind: 'check',
    key: `${source.key} ${operatorText(node)} ${key}`,
    left: source,
    operator: node.operator,
    right: value,
    cost,
    span,
    macros,
  };
  return { ok: true, value: check };
}

/** Why an operator does not go with the type of a field; null when it does. */
function unsupported(node: Comparison, operator: Operator, { type, list }: Source): string | null {
  const fits = list
    ? node.operator === 'in' || node.operator === 'intersects'
    : operator.groups.includes(groupOf(type));
  if (fits) return null;
  return `filter error: '${node.operator}' operator not supported for ${groupText(type, list)}`;
}

interface BoundRight {
  readonly right: Right;
  readonly key: string;
  /** How many constants a test may have to look at one by one. */
  readonly constants: number;
}

function bindRight(
  node: Comparison,
  operator: Operator,
  left: Source,
  context: FilterContext,
): Outcome<BoundRight> {
  const { right } = node;
  if (right.kind === 'field' || right.kind === 'transformer')
    return bindRightSource(node, right, operator, left, context);
  const items = right.kind === 'list' ? right.items : [right];
  const constants: Constant[] = [];
  for (const item of items) {
    const constant = bindConstant(item, node, operator, left, context);
    if (!constant.ok) return constant;
    constants.push(constant.value);
  }
  const group = groupOf(left.type);
  const key = JSON.stringify(items.map(item => item.value));
  const fail = ({ message, offset }: { message: string; offset: number }, item = items[0]!): Failure => {
    return { ok: false, message, span: inside(item, offset) };
  };
  if (node.modifier === null) {
    const compiled = operator.compile(constants, group);
    if (!compiled.ok) return fail(compiled);
    return {
      ok: true,
      value: { right: { kind: 'constants', values: constants, test: compiled.test }, key, constants: 1 },
    };
  }
  if (node.modifier === 'anyof' && operator.any !== undefined) {
    const right: Right = { kind: 'constants', values: constants, test: operator.any(constants) };
    return { ok: true, value: { right, key, constants: 1 } };
  }
  const tests = [];
  for (const [index, constant] of constants.entries()) {
    const compiled = operator.compile([constant], group);
    if (!compiled.ok) return fail(compiled, items[index]);
    tests.push(compiled.test);
  }
  const { modifier } = node;
  return {
    ok: true,
    value: { right: { kind: 'each', modifier, values: constants, tests }, key, constants: tests.length },
  };
}

/** The span of a constant from one of its characters on; all of it where escapes hide which that is. */
function inside({ value, span }: Value, offset: number): Span {
  const { start, end } = span;
  const quotes = end.offset - start.offset - toText(value).length;
  if (offset === 0 || (quotes !== 0 && quotes !== 2)) return span;
  const skip = offset + quotes / 2;
  return { start: { ...start, column: start.column + skip, offset: start.offset + skip }, end };
}

const EVENT_TYPE_FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type']);
const NAME_OPERATORS: ReadonlySet<string> = new Set(['=', '==', '!=', 'in', 'intersects']);

function bindConstant(
  item: Value,
  node: Comparison,
  operator: Operator,
  left: Source,
  context: FilterContext,
): Outcome<Constant> {
  const parsed = operator.constants === 'hex' ? parseHex(item.value) : parseConstant(left.type, item.value);
  if (!parsed.ok) return { ok: false, message: parsed.message, span: item.span };
  const isType = node.left.kind === 'field' && EVENT_TYPE_FIELDS.has(node.left.name);
  if (isType && NAME_OPERATORS.has(node.operator) && context.events.named(item.value) === undefined)
    return { ok: false, message: `unknown event type ${toText(item.value)}`, span: item.span };
  return { ok: true, value: parsed.value };
}

function bindRightSource(
  node: Comparison,
  operand: Operand,
  operator: Operator,
  left: Source,
  context: FilterContext,
): Outcome<BoundRight> {
  const fail = (message: string): Failure => ({ ok: false, message, span: operand.span });
  const bound = bindSource(operand, context.fields);
  if (!bound.ok) return bound;
  const { source } = bound;
  const { compare } = operator;
  if (compare === null)
    return fail(`filter error: '${operator.name}' operator does not support right-hand side fields`);
  const closed = [left, source]
    .flatMap(side => side.fields)
    .find(field => field.row.flags.includes('no_rhs'));
  if (closed !== undefined)
    return fail(`filter error: field '${closed.text}' cannot be compared with a right-hand side field`);
  if (groupOf(left.type) === 'network')
    return fail(`filter error: right-hand side fields are not supported for type '${left.type}'`);
  if (left.type !== source.type || left.list !== source.list) {
    const shown = ({ type, list }: Source): string => (list ? `LIST(${type})` : type);
    const names = [printOperand(node.left), source.text];
    return fail(
      `field '${names[0]!}' has type '${shown(left)}' while the right-hand side field '${names[1]!}' has incompatible type '${shown(source)}'`,
    );
  }
  const test = left.list ? compareLists(operator.name as 'in' | 'intersects', compare) : compare;
  const right: Right = { kind: 'source', source, test: test as (Right & { kind: 'source' })['test'] };
  return { ok: true, value: { right, key: source.key, constants: 1 + source.cost } };
}
