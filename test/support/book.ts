import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { loadRules } from '../../daemon/rules/load.js';
import type { RuleBook } from '../../daemon/engine/detector.js';

/** Rules text, compiled for the detector; throws when it does not load. */
export function rulebook(text: string, mode: 'first' | 'all' = 'first'): RuleBook {
  const loaded = loadRules([{ name: 'test.yaml', content: Buffer.from(text) }]);
  for (const result of loaded.results) {
    if (!result.successful) throw new Error(result.errors.map(error => error.message).join('\n'));
  }
  const rules = loaded.rules.map(rule => ({
    index: rule.index,
    filter: rule.filter.tree,
    eventTypes: rule.eventTypes,
  }));
  return { ruleset: buildRuleset(rules, mode), rules: loaded.rules };
}
