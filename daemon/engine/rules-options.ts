/** What the configuration says of rules, in the words of the rules loader. */
import type { Config } from '../config/config.js';
import { toByteString } from '../events/byte-string.js';
import { suggestedOutput } from '../fields/suggested.js';
import type { OutputAddition, RuleOptions, RuleSelection } from '../rules/options.js';
import { parsePriority } from '../rules/priority.js';

/** Sources whose fields there are. */
const SOURCES: readonly string[] = ['syscall'];

export function rulesOptions(config: Config): RuleOptions {
  const selection = config.rules.map((step): RuleSelection => ({
    enable: step.enable,
    ...(step.rule === '' ? {} : { rule: step.rule }),
    ...(step.tag === '' ? {} : { tag: step.tag }),
  }));
  const staticFields = new Map(
    Object.entries(config.static_fields).map(([name, value]) => [name, toByteString(value)]),
  );
  const additions = config.append_output.flatMap(({ match, extra_output, suggested_output }) => {
    const addition = (output: string, source: string): OutputAddition => ({
      ...(source === '' ? {} : { source }),
      ...(match.rule === '' ? {} : { rule: match.rule }),
      ...(match.tags.length === 0 ? {} : { tags: match.tags }),
      output,
    });
    const extra = extra_output === '' ? [] : [addition(extra_output, match.source)];
    if (!suggested_output) return extra;
    const suggested = SOURCES.filter(source => match.source === '' || match.source === source).map(source =>
      addition(suggestedOutput(source, staticFields.keys()), source),
    );
    return [...extra, ...suggested.filter(({ output }) => output !== '')];
  });
  return {
    minPriority: parsePriority(config.priority) ?? 7,
    matching: config.rule_matching,
    selection,
    additions,
    fields: { staticFields },
  };
}
