/** Which of the compiled rules take part: their own `enabled`, the priority threshold, and the `rules:` key. */
import type { RuleSelection } from './options.js';
import type { Priority } from './priority.js';
import type { CompiledRule, UnplacedRule } from './rule.js';
import { matchesWildcard } from './wildcard.js';

/** Every rule with its place among those that are enabled. */
export function placeRules(
  rules: readonly UnplacedRule[],
  minPriority: Priority,
  selection: readonly RuleSelection[],
): readonly CompiledRule[] {
  let next = 0;
  return rules.map(rule => {
    const enabled = rule.priority <= minPriority && isSelected(rule, selection);
    return { ...rule, enabled, index: enabled ? next++ : -1 };
  });
}

/** Steps in order; of one with both, the rule's comes before the tag's, to the same effect. */
function isSelected(rule: UnplacedRule, selection: readonly RuleSelection[]): boolean {
  let enabled = rule.enabled;
  for (const step of selection) {
    const named = step.rule !== undefined && matchesWildcard(step.rule, rule.name);
    if (named || (step.tag !== undefined && rule.tags.includes(step.tag))) enabled = step.enable;
  }
  return enabled;
}
