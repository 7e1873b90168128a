/** Conditions, and parts of them, that no event satisfies. One walk over the typed tree, negations pushed down. */
import type { EventCatalog } from '../context.js';
import { intersection, union, type Codes } from '../event-types.js';
import type { Check, TypedNode } from '../typed.js';
import { checkDoubt } from './check.js';
import type { Doubt, Effort } from './doubt.js';
import { checkText } from './text.js';
import { contradiction, type Literal } from './together.js';
import { possibleTypes, type KnownTypes } from './types.js';

export interface ConditionDoubts {
  /** Each part of the condition that never holds, innermost first. */
  readonly parts: readonly Doubt[];
  /** Why the whole condition never holds; null when it may. */
  readonly whole: Doubt | null;
}

interface Outlook {
  readonly doubt: Doubt | null;
  /** Event types for which it may hold; null for all. */
  readonly codes: Codes;
}

/** Comparisons that one condition is worth. */
const MOST_EFFORT = 1_000_000;
/** Checks of one conjunction that are compared with each other. */
const MOST_LITERALS = 500;

/** @param types what is known of other conditions' checks */
export function conditionDoubts(
  tree: TypedNode,
  catalog: EventCatalog,
  types: KnownTypes = new Map(),
): ConditionDoubts {
  const parts: Doubt[] = [];
  const effort: Effort = { left: MOST_EFFORT };
  /** Macros are shared between the places that use them. */
  const known = [new Map<TypedNode, Outlook>(), new Map<TypedNode, Outlook>()] as const;

  const look = (node: TypedNode, wanted: boolean): Outlook => {
    const done = known[wanted ? 0 : 1];
    let outlook = done.get(node);
    if (outlook === undefined) done.set(node, (outlook = fresh(node, wanted)));
    return outlook;
  };
  const fresh = (node: TypedNode, wanted: boolean): Outlook => {
    switch (node.kind) {
      case 'check':
        return ofCheck(node, wanted);
      case 'not':
        return look(node.child, !wanted);
      case 'and':
      case 'or':
        return (node.kind === 'and') === wanted ? all(node.children, wanted) : some(node.children, wanted);
    }
  };
  const ofCheck = (check: Check, wanted: boolean): Outlook => {
    const codes = possibleTypes(check, wanted, catalog, types);
    const doubt = checkDoubt(check) ?? (codes?.size === 0 ? typeDoubt(check, wanted) : null);
    if (doubt === null) return { doubt, codes };
    if (!parts.some(({ span }) => span === doubt.span)) parts.push(doubt);
    return { doubt: wanted || codes?.size === 0 ? doubt : null, codes };
  };
  /** The first check in a node that depends on the type of the event. */
  const firstTyped = (node: TypedNode, wanted: boolean): Check | null => {
    if (node.kind === 'check') return possibleTypes(node, wanted, catalog, types) === null ? null : node;
    if (node.kind === 'not') return firstTyped(node.child, !wanted);
    for (const child of node.children) {
      const found = firstTyped(child, wanted);
      if (found !== null) return found;
    }
    return null;
  };
  const all = (children: readonly TypedNode[], wanted: boolean): Outlook => {
    const outlooks = children.map(child => look(child, wanted));
    const dead = outlooks.find(({ doubt }) => doubt !== null);
    if (dead !== undefined) return dead;
    let doubt = contradiction(literalsOf(children, wanted), effort);
    let codes: Codes = null;
    for (const [index, outlook] of outlooks.entries()) {
      const before = codes;
      codes = intersection(codes, outlook.codes);
      if (doubt !== null || codes === null || codes.size > 0) continue;
      const check = firstTyped(children[index]!, wanted);
      if (before?.size === 0 || check === null) continue;
      const { span, macros } = check;
      const message = `'${checkText(check)}' is never true for the event types that the checks before it leave`;
      doubt = { kind: 'together', message, span, macros };
    }
    if (doubt !== null) parts.push(doubt);
    return { doubt, codes };
  };
  const some = (children: readonly TypedNode[], wanted: boolean): Outlook => {
    const outlooks = children.map(child => look(child, wanted));
    const alive = outlooks.filter(({ doubt }) => doubt === null);
    if (alive.length === 0) return outlooks[0]!;
    return { doubt: null, codes: alive.map(({ codes }) => codes).reduce(union) };
  };

  const whole = look(tree, true).doubt;
  return { parts, whole };
}

function typeDoubt(check: Check, wanted: boolean): Doubt {
  const { span, macros } = check;
  const message = `'${wanted ? '' : 'not '}${checkText(check)}' is never true: no event is of such a type`;
  return { kind: 'check', message, span, macros };
}

/** The checks that a conjunction consists of, those of conjunctions in it included. */
function literalsOf(children: readonly TypedNode[], wanted: boolean): readonly Literal[] {
  const literals: Literal[] = [];
  const visit = (node: TypedNode, holds: boolean): void => {
    if (literals.length >= MOST_LITERALS) return;
    if (node.kind === 'check') literals.push({ check: node, wanted: holds });
    else if (node.kind === 'not') visit(node.child, !holds);
    else if ((node.kind === 'and') === holds) for (const child of node.children) visit(child, holds);
  };
  for (const child of children) visit(child, wanted);
  return literals;
}
