/** What the configuration says of rules, in the words of the rules loader. */
import type { Config } from '../config/config.js';
import { toByteString } from '../events/byte-string.js';
import { EVENT_SOURCES } from '../events/sources.js';
import { suggestedOutput } from '../fields/suggested.js';
import type {
  FieldAddition,
  OutputAddition,
  RuleOptions,
  RuleSelection,
  RuleTarget,
} from '../rules/options.js';
import { parsePriority } from '../rules/priority.js';

export function rulesOptions(config: Config): RuleOptions {
  const selection = config.rules.map((step): RuleSelection => ({
    enable: step.enable,
    ...(step.rule === '' ? {} : { rule: step.rule }),
    ...(step.tag === '' ? {} : { tag: step.tag }),
  }));
  const staticFields = new Map(
    Object.entries(config.static_fields).map(([name, value]) => [name, toByteString(value)]),
  );
  const additions = config.append_output.flatMap((entry): readonly OutputAddition[] => {
    const { match, extra_output, suggested_output } = entry;
    const extra = extra_output === '' ? [] : [{ ...target(match), output: extra_output }];
    if (!suggested_output) return extra;
    const suggested = EVENT_SOURCES.filter(source => match.source === '' || match.source === source).map(
      source => ({ ...target(match), source, output: suggestedOutput(source, staticFields.keys()) }),
    );
    return [...extra, ...suggested.filter(({ output }) => output !== '')];
  });
  const fieldAdditions = config.append_output.flatMap(({ match, extra_fields }) =>
    extra_fields.map((field): FieldAddition => ({ ...target(match), ...field })),
  );
  return {
    minPriority: parsePriority(config.priority) ?? 7,
    matching: config.rule_matching,
    selection,
    additions,
    fieldAdditions,
    output: { base64: config.buffer_format_base64 },
    fields: { staticFields, base64: config.buffer_format_base64 },
  };
}

function target({ source, rule, tags }: Config['append_output'][number]['match']): RuleTarget {
  return {
    ...(source === '' ? {} : { source }),
    ...(rule === '' ? {} : { rule }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}
