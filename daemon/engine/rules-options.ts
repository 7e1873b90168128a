/** What the configuration says of rules, in the words of the rules loader. */
import type { Config } from '../config/config.js';
import { toByteString } from '../events/byte-string.js';
import type { OutputAddition, RuleOptions, RuleSelection } from '../rules/options.js';
import { parsePriority } from '../rules/priority.js';

export function rulesOptions(config: Config): RuleOptions {
  const selection = config.rules.map((step): RuleSelection => ({
    enable: step.enable,
    ...(step.rule === '' ? {} : { rule: step.rule }),
    ...(step.tag === '' ? {} : { tag: step.tag }),
  }));
  const additions = config.append_output
    .filter(entry => entry.extra_output !== '')
    .map((entry): OutputAddition => ({
      ...(entry.match.source === '' ? {} : { source: entry.match.source }),
      ...(entry.match.rule === '' ? {} : { rule: entry.match.rule }),
      ...(entry.match.tags.length === 0 ? {} : { tags: entry.match.tags }),
      output: entry.extra_output,
    }));
  const staticFields = new Map(
    Object.entries(config.static_fields).map(([name, value]) => [name, toByteString(value)]),
  );
  return {
    minPriority: parsePriority(config.priority) ?? 7,
    matching: config.rule_matching,
    selection,
    additions,
    fields: { staticFields },
  };
}
