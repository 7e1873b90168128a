/** Folds what is known of all events of one type into a condition: evt.type has one value, parameters are there or not. */
import type { EventCatalog } from '../context.js';
import { judgeValue } from '../operators/quantify.js';
import type { Check, TypedNode } from '../typed.js';

/** A condition, or what it always is. */
export type Folded = TypedNode | boolean;

const TYPE_FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type']);

/** What a check says of every event with this evt.type; itself when that depends on the event. */
function foldCheck(check: Check, name: string | null): Folded {
  if (name === null || !TYPE_FIELDS.has(check.left.text) || check.right.kind === 'source') return check;
  // syscall.type has no value for events that are no system calls.
  if (check.left.text === 'syscall.type' && judgeValue(check)(name)) return check;
  return judgeValue(check)(name);
}

/** `tree` for events of type `code`. Shared subtrees stay shared: `done` remembers them. */
export function fold(tree: TypedNode, code: number, catalog: EventCatalog): Folded {
  const name = catalog.nameOf(code);
  const done = new Map<TypedNode, Folded>();
  const visit = (node: TypedNode): Folded => {
    let result = done.get(node);
    if (result === undefined) done.set(node, (result = compute(node)));
    return result;
  };
  const compute = (node: TypedNode): Folded => {
    switch (node.kind) {
      case 'check':
        return foldCheck(node, name);
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
