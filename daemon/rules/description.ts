/**
 * What `falco -L` and `-l` tell in JSON: rules, macros and lists as their files give them (`info`) and what became of
 * them (`details`). Keys come in alphabetical order, as upstream prints them (reference/falco/cli.md 2.8).
 */
import { EVENT_SOURCES } from '../events/sources.js';
import { fieldTable } from '../fields/tables/fields.js';
import { compileCondition } from '../filter/filter.js';
import { parseCondition } from '../filter/parse.js';
import { print } from '../filter/print.js';
import { resolveMacros } from '../filter/resolve.js';
import { sourceContext } from '../filter/source-context.js';
import type { Node } from '../filter/tree.js';
import type { ListInfo, MacroInfo, RuleInfo } from './collect.js';
import type { Compilation } from './compile.js';
import { conditionDetails, type ConditionDetails } from './condition-details.js';
import { eventNames } from './event-names.js';
import type { RulesLoad } from './load.js';
import { isMeant, type FieldAddition, type RuleOptions } from './options.js';
import { PRIORITY_NAMES } from './priority.js';
import type { CompiledRule } from './rule.js';

export interface DescriptionOptions {
  readonly fieldAdditions?: readonly FieldAddition[];
  /** As they were for the loader. */
  readonly fields?: RuleOptions['fields'];
}

export type Json = Readonly<Record<string, unknown>>;

export interface RulesetDescription {
  readonly lists: readonly Json[];
  readonly macros: readonly Json[];
  readonly required_engine_version: string;
  readonly required_plugin_versions: readonly Json[];
  readonly rules: readonly Json[];
}

type Collected = NonNullable<RulesLoad['collected']>;

const NO_DETAILS: ConditionDetails = { macros: [], lists: [], operators: [], fields: [] };
const NO_LISTS: ReadonlySet<string> = new Set();
/** The plugins that upstream has the fields from, by the class of the field. */
const CLASS_PLUGINS: ReadonlyMap<string, string> = new Map([
  ['container', 'container'],
  ['k8saudit (plugin)', 'k8saudit'],
  ['json (plugin)', 'json'],
]);
const FIELD_PLUGINS: ReadonlyMap<string, string | undefined> = new Map(
  fieldTable.map(row => [row.name, CLASS_PLUGINS.get(row.class)]),
);

/** Everything; null when a file did not load. @param load loaded with `origins` */
export function describeAll(load: RulesLoad, options: DescriptionOptions = {}): RulesetDescription | null {
  const { collected } = load;
  if (collected === null) return null;
  const { collection } = collected;
  return {
    lists: inOrder(collection.lists).map(list => describeList(list, collected)),
    macros: inOrder(collection.macros).map(macro => describeMacro(macro, collected, options)),
    required_engine_version: collection.engineVersion,
    required_plugin_versions: collection.plugins.map(([plugin, ...alternatives]) => ({
      alternatives: alternatives.map(({ name, version }) => ({ name, version })),
      name: plugin?.name,
      version: plugin?.version,
    })),
    rules: load.all.map(rule => describeRule(rule, collected, options)),
  };
}

/** The rule of that name alone; null when it is not loaded. @param load loaded with `origins` */
export function describeOne(
  load: RulesLoad,
  name: string,
  options: DescriptionOptions = {},
): { readonly rules: readonly Json[] } | null {
  const rule = load.all.find(candidate => candidate.name === name);
  if (load.collected === null || rule === undefined) return null;
  return { rules: [describeRule(rule, load.collected, options)] };
}

function inOrder<T extends { readonly index: number }>(items: ReadonlyMap<string, T>): readonly T[] {
  return [...items.values()].sort((a, b) => a.index - b.index);
}

function describeRule(rule: CompiledRule, collected: Collected, options: DescriptionOptions): Json {
  const info = collected.collection.rules.get(rule.name)!;
  const direct = written(info.condition.text, collected);
  const compiled = conditionDetails(rule.origin!.tree, NO_LISTS);
  const extra = (options.fieldAdditions ?? []).filter(addition => isMeant(addition, rule));
  const raw = extra.filter(({ format }) => format === null).map(({ name }) => name);
  const formatted = extra.flatMap(({ name, format }) => (format === null ? [] : [[name, format] as const]));
  const outputFields = unique([...rule.format.fields, ...raw]);
  const exceptions = exceptionDetails(info);
  return {
    details: {
      condition_compiled: rule.compiledCondition,
      condition_fields: compiled.fields,
      condition_operators: compiled.operators,
      events: eventNames(rule.filter),
      ...exceptions,
      extra_output_formatted_fields: Object.fromEntries(formatted),
      lists: direct.lists,
      macros: direct.macros,
      output_compiled: rule.compiledOutput,
      output_fields: outputFields,
      plugins: plugins([...compiled.fields, ...outputFields, ...exceptions.exception_fields]),
    },
    info: {
      capture: rule.capture,
      capture_duration: rule.captureDuration,
      condition: rule.condition,
      description: rule.desc,
      enabled: info.enabled,
      name: rule.name,
      output: rule.output,
      priority: PRIORITY_NAMES[rule.priority],
      source: rule.source,
      tags: rule.tags,
    },
  };
}

function describeMacro(macro: MacroInfo, collected: Collected, options: DescriptionOptions): Json {
  const { compilation } = collected;
  const direct = written(macro.condition.text, collected);
  const parsed = compilation.macros.get(macro.name);
  const resolved =
    parsed && resolveMacros(parsed.tree, other => compilation.macros.get(other)?.tree ?? undefined);
  const tree = resolved?.ok === true ? resolved.tree : null;
  const compiled = tree === null ? NO_DETAILS : conditionDetails(tree, NO_LISTS);
  const filter = tree && compiledAnywhere(tree, options);
  return {
    details: {
      condition_compiled: tree === null ? '' : print(tree),
      condition_fields: compiled.fields,
      condition_operators: compiled.operators,
      events: filter?.ok === true ? eventNames(filter.filter) : [],
      lists: direct.lists,
      macros: direct.macros,
      plugins: plugins(compiled.fields),
      used: compilation.usedMacros.has(macro.name),
    },
    info: { condition: macro.condition.text, name: macro.name },
  };
}

function describeList(list: ListInfo, { collection, compilation }: Collected): Json {
  const items = list.items.map(item => item.text);
  const others = items.filter(item => {
    const other = collection.lists.get(item);
    return other !== undefined && other !== list && other.index < list.visibility;
  });
  return {
    details: {
      items_compiled: compiledItems(list.name, compilation),
      lists: unique(others).sort(),
      plugins: [],
      used: compilation.usedLists.has(list.name),
    },
    info: { items, name: list.name },
  };
}

function compiledItems(name: string, { lists }: Compilation): readonly string[] {
  return lists.find(list => list.name === name)?.items ?? [];
}

/** The macros and lists that a condition names itself; what its macros name in turn is theirs. */
function written(condition: string, { collection }: Collected): ConditionDetails {
  const parsed = parseCondition(condition);
  // Without its lists in place a condition need not make sense: they may be more than values.
  return parsed.ok ? conditionDetails(parsed.tree, new Set(collection.lists.keys())) : NO_DETAILS;
}

function exceptionDetails({ exceptions }: RuleInfo): {
  readonly exception_fields: readonly string[];
  readonly exception_names: readonly string[];
  readonly exception_operators: readonly string[];
} {
  return {
    exception_fields: unique(exceptions.flatMap(({ fields }) => fields.map(field => field.text))),
    exception_names: unique(exceptions.map(({ name }) => name)),
    exception_operators: unique(exceptions.flatMap(({ comps }) => comps.map(comp => comp.text))),
  };
}

/** A macro is of no source: it is compiled for the first that has all of its fields. */
function compiledAnywhere(tree: Node, { fields }: DescriptionOptions): ReturnType<typeof compileCondition> {
  const compiled = EVENT_SOURCES.map(source =>
    compileCondition(tree, sourceContext(source, fields), { anyType: true }),
  );
  return compiled.find(({ ok }) => ok) ?? compiled[0]!;
}

/** The plugins, built in here, that fields come from. */
function plugins(fields: readonly string[]): readonly string[] {
  const names = fields.map(field => FIELD_PLUGINS.get(field.replace(/\[.*/s, '')));
  return unique(names.flatMap(name => name ?? [])).sort();
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
