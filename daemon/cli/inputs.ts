/**
 * What a reload reads: configuration and rules, once nobody is writing them any more. A file that is half written, or
 * gone or empty for a moment while somebody replaces it, must not take rules away.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isBeingWritten } from '../addon/writers.js';
import type { Config } from '../config/config.js';
import { locateConfig } from '../config/locate.js';
import type { Arguments } from './arguments.js';
import { ROOT } from './installation.js';
import { loadSettings, readRules, runProblem, type RulesFile, type Settings } from './settings.js';

/** How long a writer is waited for, and how often it is asked for. */
const WRITER_MS = 5_000;
const WRITER_LOOK_MS = 50;
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
  const settings = loadSettings(args);
  if (!settings.ok) return refused(settings.message, own, own);
  const { config } = settings;
  const paths = [...own, ...watchedPaths(config)];
  const files = settings.files.map(({ name }) => name);
  const problem = runProblem(args, config);
  if (problem !== undefined) return refused(problem, paths, files);
  const rules = readRules(config);
  if (!rules.ok) return refused(rules.message, paths, files);
  return inputsOf(args, settings, rules.files);
}

/** What was read already, at the start. */
export function inputsOf(args: Arguments, settings: Settings, rules: readonly RulesFile[]): Inputs {
  const { config } = settings;
  const contents = rules.map(({ content }) => content);
  const { ssl_enabled, ssl_certificate } = config.webserver;
  if (ssl_enabled) contents.push(read(ssl_certificate));
  const names = rules.map(({ name }) => name);
  const fingerprint = hash([config, names], contents);
  return { ok: true, fingerprint, paths: [...mainFile(args), ...watchedPaths(config)], settings, rules };
}

/**
 * The same, once it has come to rest.
 *
 * @param known the files that were there with content, to be missed
 */
export async function readSettledInputs(args: Arguments, known: readonly string[]): Promise<Inputs> {
  await until(() => !known.some(isBeingWritten), WRITER_MS, WRITER_LOOK_MS);
  await until(() => known.every(hasContent), GONE_MS, GONE_LOOK_MS);
  const inputs = readInputs(args);
  // A file that is new here may have a writer, too; and what was missing came back with one.
  const files = filesOf(inputs);
  if (!files.some(isBeingWritten)) return inputs;
  await until(() => !files.some(isBeingWritten), WRITER_MS, WRITER_LOOK_MS);
  return readInputs(args);
}

/** The files that were read and are not empty. */
export function filesOf(inputs: Inputs): readonly string[] {
  if (!inputs.ok) return [];
  const names = [...inputs.settings.files, ...inputs.rules].map(({ name }) => name);
  return names.filter(hasContent);
}

function mainFile(args: Arguments): readonly string[] {
  const located = locateConfig(args.config, ROOT);
  return located === null ? [] : [located.path];
}

function watchedPaths(config: Config): readonly string[] {
  const { webserver } = config;
  return [
    ...config.config_files.map(({ path }) => path),
    ...config.rules_files,
    ...(webserver.enabled && webserver.ssl_enabled ? [webserver.ssl_certificate] : []),
  ];
}

function refused(message: string, paths: readonly string[], files: readonly string[]): Inputs {
  return { ok: false, message, paths, fingerprint: hash(message, files.map(read)) };
}

function hash(what: unknown, contents: readonly Uint8Array[]): string {
  const sum = createHash('sha256').update(JSON.stringify(what));
  for (const content of contents) sum.update(`${String(content.length)} `).update(content);
  return sum.digest('hex');
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
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

async function until(holds: () => boolean, longestMs: number, lookMs: number): Promise<void> {
  for (let waited = 0; !holds() && waited < longestMs; waited += lookMs)
    await new Promise(resolve => setTimeout(resolve, lookMs));
}
