/** What a configuration must satisfy beyond each single key. */
import { normalize } from 'node:path';
import type { Config } from './config.js';
import { durationMs } from './forms.js';

export const PLUGIN_FOLDER = '/usr/share/falco/plugins/';

const MIN_METRICS_INTERVAL_MS = 100;

/** What keeps the daemon from starting, and the key that it is about. */
export interface Obstacle {
  readonly path: string;
  readonly message: string;
}

export function crossCheck(config: Config): readonly Obstacle[] {
  const found: Obstacle[] = [];
  const unless = (holds: boolean, path: string, message: string): void => {
    if (!holds) found.push({ path, message });
  };
  const { file_output, program_output, http_output, engine, metrics, plugins } = config;
  unless(
    !file_output.enabled || file_output.filename !== '',
    'file_output.enabled',
    'file_output is enabled without file_output.filename',
  );
  unless(
    !program_output.enabled || program_output.program !== '',
    'program_output.enabled',
    'program_output is enabled without program_output.program',
  );
  unless(
    !http_output.enabled || http_output.url !== '',
    'http_output.enabled',
    'http_output is enabled without http_output.url',
  );
  unless(
    engine.kind !== 'replay' || engine.replay.capture_file !== '',
    'engine.kind',
    'engine.kind is replay without engine.replay.capture_file',
  );
  const { k8s_audit_endpoint: endpoint, k8s_healthz_endpoint: health, ssl_enabled } = config.webserver;
  unless(
    endpoint === '' || ![health, '/versions', '/metrics'].includes(endpoint),
    'webserver.k8s_audit_endpoint',
    `webserver.k8s_audit_endpoint '${endpoint}' is the path of something else`,
  );
  unless(
    endpoint === '' || config.k8s_audit.client_ca === '' || ssl_enabled,
    'k8s_audit.client_ca',
    'k8s_audit.client_ca needs TLS: webserver.ssl_enabled is false',
  );
  unless(
    config.k8s_audit.queue_mb >= config.k8s_audit.max_body_mb,
    'k8s_audit.queue_mb',
    'k8s_audit.queue_mb must not be less than k8s_audit.max_body_mb',
  );
  if (metrics.enabled) {
    const interval = /^\d+$/.test(metrics.interval) ? undefined : durationMs(metrics.interval);
    unless(
      interval !== undefined,
      'metrics.interval',
      `metrics.interval '${metrics.interval}' is not a duration such as 1h, 30m or 500ms`,
    );
    unless(
      interval === undefined || interval >= MIN_METRICS_INTERVAL_MS,
      'metrics.interval',
      'metrics.interval must be at least 100ms',
    );
  }
  plugins.forEach(({ name, library_path: path }, i) => {
    const inside = path.startsWith('/') || normalize(PLUGIN_FOLDER + path).startsWith(PLUGIN_FOLDER);
    unless(
      inside,
      `plugins[${String(i)}].library_path`,
      `the library_path of plugin '${name}' leads out of ${PLUGIN_FOLDER}`,
    );
  });
  config.append_output.forEach(({ extra_fields: fields }, i) => {
    const again = fields.find(({ name }, at) => fields.findIndex(other => other.name === name) !== at);
    unless(
      again === undefined,
      `append_output[${String(i)}].extra_fields`,
      `extra_fields of append_output has '${again?.name ?? ''}' twice`,
    );
  });
  return found;
}

/**
 * What keeps the driver from being started, and nothing else: rules can be checked all the same, a capture be read.
 * (reference/falco/config.md 1.1)
 */
export function driverObstacles({ engine }: Config): readonly Obstacle[] {
  const { buf_size_preset: preset } = engine.modern_ebpf;
  if (preset >= 1 && preset <= 10) return [];
  const message = `buf_size_preset must be from 1 to 10, not ${String(preset)}`;
  return [{ path: 'engine.modern_ebpf.buf_size_preset', message }];
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
