/** Command line and configuration file together: what a run works with. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { hasOutput } from '../config/cross-checks.js';
import type { Config } from '../config/config.js';
import { loadConfig, type LoadedFile } from '../config/load.js';
import { locateConfig, SYSTEM_FOLDER } from '../config/locate.js';
import { rulesFiles } from '../config/rules-files.js';
import { auditSettings, type AuditSettings } from '../engine/audit-settings.js';
import { sourceOf } from '../engine/engine.js';
import { EVENT_SOURCES, isEventSource, type EventSourceName } from '../events/sources.js';
import { MAX_RULES_BYTES } from '../rules/yaml.js';
import type { Arguments } from './arguments.js';
import { pluginProblems } from './list-plugins.js';
import { ROOT } from './installation.js';

export interface RulesFile {
  readonly name: string;
  readonly content: Buffer;
}

export interface Settings {
  readonly config: Config;
  readonly files: readonly LoadedFile[];
  readonly warnings: readonly string[];
  /** Why the driver cannot be started; empty: it can. */
  readonly driverProblem: string;
  /** Where audit events come from; null: from nowhere. */
  readonly audit: AuditSettings | null;
  /** The event sources that are read. */
  readonly sources: readonly EventSourceName[];
}

export type SettingsResult =
  | ({ readonly ok: true } & Settings)
  /** `included`: as in ConfigRefusal. */
  | { readonly ok: false; readonly message: string; readonly included: readonly string[] };
export type RulesResult =
  | { readonly ok: true; readonly files: readonly RulesFile[] }
  | { readonly ok: false; readonly message: string };

/** Words that stood for extra container and Kubernetes fields once, and mean nothing now. */
const PRINT_WORDS = new Set([
  'c',
  'container',
  'cg',
  'container-gvisor',
  'cp',
  'container-process',
  'k',
  'kubernetes',
  'kg',
  'kubernetes-gvisor',
]);

/** What a timer can wait for. */
const LONGEST_RUN_S = 2_147_483;

/** Reads the configuration, and lays over it what the command line says. */
export function loadSettings(args: Arguments): SettingsResult {
  const located = locateConfig(args.config, ROOT);
  if (located === null) {
    return {
      ok: false,
      message: `There is no configuration file ${SYSTEM_FOLDER}/falco.yaml; name one with -c`,
      included: [],
    };
  }
  const loaded = loadConfig({ located, overrides: args.overrides, environment: process.env });
  if (!loaded.ok) return loaded;
  let { config } = loaded;
  const plugins = pluginProblems(config, loaded.root.entries.has('load_plugins'));
  const included = config.config_files.map(({ path }) => path);
  if (plugins.fatal !== undefined) return { ok: false, message: plugins.fatal, included };
  const audit = auditSettings(config, loaded.root.entries.has('load_plugins'));
  if (!audit.ok) return { ...audit, included };
  const warnings = [...args.warnings, ...loaded.warnings, ...plugins.warnings, ...audit.warnings];
  if (args.unbuffered) config = { ...config, buffered_outputs: false };
  if (args.rules.length > 0) config = { ...config, rules_files: args.rules };
  if (args.print !== null) {
    warnings.push("Option 'p' is deprecated; use append_output");
    if (!PRINT_WORDS.has(args.print)) config = withAppended(config, args.print);
  }
  if (config.engine.kind === 'kmod') {
    warnings.push("engine.kind 'kmod': there is no kernel module; modern_ebpf is used instead");
    config = { ...config, engine: { ...config.engine, kind: 'modern_ebpf' } };
  }
  const sources = chosenSources(args, config, audit.settings);
  const { files, driverProblem } = loaded;
  return { ok: true, config, files, warnings, driverProblem, audit: audit.settings, sources };
}

function withAppended(config: Config, text: string): Config {
  const everywhere = { source: '', tags: [], rule: '' };
  const entry = { match: everywhere, extra_output: text, extra_fields: [], suggested_output: false };
  return { ...config, append_output: [...config.append_output, entry] };
}

/** The sources that there are with this configuration, but for those that the command line leaves out. */
function chosenSources(
  { enableSources, disableSources }: Arguments,
  config: Config,
  audit: AuditSettings | null,
): readonly EventSourceName[] {
  // A file is of one source, whichever that is.
  if (config.engine.kind === 'replay') return [sourceOf(config)];
  return EVENT_SOURCES.filter(source => {
    if (source === 'k8s_audit' && audit === null) return false;
    return enableSources.length > 0 ? enableSources.includes(source) : !disableSources.includes(source);
  });
}

const NO_AUDIT =
  "Event source 'k8s_audit' is not there: set webserver.k8s_audit_endpoint, or load the plugin k8saudit";

/** Words for a configuration that is right but cannot be run; undefined when it can. */
export function runProblem(args: Arguments, settings: Settings): string | undefined {
  const { config, sources, audit, driverProblem } = settings;
  if (!hasOutput(config))
    return 'No output configured, please make sure at least one output is configured and enabled.';
  if (args.enableSources.length > 0 && args.disableSources.length > 0) {
    return 'Event sources can be either enabled or disabled: use --enable-source or --disable-source, not both';
  }
  const unknown = [...args.enableSources, ...args.disableSources].find(source => !isEventSource(source));
  if (unknown !== undefined)
    return `Event source '${unknown}' does not exist; there are: ${EVENT_SOURCES.join(', ')}`;
  if (config.engine.kind !== 'replay') {
    if (args.enableSources.includes('k8s_audit') && audit === null) return NO_AUDIT;
    if (sources.length === 0) return 'All event sources are disabled';
  }
  if (driverProblem !== '' && config.engine.kind === 'modern_ebpf' && sources.includes('syscall'))
    return driverProblem;
  if (args.seconds !== null && !/^\d+$/.test(args.seconds))
    return `Option 'M' takes a number of seconds, not '${args.seconds}'`;
  if (Number(args.seconds ?? 0) > LONGEST_RUN_S)
    return `Option 'M' takes ${String(LONGEST_RUN_S)} seconds (24 days) at most`;
  return undefined;
}

/** Reads the rules files that the configuration names. */
export function readRules(config: Config): RulesResult {
  const names = rulesFiles(config.rules_files);
  if (names.length === 0) {
    const looked = config.rules_files.join(', ');
    return {
      ok: false,
      message: `There is no rules file${looked === '' ? '' : ` at ${looked}`}; name one with -r or in rules_files`,
    };
  }
  return readFiles(names);
}

/** Its content; of a file that is far too large the beginning, which is enough for the rules to be refused. */
function readBounded(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size <= MAX_RULES_BYTES) return readFileSync(fd);
    const content = Buffer.alloc(MAX_RULES_BYTES + 1);
    readSync(fd, content);
    return content;
  } finally {
    closeSync(fd);
  }
}

export function readFiles(names: readonly string[]): RulesResult {
  const files: RulesFile[] = [];
  for (const name of names) {
    try {
      files.push({ name, content: readBounded(name) });
    } catch {
      return { ok: false, message: `Could not open file ${name} for reading` };
    }
  }
  return { ok: true, files };
}
