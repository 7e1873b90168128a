/**
 * The configuration: falco.yaml, the files that it includes and the command line in, one typed `Config` and what is
 * odd about it out. Knows no other room but diagnostics. Order and precedence: reference/falco/config.md 1.3.
 *
 * yaml.ts text → nodes · expand.ts `${VAR}` · merge.ts included files · override.ts `-o` · read.ts nodes → values by
 * keys.ts · cross-checks.ts what single keys cannot say.
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from './config.js';
import { withContainerEngines } from './container-engines.js';
import { crossCheck, driverObstacles, type Obstacle } from './cross-checks.js';
import { ConfigError, configError, type Complaint, type Texts } from './error.js';
import { RENAMED } from './gone.js';
import { expand, type Environment } from './expand.js';
import { readIncluded, type Included } from './forms.js';
import { relocate, type Located } from './locate.js';
import { merge } from './merge.js';
import {
  isNothing,
  mapping,
  originText,
  scalar,
  type ConfigNode,
  type MappingNode,
  type Origin,
} from './node.js';
import { namesIncludedFiles, override } from './override.js';
import { originAt } from './path.js';
import { readConfig, type Problem } from './read.js';
import { filesIn, kindOf } from './rules-files.js';
import { readStrings } from './scalar-value.js';
import { parseYaml } from './yaml.js';

/** One file that went into the configuration. */
export interface LoadedFile {
  readonly name: string;
  /** `ok`, `none` for a file without content, or `failed for <root>[key]: why`. */
  readonly schema: string;
}

export interface LoadedConfig {
  readonly ok: true;
  readonly config: Config;
  /** In the order in which they were merged, the main file first. */
  readonly files: readonly LoadedFile[];
  /** One line each, with file and line in front. */
  readonly warnings: readonly string[];
  /** Everything merged, as written. */
  readonly root: MappingNode;
  /** Why the driver cannot be started with it; empty: it can. */
  readonly driverProblem: string;
}

export type ConfigResult = LoadedConfig | ConfigRefusal;

export interface ConfigRefusal {
  readonly ok: false;
  readonly message: string;
  /** Files and folders that were to be included: a change of them may set it right. */
  readonly included: readonly string[];
}

export interface LoadOptions {
  readonly located: Located;
  /** Texts of `-o`, in order. */
  readonly overrides: readonly string[];
  readonly environment: Environment;
}

/** A hundred times what a configuration has; a log that lies among them is none. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads the file and everything it leads to. */
export function loadConfig(options: LoadOptions): ConfigResult {
  const { path } = options.located;
  if (['missing', 'folder'].includes(kindOf(path))) {
    return { ok: false, message: `Could not find configuration file at ${path}`, included: [] };
  }
  const texts: Texts = new Map();
  return attempt(named => build(readDocument(path, options.environment, texts), path, options, texts, named));
}

/** The same for a text instead of a file. */
export function loadConfigText(
  text: string,
  overrides: readonly string[],
  environment: Environment = {},
): ConfigResult {
  const name = 'config';
  const options: LoadOptions = { located: { path: name, folder: null }, overrides, environment };
  const texts: Texts = new Map();
  return attempt(named => build(parseDocument(text, name, environment, texts), name, options, texts, named));
}

/** @param body takes a list for the names of what it includes */
function attempt(body: (named: string[]) => LoadedConfig): ConfigResult {
  const included: string[] = [];
  try {
    return body(included);
  } catch (error) {
    if (error instanceof ConfigError) return { ok: false, message: error.message, included };
    throw error;
  }
}

interface Document {
  readonly root: MappingNode;
  readonly empty: boolean;
}

function build(
  main: Document,
  name: string,
  options: LoadOptions,
  texts: Texts,
  named: string[],
): LoadedConfig {
  const { root } = main;
  const problems: Problem[] = [...readConfig(root).problems];
  const files: LoadedFile[] = [{ name, schema: schemaStatus(main, problems) }];
  moveInto(options.located.folder, root);
  const apply = (option: string): void => {
    const problem = override(root, option);
    if (problem !== undefined) throw new ConfigError(problem);
  };

  options.overrides.filter(namesIncludedFiles).forEach(apply);
  const entries = included(root);
  named.push(...entries.map(({ path }) => path));
  for (const { path, strategy } of entries) {
    for (const file of includedFiles(path, name)) {
      const added = readDocument(file, options.environment, texts);
      if (added.root.entries.has('config_files')) {
        throw new ConfigError(`Config error: 'config_files' directive in included config file ${file}.`);
      }
      const found = readConfig(added.root).problems;
      if (!files.some(({ name: known }) => known === file)) {
        problems.push(...found);
        files.push({ name: file, schema: schemaStatus(added, found) });
      }
      merge(root, added.root, strategy);
    }
  }
  options.overrides.filter(option => !namesIncludedFiles(option)).forEach(apply);

  const reading = readConfig(root);
  const fatal = reading.problems.filter(problem => problem.kind === 'fatal');
  if (fatal.length > 0) throw configError(fatal, texts);
  const warnings = [
    ...problems.filter(problem => problem.kind !== 'idle'),
    ...reading.problems.filter(problem => problem.kind === 'idle' || !isTold(problem, problems)),
  ].flatMap(({ kind, origin, message }) => (kind === 'fatal' ? [] : [`${originText(origin)}: ${message}`]));
  const config = withContainerEngines(withRulesFileAlias(reading.config, root, texts), root);
  const originOf = (path: string): Origin => originAt(root, path);
  config.append_output.forEach(({ match }, i) => {
    if (match.rule === '' || match.tags.length === 0) return;
    const path = `append_output[${String(i)}].match`;
    warnings.push(`${originText(originOf(path))}: ${path} has a rule and tags: both have to hold`);
  });
  const complaint = ({ path, message }: Obstacle): Complaint => ({ message, origin: originOf(path) });
  const obstacles = crossCheck(config).map(complaint);
  if (obstacles.length > 0) throw configError(obstacles, texts);
  const driverProblem = configError(driverObstacles(config).map(complaint), texts).message;
  return { ok: true, config, files, warnings, root, driverProblem };
}

const ignoreOdd = (): void => undefined;

function included(root: MappingNode): readonly Included[] {
  const list = root.entries.get('config_files')?.value;
  return list === undefined ? [] : readIncluded(list, ignoreOdd);
}

/** Whether it was found in the file that it stands in, where its path may have been another. */
function isTold({ origin, kind }: Problem, told: readonly Problem[]): boolean {
  return told.some(one => one.kind === kind && originText(one.origin) === originText(origin));
}

function readDocument(path: string, environment: Environment, texts: Texts): Document {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new Error(`it is larger than ${String(MAX_BYTES)} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`Could not read configuration file ${path}: ${(error as Error).message}`);
  }
  return parseDocument(text, path, environment, texts);
}

function parseDocument(text: string, name: string, environment: Environment, texts: Texts): Document {
  texts.set(name, text);
  const parsed = parseYaml(text, name);
  if (!parsed.ok) throw configError([parsed], texts);
  if (parsed.empty) return { root: mapping({ file: name, line: 1, column: 1 }), empty: true };
  if (parsed.root.kind !== 'mapping')
    throw configError(
      [{ message: 'the configuration must be a mapping', origin: parsed.root.origin }],
      texts,
    );
  return { root: expand(parsed.root, environment) as MappingNode, empty: false };
}

/** Files that one entry of `config_files` stands for; none when it does not exist. */
function includedFiles(path: string, main: string): readonly string[] {
  const kind = kindOf(path);
  const files = kind === 'folder' ? (filesIn(path) ?? [path]) : kind === 'missing' ? [] : [path];
  const self =
    files.find(file => resolve(file) === resolve(main)) ??
    (resolve(path) === resolve(main) ? path : undefined);
  if (self !== undefined) {
    throw new ConfigError(
      `Config error: 'config_files' directive tried to recursively include main config file: ${self}.`,
    );
  }
  return files;
}

function schemaStatus(document: Document, problems: readonly Problem[]): string {
  if (document.empty) return 'none';
  const first = problems.find(problem => problem.kind !== 'idle') ?? wrongStrategy(document.root);
  if (first === undefined) return 'ok';
  const place = first.path
    .split('.')
    .map(step => `[${step}]`)
    .join('');
  return `failed for <root>${place}: ${first.message}`;
}

/** An unknown merge strategy counts as `append`, and is no value of the schema. */
function wrongStrategy(root: MappingNode): Problem | undefined {
  const list = root.entries.get('config_files')?.value;
  for (const item of list?.kind === 'sequence' ? list.items : []) {
    const strategy = item.kind === 'mapping' ? item.entries.get('strategy')?.value : undefined;
    if (strategy === undefined || isNothing(strategy)) continue;
    const word = strategy.kind === 'scalar' ? strategy.text : '';
    if (!['append', 'override', 'add-only'].includes(word)) {
      return {
        kind: 'type',
        path: 'config_files',
        message: `unknown strategy '${word}'`,
        origin: strategy.origin,
      };
    }
  }
  return undefined;
}

/** See locate.ts: paths of the project's own configuration lead into the source tree. */
function moveInto(folder: string | null, root: MappingNode): void {
  if (folder === null) return;
  const move = (node: ConfigNode): ConfigNode => {
    switch (node.kind) {
      case 'scalar':
        return isNothing(node) ? node : scalar(relocate(node.text, folder), node.origin);
      case 'sequence':
        return { ...node, items: node.items.map(move) };
      case 'mapping':
        return {
          ...node,
          entries: new Map(
            [...node.entries].map(([key, entry]) => [key, { ...entry, value: move(entry.value) }]),
          ),
        };
    }
  };
  for (const key of ['config_files', 'rules_files', 'rules_file']) {
    const entry = root.entries.get(key);
    if (entry !== undefined) entry.value = move(entry.value);
  }
}

/** `rules_file` is the old name of `rules_files`. */
function withRulesFileAlias(config: Config, root: MappingNode, texts: Texts): Config {
  const old = root.entries.get(RENAMED.from);
  if (old === undefined) return config;
  if (root.entries.has(RENAMED.to)) {
    const message = "both 'rules_file' and 'rules_files' are set; keep 'rules_files'";
    throw configError([{ message, origin: old.origin }], texts);
  }
  return { ...config, rules_files: readStrings(old.value) ?? [] };
}
