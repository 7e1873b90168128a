/**
 * The reference evaluator: a tree of closures, one for each node, with no tricks. Rulesets are generated (compile/);
 * both must always agree.
 */
import type { EventView } from '../state/event.js';
import { judgeCandidates, judgeValue } from './operators/quantify.js';
import type { Check, TypedNode } from './typed.js';

export type Judge = (evt: EventView) => boolean;

/**
 * A function that tells whether an event satisfies a condition.
 * @param judgeOf gives the function for one check; another one than the usual may look on (explain.ts)
 */
export function evaluator(node: TypedNode, judgeOf: (check: Check) => Judge = judge): Judge {
  switch (node.kind) {
    case 'and': {
      const children = node.children.map(child => evaluator(child, judgeOf));
      return evt => children.every(child => child(evt));
    }
    case 'or': {
      const children = node.children.map(child => evaluator(child, judgeOf));
      return evt => children.some(child => child(evt));
    }
    case 'not': {
      const child = evaluator(node.child, judgeOf);
      return evt => !child(evt);
    }
    case 'check':
      return judgeOf(node);
  }
}

/** A function that tells whether an event satisfies one check. */
export function judge(check: Check): Judge {
  const { left, right } = check;
  if (right.kind === 'source') {
    const { source, test } = right;
    return evt => {
      const value = left.extract(evt);
      const other = value === null ? null : source.extract(evt);
      return value !== null && other !== null && test(value, other);
    };
  }
  const { candidates } = left;
  if (candidates !== null) {
    const candidate = judgeCandidates(check);
    return evt => candidate(candidates(evt));
  }
  const value = judgeValue(check);
  return evt => value(left.extract(evt));
}
