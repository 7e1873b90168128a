/** Folds what is known of all events of one type into a condition: evt.type has one value, parameters are there or not. */
import type { EventCatalog } from '../context.js';
import { judgeValue } from '../operators/quantify.js';
import type { Check, TypedNode } from '../typed.js';

/** A condition, or what it always is. */
export type Folded = TypedNode | boolean;

const KNOWN_FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type', 'evt.dir']);

/** The value that such a field has for every event of a type; null when that depends on the event. */
function knownValue(field: string, code: number, catalog: EventCatalog): string | null {
  return field === 'evt.dir' ? (catalog.isExit(code) ? '<' : '>') : catalog.nameOf(code);
}

/** What a check says of every event of a type; itself when that depends on the event. */
function foldCheck(check: Check, code: number, catalog: EventCatalog): Folded {
  const { text } = check.left;
  if (!KNOWN_FIELDS.has(text) || check.right.kind === 'source') return check;
  const value = knownValue(text, code, catalog);
  if (value === null) return check;
  const answer = judgeValue(check)(value);
  // syscall.type has no value for events that are no system calls.
  return text === 'syscall.type' && answer ? check : answer;
}

/**
 * What tells event types apart, for some conditions: types with equal signatures fold them to the same. One character
 * for each check on the type of an event.
 */
export function typeSignature(checks: readonly Check[], code: number, catalog: EventCatalog): string {
  return checks.map(check => shortName(foldCheck(check, code, catalog))).join('');
}

const shortName = (folded: Folded): string => (typeof folded !== 'boolean' ? '?' : folded ? '1' : '0');

/** All checks on the type of an event in some conditions, each once. */
export function typeChecks(trees: readonly TypedNode[]): Check[] {
  const checks = new Map<string, Check>();
  const seen = new Set<TypedNode>();
  const visit = (node: TypedNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'not') visit(node.child);
    else if (node.kind !== 'check') node.children.forEach(visit);
    else if (KNOWN_FIELDS.has(node.left.text)) checks.set(node.key, node);
  };
  trees.forEach(visit);
  return [...checks.values()];
}

/** `tree` for events of type `code`. Shared subtrees stay shared: `done` remembers them. */
export function fold(tree: TypedNode, code: number, catalog: EventCatalog): Folded {
  const done = new Map<TypedNode, Folded>();
  const visit = (node: TypedNode): Folded => {
    let result = done.get(node);
    if (result === undefined) done.set(node, (result = compute(node)));
    return result;
  };
  const compute = (node: TypedNode): Folded => {
    switch (node.kind) {
      case 'check':
        return foldCheck(node, code, catalog);
      case 'not': {
        const child = visit(node.child);
        return typeof child === 'boolean' ? !child : child === node.child ? node : { kind: 'not', child };
      }
      case 'and':
      case 'or': {
        const absorbing = node.kind === 'or';
        const children: TypedNode[] = [];
        for (const child of node.children) {
          const folded = visit(child);
          if (folded === absorbing) return absorbing;
          if (typeof folded !== 'boolean') children.push(folded);
        }
        if (children.length === 0) return !absorbing;
        return children.length === 1 ? children[0]! : { kind: node.kind, children };
      }
    }
  };
  return visit(tree);
}
