/** What the log says while the daemon starts (reference/falco/cli.md 2.4). */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Config } from '../config/config.js';
import type { LoadedFile } from '../config/load.js';
import type { AuditSettings } from '../engine/audit-settings.js';
import { EVENT_SOURCES } from '../events/sources.js';
import type { Log } from '../log/log.js';
import type { FileResult } from '../rules/load.js';
import { resultText } from '../rules/report.js';
import type { Settings } from './settings.js';
import { versionLine } from './version.js';

export interface ConfigurationRead {
  readonly config: Config;
  readonly files: readonly LoadedFile[];
  readonly warnings: readonly string[];
}

export function logConfiguration(log: Log, { config, files, warnings }: ConfigurationRead): void {
  log('debug', `CLI args: ${process.argv.slice(1).join(' ')}`);
  log('debug', 'Configured rules filenames:');
  for (const path of config.rules_files) log('debug', `   ${path}`);
  log('info', versionLine());
  log('info', 'Falco initialized with configuration files:');
  for (const { name, schema } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    log(schema === 'ok' ? 'info' : 'warning', `   ${name} | schema validation: ${schema}`);
  }
  for (const warning of warnings) log('warning', warning);
  // Neither a capture nor nothing at all has to do with this kernel.
  if (config.engine.kind === 'modern_ebpf') log('info', `System info: ${kernelVersion()}`);
  const hostname = process.env['FALCO_HOSTNAME'];
  if (hostname !== undefined)
    log('info', `Hostname value has been overridden via environment variable to: ${hostname}`);
}

/** Files that loaded, and the warnings of their compilation; those that did not load are an error's to tell. */
export function logRules(log: Log, results: readonly FileResult[], { rules }: Pick<Config, 'rules'>): void {
  log('info', 'Loading rules from:');
  for (const result of results) {
    if (!result.successful) continue;
    log(
      result.schema === 'ok' ? 'info' : 'warning',
      `   ${result.name} | schema validation: ${result.schema}`,
    );
    if (result.warnings.length + result.notes.length > 0) log('warning', resultText(result));
  }
  for (const { enable, rule, tag } of rules) {
    const what = rule === '' ? `with tag: ${tag}` : `with name: ${rule}`;
    log('info', `${enable ? 'Enabling' : 'Disabling'} rules ${what}`);
  }
}

/** The sources, and how each is opened. */
export function logSource(log: Log, { config, sources, audit }: Settings): void {
  const { enabled, mode, path_prefix } = config.capture;
  if (enabled) log('info', `Capture is enabled in mode '${mode}'. Capturing events to ${path_prefix}`);
  const loaded = EVENT_SOURCES.filter(
    source => source === 'syscall' || audit !== null || sources.includes(source),
  );
  const logSources = (): void => {
    log('info', `Loaded event sources: ${loaded.join(', ')}`);
    log('info', `Enabled event sources: ${sources.join(', ')}`);
  };
  if (config.engine.kind === 'replay') {
    logSources();
    log('info', `Replaying events from the capture file: ${config.engine.replay.capture_file}`);
    return;
  }
  if (!sources.includes('syscall')) {
    logSources();
    logAudit(log, audit);
    return;
  }
  if (config.engine.kind === 'nodriver') {
    logSources();
    if (sources.includes('k8s_audit')) logAudit(log, audit);
    log('info', "Opening 'syscall' source with no driver");
    log('warning', "Enabled event source 'syscall' will be opened with no driver, no event will be produced");
    return;
  }
  const { buf_size_preset, cpus_for_each_buffer, drop_failed_exit } = config.engine.modern_ebpf;
  const bytes = 2 ** (19 + buf_size_preset);
  log(
    'info',
    `The chosen syscall buffer dimension is: ${String(bytes)} bytes (${String(bytes / 2 ** 20)} MBs)`,
  );
  logSources();
  if (sources.includes('k8s_audit')) logAudit(log, audit);
  log('info', "Opening 'syscall' source with modern BPF probe.");
  const cpus = availableParallelism();
  if (cpus_for_each_buffer > cpus) {
    log(
      'warning',
      `engine.modern_ebpf.cpus_for_each_buffer is more than the ${String(cpus)} CPUs that there are`,
    );
  }
  log(
    'info',
    cpus_for_each_buffer === 0
      ? 'One ring buffer for all CPUs.'
      : `One ring buffer every '${String(Math.min(cpus_for_each_buffer, cpus))}' CPUs.`,
  );
  if (drop_failed_exit) log('info', 'Failed syscall exit events are dropped in the kernel driver');
}

function logAudit(log: Log, audit: AuditSettings | null): void {
  if (audit?.endpoint !== undefined && audit.endpoint !== null)
    log('info', `Opening 'k8s_audit' source with the web server, path ${audit.endpoint}`);
  if (audit?.plugin !== undefined && audit.plugin !== null)
    log('info', "Opening 'k8s_audit' source with plugin 'k8saudit'");
}

function kernelVersion(): string {
  try {
    return readFileSync('/proc/version', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
