/** Lays an included file over the configuration. Only top-level keys are merged; what lies below is replaced whole. */
import type { MergeStrategy } from './forms.js';
import type { MappingNode } from './node.js';

/**
 * append: a sequence grows by the other's items, anything else is replaced. override: everything is replaced.
 * add-only: only keys that are not there yet are taken.
 */
export function merge(base: MappingNode, added: MappingNode, strategy: MergeStrategy): void {
  for (const [key, entry] of added.entries) {
    const present = base.entries.get(key);
    if (present === undefined) {
      base.entries.set(key, entry);
    } else if (strategy === 'add-only') {
      continue;
    } else if (
      strategy === 'append' &&
      present.value.kind === 'sequence' &&
      entry.value.kind === 'sequence'
    ) {
      base.entries.set(key, {
        origin: present.origin,
        value: { ...present.value, items: [...present.value.items, ...entry.value.items] },
      });
    } else {
      base.entries.set(key, entry);
    }
  }
}
