/** Starts bin/falco with a configuration of the test's own and waits until it watches. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patience } from './live.js';
import { startProcess } from './process.js';
import type { Ending, RunningProcess } from './process.js';
import { projectRoot } from './project.js';

export interface DaemonOptions {
  /** Rules as YAML text; default: the rules that are delivered. */
  readonly rules?: string;
  /** Keys of falco.yaml that replace those of `quietConfig`. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: bin/falco of this clone. */
  readonly executable?: string;
}

export interface Daemon extends RunningProcess {
  /** Holds falco.yaml and rules.yaml; gone after `stop`. */
  readonly folder: string;
  /** From the start of the process to the line that says that it watches. */
  readonly readyMs: number;
}

/** What the daemon logs when the first event can arrive. */
export const WATCHING = /watching/i;

export const falco = join(projectRoot, 'bin/falco');
export const deliveredRules = join(projectRoot, 'etc/falco_rules.yaml');

/** Alerts on stdout, log on stderr, nothing else. */
export const quietConfig = {
  engine: { kind: 'modern_ebpf' },
  stdout_output: { enabled: true },
  syslog_output: { enabled: false },
  file_output: { enabled: false },
  log_stderr: true,
  log_syslog: false,
  log_level: 'info',
  buffered_outputs: false,
  watch_config_files: false,
  webserver: { enabled: false },
};

/** Writes falco.yaml and, with `rules`, rules.yaml into a new folder; returns it. */
export function writeConfig(options: Pick<DaemonOptions, 'rules' | 'config'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'falco-daemon-'));
  const rules = options.rules === undefined ? deliveredRules : join(folder, 'rules.yaml');
  if (options.rules !== undefined) writeFileSync(rules, options.rules);
  mkdirSync(join(folder, 'config.d'));
  // JSON is YAML.
  const config = { rules_files: [rules], ...quietConfig, ...options.config };
  writeFileSync(join(folder, 'falco.yaml'), `${JSON.stringify(config, null, 2)}\n`);
  return folder;
}

/** Starts the daemon without waiting for anything: for tests of what it says when it cannot run. */
export function launchDaemon(options: DaemonOptions = {}): RunningProcess & { readonly folder: string } {
  const folder = writeConfig(options);
  const args = ['-c', join(folder, 'falco.yaml'), ...(options.args ?? [])];
  const running = startProcess(options.executable ?? falco, args, {
    env: { ...process.env, ...options.env },
  });
  const ended = running.ended.finally(() => rmSync(folder, { recursive: true, force: true }));
  ended.catch(() => undefined);
  return { ...running, ended, folder };
}

/** Starts the daemon and waits until it watches; rejects with its last lines when it does not. */
export async function runDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const start = Date.now();
  const running = launchDaemon(options);
  try {
    const ready = await running.line('stderr', WATCHING, 15_000 * patience);
    return { ...running, readyMs: ready.at - start };
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
}

/** Stops the daemon if there is one: for `afterEach`. */
export async function stopDaemon(daemon: RunningProcess | undefined): Promise<Ending | undefined> {
  return daemon?.stop();
}
