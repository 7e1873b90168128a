/** What a rules file says, item by item, before anything is looked up or put together. */
import type { MappedText } from './mapped-text.js';
import type { Priority } from './priority.js';
import type { Place } from './source-file.js';
import type { YamlScalar, YamlSequence } from './yaml.js';

export type Item = EngineVersionItem | PluginVersionsItem | ListItem | MacroItem | RuleItem;

export interface EngineVersionItem {
  readonly kind: 'engine version';
  /** In the form `x.y.z`. */
  readonly version: string;
  readonly place: Place;
}

export interface PluginRequirement {
  readonly name: string;
  readonly version: string;
}

export interface PluginVersionsItem {
  readonly kind: 'plugin versions';
  /** One of each has to be there: the plugin itself comes first, then its alternatives. */
  readonly requirements: readonly { readonly anyOf: readonly PluginRequirement[]; readonly place: Place }[];
}

/** How an item treats an earlier one of its name. */
export type Manner = 'define' | 'append' | 'replace';

export interface ListItem {
  readonly kind: 'list';
  readonly name: string;
  readonly items: readonly YamlScalar[];
  readonly manner: Manner;
  readonly place: Place;
}

export interface MacroItem {
  readonly kind: 'macro';
  readonly name: string;
  readonly condition: MappedText;
  readonly manner: Manner;
  readonly place: Place;
}

/** One exception as an item gives it; an appended one needs no fields. */
export interface ExceptionItem {
  readonly name: string;
  readonly fields: readonly YamlScalar[] | YamlScalar | null;
  readonly comps: readonly YamlScalar[] | YamlScalar | null;
  readonly values: YamlSequence | null;
  readonly hasValues: boolean;
  readonly place: Place;
}

/** The keys of a rule that an item can bring. */
export interface RuleParts {
  readonly condition?: MappedText;
  readonly output?: MappedText;
  readonly desc?: string;
  readonly tags?: readonly string[];
  readonly exceptions?: readonly ExceptionItem[];
  readonly priority?: Priority;
  readonly enabled?: boolean;
  readonly capture?: boolean;
  readonly captureDuration?: number;
  readonly warnEvttypes?: boolean;
  readonly skipIfUnknownFilter?: boolean;
}

export type RulePart = keyof RuleParts;

export interface RuleItem {
  readonly kind: 'rule';
  readonly name: string;
  /** null when the item names none. */
  readonly source: string | null;
  readonly action:
    | { readonly kind: 'define'; readonly parts: RuleParts }
    | { readonly kind: 'append'; readonly parts: RuleParts }
    | { readonly kind: 'override'; readonly append: RuleParts; readonly replace: RuleParts }
    | { readonly kind: 'toggle'; readonly enabled: boolean };
  readonly place: Place;
}
