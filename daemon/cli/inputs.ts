/**
 * What a reload reads: configuration and rules, once nobody is writing them any more. A file that is half written, or
 * gone or empty for a moment while somebody replaces it, must not take rules away.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isBeingWritten } from '../addon/writers.js';
import { locateConfig } from '../config/locate.js';
import { signature } from '../service/file-watch.js';
import type { Arguments } from './arguments.js';
import { ROOT } from './installation.js';
import { loadSettings, readRules, runProblem, type RulesFile, type Settings } from './settings.js';

/** How long a writer is waited for, and how often it is asked for. */
const WRITER_MS = 30_000;
const WRITER_LOOK_MS = 50;
/** Bytes of a file that are read to see whether it is another. */
const MOST_BYTES = 16 << 20;
/** How long a file may be gone, or empty, before that is believed. */
const GONE_MS = 2_000;
const GONE_LOOK_MS = 100;

export type Inputs = {
  /** The same when nothing is different. */
  readonly fingerprint: string;
  /** Files and folders that count, whether they are there or not. */
  readonly paths: readonly string[];
} & (
  | { readonly ok: true; readonly settings: Settings; readonly rules: readonly RulesFile[] }
  | { readonly ok: false; readonly message: string }
);

/** Reads everything as it is now. */
export function readInputs(args: Arguments): Inputs {
  const own = mainFile(args);
  const pipe = pipeOf(args);
  if (pipe !== undefined) return refused(`${pipe} is a pipe: what was in it cannot be read again`, own, own);
  const settings = loadSettings(args);
  if (!settings.ok) return refused(settings.message, [...own, ...settings.included], own);
  const { config } = settings;
  const paths = [...own, ...watchedPaths(settings)];
  const files = settings.files.map(({ name }) => name);
  const problem = runProblem(args, settings);
  if (problem !== undefined) return refused(problem, paths, files);
  const rules = readRules(config);
  if (!rules.ok) return refused(rules.message, paths, files);
  return inputsOf(args, settings, rules.files);
}

/** What was read already, at the start. */
export function inputsOf(args: Arguments, settings: Settings, rules: readonly RulesFile[]): Inputs {
  const { config } = settings;
  const contents = rules.map(({ content }) => content);
  contents.push(...certificates(settings).map(read));
  const names = rules.map(({ name }) => name);
  const fingerprint = hash([config, names], contents);
  return { ok: true, fingerprint, paths: [...mainFile(args), ...watchedPaths(settings)], settings, rules };
}

/**
 * The same, once it has come to rest: nobody writes the files, and they are after reading what they were before. One
 * that is never at rest is taken as it is in the end.
 *
 * @param before what was read the time before: files of it that are gone or empty now are waited for
 */
export async function readSettledInputs(args: Arguments, before: Inputs): Promise<Inputs> {
  const known = filesOf(before);
  const start = performance.now();
  const waited = (ms: number): boolean => performance.now() - start > ms;
  for (let { paths } = before; ;) {
    while (!known.every(hasContent) && !waited(GONE_MS)) await pause(GONE_LOOK_MS);
    while (known.some(isBeingWritten) && !waited(WRITER_MS)) await pause(WRITER_LOOK_MS);
    const first = signature(paths);
    const inputs = readInputs(args);
    const whole = !filesOf(inputs).some(isBeingWritten) && signature(paths) === first;
    const same = inputs.paths.join('\n') === paths.join('\n');
    // Other paths than those that were looked at: once more, with these.
    if ((whole && same) || waited(WRITER_MS)) return inputs;
    paths = inputs.paths;
    if (!whole) await pause(WRITER_LOOK_MS);
  }
}

/** The files that were read and were not empty. */
function filesOf(inputs: Inputs): readonly string[] {
  if (!inputs.ok) return [];
  return [
    ...inputs.settings.files.filter(({ schema }) => schema !== 'none').map(({ name }) => name),
    ...inputs.rules.filter(({ content }) => content.length > 0).map(({ name }) => name),
  ];
}

function mainFile(args: Arguments): readonly string[] {
  const located = locateConfig(args.config, ROOT);
  return located === null || pipeOf(args) !== undefined ? [] : [located.path];
}

/** The configuration file where it is a pipe, as in `-c <(…)`. */
function pipeOf(args: Arguments): string | undefined {
  const path = locateConfig(args.config, ROOT)?.path;
  return path !== undefined && isPipe(path) ? path : undefined;
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    return false;
  }
}

function watchedPaths(settings: Settings): readonly string[] {
  const { config } = settings;
  return [...config.config_files.map(({ path }) => path), ...config.rules_files, ...certificates(settings)];
}

/** The files with certificates that servers of the daemon show, or check those of callers against. */
function certificates({ config: { webserver, k8s_audit }, audit }: Settings): readonly string[] {
  const shown = [
    ...(webserver.enabled && webserver.ssl_enabled ? [webserver.ssl_certificate] : []),
    ...(audit?.plugin?.kind === 'server' && audit.plugin.tls ? [audit.certificate] : []),
  ];
  return audit === null || k8s_audit.client_ca === '' ? shown : [...shown, k8s_audit.client_ca];
}

function refused(message: string, paths: readonly string[], files: readonly string[]): Inputs {
  return { ok: false, message, paths, fingerprint: hash(message, files.map(read)) };
}

function hash(what: unknown, contents: readonly Uint8Array[]): string {
  const sum = createHash('sha256').update(JSON.stringify(what));
  for (const content of contents) sum.update(`${String(content.length)} `).update(content);
  return sum.digest('hex');
}

/** What stands for the content in a fingerprint; of a file that is no configuration for its size, size and time. */
function read(path: string): Buffer {
  try {
    const { size, mtimeMs } = statSync(path);
    return size > MOST_BYTES ? Buffer.from(`${String(size)} ${String(mtimeMs)}`) : readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function hasContent(path: string): boolean {
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  } catch {
    return false;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
