/**
 * rules: rules files → compiled rules, with diagnostics.
 *
 * In: the bytes of rules files in load order, and what the configuration says of rules. Out: for each file its errors
 * and warnings, and the rules of all of them, compiled, in the order of matching. The way of a file: yaml (nodes with
 * positions) → items (what it says) → collect (lists, macros and rules so far) → compile (exceptions, lists, macros,
 * filter, output). Imported by alerts, engine and cli; imports filter, fields, events and diagnostics.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { EVENT_SOURCES } from '../events/sources.js';
import type { FilterContext } from '../filter/context.js';
import { parseCondition } from '../filter/parse.js';
import { bindSource } from '../filter/source.js';
import { sourceContext } from '../filter/source-context.js';
import { diagnose } from './codes.js';
import { Collection } from './collect.js';
import { Compiler, type Compilation } from './compile.js';
import type { SourceFields } from './exceptions.js';
import { readItems } from './items.js';
import { noteRules } from './notes.js';
import type { PluginVersion, RuleOptions } from './options.js';
import { BUILT_IN_PLUGINS, unmetRequirement } from './plugins.js';
import type { Findings } from './reader.js';
import type { CompiledRule } from './rule.js';
import { placeRules } from './selection.js';
import { filePlace } from './source-file.js';
import { schemaStatus, type SchemaStatus } from './schema-check.js';
import { parseYaml, type YamlFile } from './yaml.js';

export type { FieldAddition, OutputAddition, PluginVersion, RuleOptions, RuleSelection } from './options.js';
export type { CompiledRule } from './rule.js';

export interface RulesFile {
  readonly name: string;
  readonly content: Buffer;
}

/** What loading one file gave: plain data, fit for a message. */
export interface FileResult {
  readonly name: string;
  readonly successful: boolean;
  readonly errors: readonly Diagnostic[];
  /** How the file stands to the JSON schema: `ok`, `none`, or `failed for …`. */
  readonly schema: SchemaStatus;
  /** Those that Falco gives, too. */
  readonly warnings: readonly Diagnostic[];
  /** Those that it does not; those about rules only when all files load. */
  readonly notes: readonly Diagnostic[];
}

export interface RulesLoad {
  /** One for each file, in order; after the first that failed none is read, unless `checkAll` asks for it. */
  readonly results: readonly FileResult[];
  /** Rules that are enabled, in the order of matching: `rules[i].index === i`. Empty when a file failed. */
  readonly rules: readonly CompiledRule[];
  /** Every rule that compiled, in order of definition, enabled or not. */
  readonly all: readonly CompiledRule[];
  /** What was collected and what became of it, for those who describe it; null when a file failed. */
  readonly collected: { readonly collection: Collection; readonly compilation: Compilation } | null;
}

const NOTHING: Compilation = {
  rules: [],
  lists: [],
  macros: new Map(),
  usedLists: new Set(),
  usedMacros: new Set(),
  reviews: new Map(),
  listNotes: [],
};

/** What rules of each event source are bound to. */
export function ruleSources({ sources, fields }: RuleOptions): ReadonlyMap<string, FilterContext> {
  return sources ?? new Map(EVENT_SOURCES.map(source => [source, sourceContext(source, fields)]));
}

/**
 * Loads rules files, one on top of the other. Each file has to compile with what came before it and no more; what a
 * later file says of the same names replaces, extends or switches off what an earlier one said. A warning is told
 * once, with the file that brought it about. Behind a file that failed a file answers only for what stands in itself.
 */
export function loadRules(files: readonly RulesFile[], options: RuleOptions = {}): RulesLoad {
  const sources = ruleSources(options);
  const plugins = options.plugins ?? BUILT_IN_PLUGINS;
  const collection = new Collection(source => fieldCheck(sources.get(source)));
  const compiler = new Compiler({
    sources,
    additions: options.additions ?? [],
    fieldAdditions: options.fieldAdditions ?? [],
    output: options.output ?? {},
    origins: options.origins ?? false,
  });
  const told = new Set<string>();
  const results: FileResult[] = [];
  let compilation = NOTHING;
  let failed = false;
  for (const file of files) {
    const findings: Findings = { errors: [], warnings: [], notes: [] };
    const yaml = parseYaml(file.name, file.content);
    const schema = yaml.error === null ? schemaStatus(yaml.documents) : 'none';
    const read = readFile(yaml, collection, plugins, findings);
    if (read === 'changed' && findings.errors.length === 0)
      compilation = compiler.compile(collection, findings);
    const own = (diagnostic: Diagnostic): boolean => !failed || isOf(diagnostic, file.name);
    const errors = findings.errors.filter(own);
    const warnings = findings.warnings.filter(warning => own(warning) && isNews(warning, told));
    const successful = errors.length === 0;
    results.push({ name: file.name, successful, schema, errors, warnings, notes: findings.notes });
    failed ||= !successful;
    if (failed && (options.checkAll !== true || read === 'unmet')) break;
  }
  if (failed) return { results, rules: [], all: [], collected: null };
  const all = placeRules(compilation.rules, options.minPriority ?? 7, options.selection ?? []);
  const rules = all.filter(rule => rule.enabled);
  const notes = [
    ...compilation.listNotes,
    ...noteRules(all, compilation.reviews, options.matching ?? 'first'),
  ];
  return { results: withNotes(results, notes), rules, all, collected: { collection, compilation } };
}

/** Each note with the file that it is about. */
function withNotes(results: readonly FileResult[], notes: readonly Diagnostic[]): readonly FileResult[] {
  return results.map(result => ({
    ...result,
    notes: [...result.notes, ...notes.filter(({ locations }) => locations[0]?.source === result.name)],
  }));
}

/** Whether anything on the way to what a diagnostic is about stands in that file. */
function isOf({ locations }: Diagnostic, name: string): boolean {
  return locations.some(({ source }) => source === name);
}

/** Takes one file into the collection. `unmet`: it asks for a plugin that is not there. */
function readFile(
  yaml: YamlFile,
  collection: Collection,
  plugins: readonly PluginVersion[],
  findings: Findings,
): 'changed' | 'unchanged' | 'unmet' {
  if (yaml.badEncoding >= 0) {
    const at = filePlace(yaml.file, { start: yaml.badEncoding, end: yaml.badEncoding + 1 });
    findings.warnings.push(diagnose('LOAD_INVALID_ENCODING', 'Text is not valid UTF-8', at));
  }
  if (yaml.error !== null) {
    const at = filePlace(yaml.file, yaml.error);
    findings.errors.push(diagnose('LOAD_ERR_YAML_PARSE', yaml.error.message, at));
    return 'unchanged';
  }
  const items = readItems(yaml.file, yaml.documents, findings, item => {
    collection.add(item, findings);
  });
  const required = items.flatMap(item => (item.kind === 'plugin versions' ? item.requirements : []));
  for (const { anyOf, place: at } of required) {
    const message = unmetRequirement(anyOf, plugins);
    if (message === null) continue;
    // Without its plugins whatever else is wrong with a file does not matter.
    findings.errors.splice(0, Infinity, diagnose('LOAD_ERR_VALIDATE', message, at));
    return 'unmet';
  }
  return items.length > 0 ? 'changed' : 'unchanged';
}

function fieldCheck(context: FilterContext | undefined): SourceFields['has'] | undefined {
  if (context === undefined) return undefined;
  return text => {
    const parsed = parseCondition(`${text} exists`);
    return parsed.ok && parsed.tree.kind === 'exists' && bindSource(parsed.tree.left, context.fields).ok;
  };
}

function isNews({ code, message, locations }: Diagnostic, told: Set<string>): boolean {
  const at = locations.map(({ source, span }) => `${source}:${String(span.start.offset)}`);
  const key = [code, message, ...at].join('\n');
  const isNew = !told.has(key);
  told.add(key);
  return isNew;
}
