/** Which system calls the driver has to send: those that a rule can match and those that feed the state tables. */
import { EVENT_COUNT, GENERIC_EXIT } from '../events/event-table.js';
import { syscallRows, syscallsInSet, type Architecture, type SyscallRow } from '../events/syscall-table.js';
import type { TypedNode } from '../filter/typed.js';

export interface RuleNeeds {
  readonly eventTypes: ReadonlySet<number>;
  /** Names that the condition compares evt.type with. */
  readonly eventNames: ReadonlySet<string>;
}

export interface Selection {
  /** Native numbers to send. */
  readonly numbers: readonly number[];
  /** evt.type names that rules ask for and that are not sent, sorted: high-volume calls that have to be asked for by hand. */
  readonly unsent: readonly string[];
}

/** @param all also sends the calls that are left out for their volume (`base_syscalls.all`) */
export function selectSyscalls(
  rules: readonly RuleNeeds[],
  architecture: Architecture,
  all: boolean,
): Selection {
  const chosen = new Set<SyscallRow>(syscallsInSet('state'));
  for (const rule of rules) {
    const anyType = rule.eventTypes.size >= EVENT_COUNT / 4;
    for (const row of syscallRows()) {
      if (row.exit === null || !rule.eventTypes.has(row.exit)) continue;
      if (row.exit === GENERIC_EXIT && !anyType && !rule.eventNames.has(row.eventName)) continue;
      chosen.add(row);
    }
  }
  const numbers: number[] = [];
  const unsent = new Set<string>();
  for (const row of chosen) {
    const number = row[architecture];
    if (number === null) continue;
    if (!all && row.sets.has('ignored_by_default')) {
      if (rules.some(rule => rule.eventNames.has(row.eventName))) unsent.add(row.eventName);
      continue;
    }
    numbers.push(number);
  }
  return { numbers: numbers.sort((a, b) => a - b), unsent: [...unsent].sort() };
}

/** Names that a condition compares evt.type or syscall.type with, anywhere in it. */
export function eventNames(tree: TypedNode, names = new Set<string>()): ReadonlySet<string> {
  switch (tree.kind) {
    case 'and':
    case 'or':
      for (const child of tree.children) eventNames(child, names);
      break;
    case 'not':
      eventNames(tree.child, names);
      break;
    case 'check':
      if (tree.left.text !== 'evt.type' && tree.left.text !== 'syscall.type') break;
      if (tree.right.kind === 'constants' || tree.right.kind === 'each') {
        for (const value of tree.right.values) if (typeof value === 'string') names.add(value);
      }
      break;
  }
  return names;
}
