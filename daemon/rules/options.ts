/** What the configuration says about rules. */
import type { FieldOptions } from '../fields/extractor.js';
import type { FilterContext } from '../filter/context.js';
import type { OutputOptions } from '../filter/output-format.js';
import type { Priority } from './priority.js';

/** One step of the `rules:` key, in order. With both rule and tag it is two steps: first the rule's, then the tag's. */
export interface RuleSelection {
  readonly enable: boolean;
  /** Name, in which `*` stands for any text. */
  readonly rule?: string;
  readonly tag?: string;
}

/** Which rules are meant; conditions that are absent hold. */
export interface RuleTarget {
  readonly source?: string;
  readonly rule?: string;
  /** The rule has to carry all of them. */
  readonly tags?: readonly string[];
}

/** Text that is appended to the outputs of rules, after one space. */
export interface OutputAddition extends RuleTarget {
  readonly output: string;
}

/** What alerts of rules carry among their fields besides those of the output: a field, or a format under a name. */
export interface FieldAddition extends RuleTarget {
  readonly name: string;
  /** null: `name` is a field. */
  readonly format: string | null;
}

/** Whether a rule is one of those that are meant. */
export function isMeant(
  target: RuleTarget,
  rule: { readonly source: string; readonly name: string; readonly tags: readonly string[] },
): boolean {
  return (
    (target.source === undefined || target.source === rule.source) &&
    (target.rule === undefined || target.rule === rule.name) &&
    (target.tags ?? []).every(tag => rule.tags.includes(tag))
  );
}

/** A plugin that is loaded (or built in), for `required_plugin_versions`. */
export interface PluginVersion {
  readonly name: string;
  readonly version: string;
}

/** All optional: without any, every rule of the syscall source loads as its file says. */
export interface RuleOptions {
  /** Least urgent priority that is loaded; default 7, all. */
  readonly minPriority?: Priority;
  readonly selection?: readonly RuleSelection[];
  /** Whether an event raises one alert at most, of the first rule that matches; default: it does. */
  readonly matching?: 'first' | 'all';
  readonly additions?: readonly OutputAddition[];
  readonly fieldAdditions?: readonly FieldAddition[];
  /** How outputs are rendered. */
  readonly output?: OutputOptions;
  /** What fields take from the configuration, for the default of `sources`. */
  readonly fields?: FieldOptions;
  /** Event sources by name; default: all that there are, with the fields of the registry. */
  readonly sources?: ReadonlyMap<string, FilterContext>;
  /** Rules know where each of their checks stands; default: they do not. */
  readonly origins?: boolean;
  /** Whether files behind one that failed are read too; default: none is. */
  readonly checkAll?: boolean;
  /** Default: those that are built in. */
  readonly plugins?: readonly PluginVersion[];
}
