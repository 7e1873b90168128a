/**
 * Conditions judged in two steps: now, but for some fields that are known only later, and the rest then. Agrees with the
 * reference evaluator on the values that the fields have in the end.
 */
import type { BoundField } from '../fields/field.js';
import type { EventView } from '../state/event.js';
import { judge, type Judge } from './evaluate.js';
import type { Check, Source, TypedNode } from './typed.js';

/** An answer; or what remains to be asked, of a view that has the late fields and need not have anything else. */
export type Remainder = boolean | Judge;

export type IsLate = (field: BoundField) => boolean;

/** Whether a source gives its value later: all that it reads is late. One that reads this and that is read now. */
export function isLateSource({ fields }: Source, isLate: IsLate): boolean {
  return fields.length > 0 && fields.every(isLate);
}

/** A function that judges what can be judged of an event now. */
export function partialEvaluator(node: TypedNode, isLate: IsLate): (evt: EventView) => Remainder {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const decisive = node.kind === 'or';
      const children = node.children.map(child => partialEvaluator(child, isLate));
      return evt => {
        const open: Judge[] = [];
        for (const child of children) {
          const answer = child(evt);
          if (answer === decisive) return decisive;
          if (typeof answer !== 'boolean') open.push(answer);
        }
        if (open.length === 0) return !decisive;
        return decisive ? later => open.some(rest => rest(later)) : later => open.every(rest => rest(later));
      };
    }
    case 'not': {
      const child = partialEvaluator(node.child, isLate);
      return evt => {
        const answer = child(evt);
        return typeof answer === 'boolean' ? !answer : later => !answer(later);
      };
    }
    case 'check':
      return partialCheck(node, isLate);
  }
}

function partialCheck(check: Check, isLate: IsLate): (evt: EventView) => Remainder {
  const { left, right } = check;
  const whole = judge(check);
  const leftIsLate = isLateSource(left, isLate);
  if (right.kind !== 'source') return leftIsLate ? () => whole : whole;
  const { source, test } = right;
  const rightIsLate = isLateSource(source, isLate);
  if (leftIsLate === rightIsLate) return leftIsLate ? () => whole : whole;
  const [now, then] = leftIsLate ? [source, left] : [left, source];
  return evt => {
    const known = now.extract(evt);
    if (known === null) return false;
    return later => {
      const value = then.extract(later);
      return value !== null && (leftIsLate ? test(value, known) : test(known, value));
    };
  };
}
