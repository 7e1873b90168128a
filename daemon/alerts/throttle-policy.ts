/** What `alerts.throttle` says, rule by rule: rates, and how alerts of a rule are told apart. */
import type { Config } from '../config/config.js';
import { durationMs } from '../config/forms.js';
import { toByteString, type ByteString } from '../events/byte-string.js';
import type { FilterContext } from '../filter/context.js';
import { compileOutput } from '../filter/output-format.js';
import type { CompiledRule } from '../rules/load.js';
import { withExtraFields } from '../rules/extra-fields.js';
import { nameHint } from '../rules/hint.js';
import { matchesWildcard } from '../rules/wildcard.js';

export type ThrottleSettings = Config['alerts']['throttle'];

export interface ThrottleLimits {
  /** Milliseconds between summaries. */
  readonly summaryMs: number;
  /** Keys that are told apart at most. */
  readonly maxKeys: number;
}

/** How alerts of one rule are held back. */
export interface ThrottlePolicy {
  /** Alerts a second in the long run. */
  readonly rate: number;
  /** Alerts in a row. */
  readonly burst: number;
  /** What alerts that count together have in common: nothing, the values of fields (see KEY_FIELD), or their text. */
  readonly key: 'none' | 'fields' | 'text';
}

/**
 * Alerts of rules with key fields carry their values under this name, which no field can have, until they are judged. The
 * event itself may be gone by then: alerts wait for what is known of containers.
 */
export const KEY_FIELD = '\0key';

/** By rule name; a rule that is not there is never held back. */
export type ThrottlePolicies = ReadonlyMap<ByteString, ThrottlePolicy>;

export type ThrottleRulesResult =
  | {
      readonly ok: true;
      readonly policies: ThrottlePolicies;
      /** The rules, with a format that gives the key as well where there is one. */
      readonly rules: readonly CompiledRule[];
    }
  | { readonly ok: false; readonly message: string };

export function throttleLimits({ alerts }: Pick<Config, 'alerts'>): ThrottleLimits {
  const { summary_interval, max_keys } = alerts.throttle;
  return { summaryMs: durationMs(summary_interval) ?? 60_000, maxKeys: max_keys };
}

/** Stands for the whole text. */
const WHOLE = '*';

/**
 * Policies for the rules.
 * @param sources fields of each event source; one that a source does not have is passed over for its rules
 */
export function throttleRules(
  settings: ThrottleSettings,
  rules: readonly CompiledRule[],
  sources: ReadonlyMap<string, FilterContext>,
): ThrottleRulesResult {
  const message = unknownField(settings, sources);
  if (message !== undefined) return { ok: false, message };
  const policies = new Map<ByteString, ThrottlePolicy>();
  const keyed = rules.map(rule => {
    const own = settings.overrides.find(one => matchesWildcard(one.rule, rule.name));
    if (!(own?.enabled ?? settings.enabled)) return rule;
    const fields = own?.key_fields ?? settings.key_fields;
    const context = sources.get(rule.source);
    const known = context === undefined ? [] : fields.filter(field => isField(field, context));
    const key = fields.includes(WHOLE) ? 'text' : known.length > 0 ? 'fields' : 'none';
    const { rate, burst } = settings;
    policies.set(toByteString(rule.name), { rate: own?.rate ?? rate, burst: own?.burst ?? burst, key });
    return key === 'fields' && context !== undefined ? withKey(rule, known, context) : rule;
  });
  return { ok: true, policies, rules: keyed };
}

function withKey(rule: CompiledRule, fields: readonly string[], context: FilterContext): CompiledRule {
  const format = fields.map(field => `%${field}`).join(' ');
  const extended = withExtraFields(rule.format, [{ name: KEY_FIELD, format }], context, {});
  return extended.ok ? { ...rule, format: extended.format } : rule;
}

/** Whether the source has the field, and it is a field and no more. */
function isField(field: string, context: FilterContext): boolean {
  const format = compileOutput(`%${field}`, context);
  if (!format.ok) return false;
  const { fields } = format.format;
  return fields.length === 1 && fields[0] === toByteString(field);
}

/** Words for a field that no source has. */
function unknownField(
  { key_fields, overrides }: ThrottleSettings,
  sources: ReadonlyMap<string, FilterContext>,
): string | undefined {
  const all = [...key_fields, ...overrides.flatMap(own => own.key_fields ?? [])];
  const contexts = [...sources];
  const unknown = all.find(
    field => field !== WHOLE && !contexts.some(([, context]) => isField(field, context)),
  );
  if (unknown === undefined) return undefined;
  const hints = contexts.map(([source]) => nameHint(`nonexistent field ${unknown}`, { source, macros: [] }));
  const hint = hints.find(text => text !== undefined);
  return `alerts.throttle: key_fields has '${unknown}', which is no field${hint === undefined ? '' : `; ${hint}`}`;
}
