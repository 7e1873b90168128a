/** The JSON schema of rules files, for editors (`falco --rule-schema`) and for the status that every file gets. */
import { PRIORITY_NAMES } from './priority.js';

/** The part of JSON schema that rules files need. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'array' | 'object' | 'string' | 'boolean' | 'integer';
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
}

const TEXT: Schema = { type: 'string' };
const YES_OR_NO: Schema = { type: 'boolean' };
const TEXTS: Schema = { type: 'array', items: TEXT };
const ONE_OR_MORE: Schema = { anyOf: [TEXT, TEXTS] };
const say = (description: string, schema: Schema): Schema => ({ ...schema, description });
const map = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length > 0 ? { required } : {}),
});

/** That some keys cannot be appended to is the loader's to say. */
const MANNER: Schema = { type: 'string', enum: ['append', 'replace'] };
const PLUGIN = { name: TEXT, version: TEXT };

/** Upper case alone, as in Falco's schema; the loader takes any (rules.md 3.1). */
const PRIORITIES: readonly string[] = [...PRIORITY_NAMES.map(name => name.toUpperCase()), 'INFO'];

/** Keys of all kinds of items: which of them belong together is the loader's to judge. */
/* prettier-ignore */
const ITEM = map({
  required_engine_version:  say('Version of the rules language that the file needs: a number or x.y.z.', TEXT),
  required_plugin_versions: say('Plugins that the file needs.', { type: 'array', items: map({ ...PLUGIN, alternatives: { type: 'array', items: map(PLUGIN, ['name', 'version']) } }, ['name', 'version']) }),
  list:                     say('Name of a list.', TEXT),
  items:                    say('Items of a list: values, or names of lists.', TEXTS),
  macro:                    say('Name of a macro.', TEXT),
  rule:                     say('Name of a rule.', TEXT),
  condition:                say('Which events a rule or macro is about.', TEXT),
  output:                   say('Text of an alert, in which %fields are filled in.', TEXT),
  desc:                     say('What the rule detects.', TEXT),
  priority:                 say('How urgent an alert is.', { type: 'string', enum: PRIORITIES }),
  source:                   say('Event source; default syscall.', TEXT),
  enabled:                  say('Whether the rule is used.', YES_OR_NO),
  tags:                     say('Words by which rules are selected.', TEXTS),
  exceptions:               say('Cases in which the rule does not fire.', { type: 'array', items: map({ name: TEXT, fields: ONE_OR_MORE, comps: ONE_OR_MORE, values: { type: 'array' } }, ['name']) }),
  capture:                  say('Whether an alert starts a capture.', YES_OR_NO),
  capture_duration:         say('How long that lasts, in milliseconds.', { type: 'integer' }),
  warn_evttypes:            say('Whether to warn of a condition for almost all events.', YES_OR_NO),
  'skip-if-unknown-filter': say('Whether to leave the rule out when it names what does not exist.', YES_OR_NO),
  append:                   say('Add to an earlier item of that name; deprecated: override.', YES_OR_NO),
  override:                 say('How keys treat those of an earlier item of that name.', map({
    items: MANNER, condition: MANNER, output: MANNER, desc: MANNER, tags: MANNER, exceptions: MANNER,
    priority: MANNER, enabled: MANNER, capture: MANNER, capture_duration: MANNER,
    warn_evttypes: MANNER, 'skip-if-unknown-filter': MANNER,
  })),
});

export const RULES_SCHEMA: Schema = {
  $schema: 'http://json-schema.org/draft-06/schema#',
  title: 'Falco rules',
  type: 'array',
  items: ITEM,
};
