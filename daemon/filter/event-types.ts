/**
 * Which event types a condition can be true for, from its checks on evt.type alone: negations are pushed down to the
 * checks, all other checks may go either way. Rules are indexed, and system calls selected, by this.
 * (reference/falco/rules.md 3.6)
 */
import type { EventCatalog } from './context.js';
import { judgeValue } from './operators/quantify.js';
import type { Check, TypedNode } from './typed.js';

export type EventTypes =
  | { readonly ok: true; readonly codes: ReadonlySet<number> }
  | { readonly ok: false; readonly message: string; readonly check: Check };

const FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type']);
const NAME_OPERATORS: ReadonlySet<string> = new Set(['=', '==', '!=', 'in']);

/** A set of codes; null for all. */
export type Codes = ReadonlySet<number> | null;

const NONE: Codes = new Set<number>();

export function intersection(left: Codes, right: Codes): Codes {
  if (left === null || left === right) return right;
  if (right === null) return left;
  return new Set([...left].filter(code => right.has(code)));
}

export function union(left: Codes, right: Codes): Codes {
  if (left === null || right === null) return null;
  return left === right ? left : new Set([...left, ...right]);
}

/** Event numbers count from 1, so some comparisons are known beforehand: `evt.num = 0` is how rules say "never". */
export function knownNumber(check: Check): boolean | null {
  const { operator, right } = check;
  if (right.kind !== 'constants') return null;
  const values = right.values as readonly (number | bigint)[];
  const [value] = values;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return values.every(number => number < 1) ? false : null;
    case '!=':
      return value! < 1 ? true : null;
    case '<':
      return value! <= 1 ? false : null;
    case '<=':
      return value! < 1 ? false : null;
    case '>':
      return value! < 1 ? true : null;
    case '>=':
      return value! <= 1 ? true : null;
    default:
      return null;
  }
}

/** Codes for which a check on evt.type has the wanted answer. Of the generic event the name is known only later. */
export function checkCodes(check: Check, wanted: boolean, catalog: EventCatalog): Codes {
  if (check.operator === 'exists') return wanted ? null : NONE;
  if (!NAME_OPERATORS.has(check.operator) || check.right.kind === 'source') return null;
  const judge = judgeValue(check);
  const codes = new Set<number>();
  for (const code of catalog.all) {
    const name = catalog.nameOf(code);
    const possible = name === null ? genericPossible(check, wanted, code, catalog) : judge(name) === wanted;
    if (possible) codes.add(code);
  }
  return codes;
}

/** The generic event can be any call without a code of its own, so only asking for other names rules it out. */
function genericPossible(check: Check, wanted: boolean, code: number, catalog: EventCatalog): boolean {
  const positive = (check.operator !== '!=') === wanted;
  if (!positive || check.right.kind !== 'constants') return true;
  return check.right.values.some(name => catalog.named(name as string)?.has(code) === true);
}

/** The codes for which `tree` can hold; an error when it asks for evt.type in a way that cannot be analysed. */
export function eventTypes(tree: TypedNode, catalog: EventCatalog): EventTypes {
  let bad: Check | null = null;
  const cache = new Map<string, Codes>();
  /** Bodies of macros are shared. */
  const known = new Map<TypedNode, Codes>();
  const knownNegated = new Map<TypedNode, Codes>();
  const visit = (node: TypedNode, wanted: boolean): Codes => {
    switch (node.kind) {
      case 'not':
        return visit(node.child, !wanted);
      case 'and':
      case 'or': {
        const remembered = wanted ? known : knownNegated;
        let codes = remembered.get(node);
        if (codes !== undefined) return codes;
        const combine = (node.kind === 'and') === wanted ? intersection : union;
        codes = node.children.map(child => visit(child, wanted)).reduce(combine);
        remembered.set(node, codes);
        return codes;
      }
      case 'check': {
        const { row, text } = node.left.fields[0] ?? { row: { name: '' }, text: '' };
        if (row.name === 'evt.num' && node.left.text === text) {
          const known = knownNumber(node);
          return known === null || known === wanted ? null : NONE;
        }
        if (!node.left.fields.some(field => FIELDS.has(field.row.name))) return null;
        if (node.left.text !== text || node.right.kind === 'source') {
          bad ??= node;
          return null;
        }
        const key = `${String(wanted)} ${node.key}`;
        let codes = cache.get(key);
        if (codes === undefined) cache.set(key, (codes = checkCodes(node, wanted, catalog)));
        return codes;
      }
    }
  };
  const codes = visit(tree, true);
  if (bad !== null) {
    const message =
      'right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search';
    return { ok: false, message, check: bad };
  }
  return { ok: true, codes: codes ?? catalog.all };
}
