/** The event types of a condition by name, as rules write them. */
import { eventRow, GENERIC_EXIT } from '../events/event-table.js';
import { syscallRows } from '../events/syscall-table.js';
import { judgeValue } from '../filter/operators/quantify.js';
import type { Filter, TypedNode } from '../filter/typed.js';

const TYPE_FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type']);

/** Sorted, each once. Of the system calls that share the generic event only those that the condition lets pass. */
export function eventNames({ eventTypes, tree }: Pick<Filter, 'eventTypes' | 'tree'>): readonly string[] {
  const names = new Set<string>();
  for (const code of eventTypes) {
    const row = eventRow(code);
    if (!row.generic) names.add(row.name);
  }
  if (eventTypes.has(GENERIC_EXIT)) {
    for (const { exit, eventName } of syscallRows()) {
      if (exit === GENERIC_EXIT && canBe(tree, eventName, true)) names.add(eventName);
    }
  }
  return [...names].sort();
}

/** Whether the condition can have the wanted answer for events of this name, as far as they alone tell. */
function canBe(node: TypedNode, name: string, wanted: boolean): boolean {
  switch (node.kind) {
    case 'not':
      return canBe(node.child, name, !wanted);
    case 'and':
    case 'or': {
      const able = (child: TypedNode): boolean => canBe(child, name, wanted);
      return (node.kind === 'and') === wanted ? node.children.every(able) : node.children.some(able);
    }
    case 'check':
      if (!TYPE_FIELDS.has(node.left.text) || node.right.kind === 'source') return true;
      return judgeValue(node)(name) === wanted;
  }
}
