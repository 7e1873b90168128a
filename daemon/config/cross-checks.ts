/** What a configuration must satisfy beyond each single key. */
import { normalize } from 'node:path';
import type { Config } from './config.js';
import { durationMs } from './forms.js';

export const PLUGIN_FOLDER = '/usr/share/falco/plugins/';

const MIN_METRICS_INTERVAL_MS = 100;

/** Words for each thing that keeps the daemon from starting. */
export function crossCheck(config: Config): readonly string[] {
  const found: string[] = [];
  const unless = (holds: boolean, message: string): void => {
    if (!holds) found.push(message);
  };
  const { file_output, program_output, http_output, engine, metrics, plugins } = config;
  unless(
    !file_output.enabled || file_output.filename !== '',
    'file_output is enabled without file_output.filename',
  );
  unless(
    !program_output.enabled || program_output.program !== '',
    'program_output is enabled without program_output.program',
  );
  unless(!http_output.enabled || http_output.url !== '', 'http_output is enabled without http_output.url');
  unless(
    engine.kind !== 'replay' || engine.replay.capture_file !== '',
    'engine.kind is replay without engine.replay.capture_file',
  );
  if (metrics.enabled) {
    const interval = /^\d+$/.test(metrics.interval) ? undefined : durationMs(metrics.interval);
    unless(
      interval !== undefined,
      `metrics.interval '${metrics.interval}' is not a duration such as 1h, 30m or 500ms`,
    );
    unless(
      interval === undefined || interval >= MIN_METRICS_INTERVAL_MS,
      'metrics.interval must be at least 100ms',
    );
  }
  for (const { name, library_path: path } of plugins) {
    const inside = path.startsWith('/') || normalize(PLUGIN_FOLDER + path).startsWith(PLUGIN_FOLDER);
    unless(inside, `the library_path of plugin '${name}' leads out of ${PLUGIN_FOLDER}`);
  }
  for (const { extra_fields: fields } of config.append_output) {
    const again = fields.find(({ name }, i) => fields.findIndex(other => other.name === name) !== i);
    unless(again === undefined, `extra_fields of append_output has '${again?.name ?? ''}' twice`);
  }
  return found;
}

/** True when alerts have a way out. */
export function hasOutput(config: Config): boolean {
  return [
    config.stdout_output,
    config.syslog_output,
    config.file_output,
    config.program_output,
    config.http_output,
  ].some(output => output.enabled);
}
