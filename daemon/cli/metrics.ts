/** Takes samples of the running daemon, for /metrics and for snapshots (metrics.interval), and sends the latter on. */
import { createHash } from 'node:crypto';
import { constants, existsSync, readFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import type { Alert } from '../alerts/alert.js';
import { INTERNAL } from '../alerts/line.js';
import type { Config } from '../config/config.js';
import { durationMs } from '../config/forms.js';
import type { Engine, EngineStatistics } from '../engine/engine.js';
import { toByteString, toText } from '../events/byte-string.js';
import type { Log } from '../log/log.js';
import { readHost } from '../metrics/host.js';
import { prometheusText } from '../metrics/prometheus.js';
import { readResources } from '../metrics/resources.js';
import type { FileSum, Sample } from '../metrics/sample.js';
import { snapshotLine, Snapshots, type SnapshotFields } from '../metrics/snapshot.js';
import type { RulesFile, Settings } from './settings.js';

const RULE = 'Falco internal: metrics snapshot';
const INFORMATIONAL = 6;
/** A worker that takes longer to answer is told of with its last numbers. */
const ANSWER_MS = 1_000;
/** What Falco calls its engines, by engine.kind. */
const ENGINE_NAMES: Readonly<Record<Config['engine']['kind'], string>> = {
  kmod: 'modern_bpf',
  modern_ebpf: 'modern_bpf',
  nodriver: 'nodriver',
  replay: 'savefile',
};
/** A pipe without a reader refuses, and waits for none: its writer could not end either. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface MetricsParts {
  readonly engine: Engine;
  readonly version: string;
  readonly hostname: string;
  readonly log: Log;
  alert(alert: Alert): void;
  /** Counters by output. */
  outputs(): Sample['outputs'];
  /** Counters of requests with audit events; null: none are taken. */
  intake(): Sample['intake'];
}

export class Metrics {
  readonly #parts: MetricsParts;
  readonly #startTime = now();
  readonly #snapshots = new Snapshots();
  #reloadTime = this.#startTime;
  #config: Config;
  readonly #source: string;
  #rulesFiles: readonly FileSum[] = [];
  #configFiles: readonly FileSum[] = [];
  #timer: NodeJS.Timeout | undefined;
  #interval = 0;
  #last: EngineStatistics | null = null;
  #writing: Promise<void> = Promise.resolve();
  #fileProblem = '';
  reloads = 0;
  reloadFailures = 0;

  constructor(parts: MetricsParts, settings: Settings, rules: readonly RulesFile[]) {
    this.#parts = parts;
    this.#config = settings.config;
    this.#source = settings.sources[0] ?? 'syscall';
    this.#apply(settings, rules);
  }

  /** Takes over a reloaded configuration. */
  reloaded(settings: Settings, rules: readonly RulesFile[]): void {
    this.#reloadTime = now();
    this.#apply(settings, rules);
  }

  /** Body of /metrics; null: the configuration does not want it. */
  async text(): Promise<string | null> {
    const { metrics, webserver } = this.#config;
    if (!metrics.enabled || !webserver.prometheus_metrics_enabled) return null;
    const sample = await this.#sample();
    return sample === null ? null : prometheusText(sample, metrics);
  }

  close(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#writing;
  }

  #apply({ config, files }: Settings, rules: readonly RulesFile[]): void {
    this.#config = config;
    const { enabled, interval, output_rule, output_file } = config.metrics;
    if (enabled) {
      this.#rulesFiles = rules.map(({ name, content }) => ({ path: name, sha256: sha256(content) }));
      this.#configFiles = files.map(({ name }) => ({ path: name, sha256: sha256(read(name)) }));
    }
    const ms = enabled && (output_rule || output_file !== '') ? (durationMs(interval) ?? 0) : 0;
    if (ms === this.#interval) return;
    this.#interval = ms;
    clearTimeout(this.#timer);
    if (ms === 0) return;
    this.#parts.log('info', `Setting metrics interval to ${interval}, equivalent to ${String(ms)} (ms)`);
    this.#wait(performance.now() + ms);
  }

  /** Intervals longer than a timer can be are waited for in pieces. */
  #wait(due: number): void {
    const left = due - performance.now();
    this.#timer = setTimeout(
      () => {
        if (performance.now() < due) {
          this.#wait(due);
          return;
        }
        this.#wait(due + this.#interval);
        void this.#tell();
      },
      Math.max(0, Math.min(left, LONGEST_TIMER_MS)),
    );
    this.#timer.unref();
  }

  async #tell(): Promise<void> {
    const { metrics } = this.#config;
    const sample = await this.#sample();
    if (sample === null) return;
    const fields = this.#snapshots.take(sample, metrics);
    if (metrics.output_rule) this.#parts.alert(snapshotAlert(sample.time, fields));
    if (metrics.output_file === '') return;
    const line = snapshotLine(fields, this.#snapshots.taken);
    this.#writing = this.#writing.then(() => this.#append(metrics.output_file, line));
  }

  async #append(path: string, line: string): Promise<void> {
    try {
      await appendFile(path, line, { flag: APPEND });
      this.#fileProblem = '';
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem === this.#fileProblem) return;
      this.#fileProblem = problem;
      this.#parts.log('error', `metrics.output_file: a snapshot is lost: ${problem}`);
    }
  }

  /** Null: the event source is not open yet. */
  async #sample(): Promise<Sample | null> {
    const { engine, version, hostname, outputs, intake } = this.#parts;
    const statistics = await this.#statistics();
    if (statistics === null) return null;
    // What is read there is the same in every /proc; a container may have none but its own.
    const hostProc = [`${process.env['HOST_ROOT'] ?? ''}/proc`].find(folder => existsSync(folder)) ?? '/proc';
    return {
      time: now(),
      startTime: this.#startTime,
      reloadTime: this.#reloadTime,
      version,
      hostname,
      source: this.#source,
      engineName: this.#source === 'syscall' ? ENGINE_NAMES[this.#config.engine.kind] : 'source_plugin',
      host: readHost(hostProc),
      rulesFiles: this.#rulesFiles,
      configFiles: this.#configFiles,
      events: statistics.events,
      alerts: statistics.alerts,
      alertsLost: statistics.alertsLost,
      alertsHeld: statistics.alertsHeld,
      alertsUnderWay: engine.alertsUnderWay(),
      malformed: statistics.malformed,
      reloads: this.reloads,
      reloadFailures: this.reloadFailures,
      healthy: engine.trouble() === null,
      rules: statistics.byRule.map(rule => ({
        ...rule,
        name: toText(rule.name),
        tags: rule.tags.map(toText),
      })),
      resources: readResources({ hostProc, cgroupMemory: process.env['FALCO_CGROUP_MEM_PATH'] }),
      state: statistics.state,
      driver: statistics.driver,
      programs: statistics.driver?.programs ?? [],
      outputs: outputs(),
      intake: intake(),
    };
  }

  async #statistics(): Promise<EngineStatistics | null> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<EngineStatistics | null>(resolve => {
      timer = setTimeout(() => resolve(this.#last), ANSWER_MS);
    });
    this.#last = await Promise.race([this.#parts.engine.statistics(), patience]);
    clearTimeout(timer);
    return this.#last;
  }
}

function snapshotAlert(time: bigint, fields: SnapshotFields): Alert {
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? toByteString(value) : value,
  ]);
  return {
    rule: RULE,
    priority: INFORMATIONAL,
    source: INTERNAL,
    tags: [],
    time,
    message: 'Falco metrics snapshot',
    fields: Object.fromEntries(values) as Alert['fields'],
  };
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
