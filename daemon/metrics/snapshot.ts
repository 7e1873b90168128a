/**
 * One sample as the fields of an alert, or of a line in metrics.output_file. Keeps the sample before, since rates are
 * told, too.
 */
import { totalDrops } from './kernel-drops.js';
import { programName } from './programs.js';
import type { FileSum, ProgramSample, RuleSample, Sample, Toggles } from './sample.js';
import { METRICS, type Metric } from './table.js';

export type SnapshotValue = number | bigint | string;
export type SnapshotFields = Readonly<Record<string, SnapshotValue>>;

interface Before {
  readonly time: bigint;
  readonly events: number;
  readonly seen: number;
  readonly dropped: number;
}

export class Snapshots {
  #before: Before | null = null;
  #taken = 0;

  /** How many there have been. */
  get taken(): number {
    return this.#taken;
  }

  /** The fields of the next snapshot. */
  take(sample: Sample, toggles: Toggles): SnapshotFields {
    const before = this.#before;
    this.#taken++;
    const dropped = sample.driver === null ? 0 : totalDrops(sample.driver.dropped);
    this.#before = { time: sample.time, events: sample.events, seen: sample.driver?.seen ?? 0, dropped };
    const fields: Record<string, SnapshotValue> = { ...identity(sample), ...rates(sample, before) };
    const put = (name: string, value: number | bigint, always = false): void => {
      if (always || toggles.include_empty_values || Number(value) !== 0) fields[name] = value;
    };
    for (const metric of METRICS) {
      if (metric.forms === 'prometheus' || (metric.toggle !== null && !toggles[metric.toggle])) continue;
      const value = metric.read(sample);
      if (value === undefined) continue;
      const [name, shown] = named(metric, value, toggles.convert_memory_to_mb);
      put(name, shown, metric.always);
    }
    if (toggles.rules_counters_enabled)
      for (const [name, count] of ruleCounts(sample.rules)) put(name, count);
    if (sample.driver === null) return fields;
    if (toggles.kernel_event_counters_enabled) Object.assign(fields, kernelRates(sample, before, dropped));
    if (toggles.kernel_event_counters_enabled && toggles.kernel_event_counters_per_cpu_enabled) {
      sample.driver.perCpu.forEach((cpu, number) => {
        put(`scap.n_evts_cpu_${String(number)}`, cpu.seen, true);
        put(`scap.n_drops_cpu_${String(number)}`, cpu.dropped, true);
      });
    }
    if (toggles.libbpf_stats_enabled)
      for (const [name, count] of programCounts(sample.programs)) put(name, count);
    return fields;
  }
}

/** A line of metrics.output_file, newline included. */
export function snapshotLine(fields: SnapshotFields, number: number): string {
  const text = (value: SnapshotValue): string =>
    typeof value === 'string' ? JSON.stringify(value) : String(value);
  const pairs = Object.keys(fields)
    .sort()
    .map(name => `${JSON.stringify(name)}:${text(fields[name]!)}`);
  return `{"output_fields":{${pairs.join(',')}},"sample":${String(number)}}\n`;
}

/** What becomes part of a metric's name: of runs of other characters one underscore is left, none at the end. */
export function metricWord(text: string): string {
  return text
    .replace(/[^a-zA-Z0-9_:]/g, '_')
    .replace(/_+/g, '_')
    .replace(/_$/, '');
}

function identity(sample: Sample): Record<string, SnapshotValue> {
  const fields: Record<string, SnapshotValue> = {
    'evt.time': sample.time,
    'evt.hostname': sample.hostname,
    'evt.source': sample.source,
    'falco.version': sample.version,
    'falco.kernel_release': sample.host.kernelRelease,
    'scap.engine_name': sample.engineName,
  };
  const sums = (what: string, files: readonly FileSum[]): void => {
    for (const { path, sha256 } of files) fields[`falco.sha256_${what}_file.${stem(path)}`] = sha256;
  };
  sums('rules', sample.rulesFiles);
  sums('config', sample.configFiles);
  for (const { name, ipv4, ipv6 } of sample.host.interfaces) {
    const place = `falco.host_netinfo.interfaces.${name}.protocols`;
    if (ipv4.length > 0) fields[`${place}.ipv4.addresses`] = ipv4.join(',');
    if (ipv6.length > 0) fields[`${place}.ipv6.addresses`] = ipv6.join(',');
  }
  return fields;
}

/** File name without folder and ending, fit for a name. */
function stem(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return metricWord(name.replace(/(.)\.[^.]*$/, '$1'));
}

function rates(sample: Sample, before: Before | null): Record<string, SnapshotValue> {
  const fields: Record<string, SnapshotValue> = { 'falco.num_evts_prev': before?.events ?? 0 };
  if (before !== null)
    fields['falco.evts_rate_sec'] = perSecond(sample.events - before.events, sample, before);
  return fields;
}

function kernelRates(sample: Sample, before: Before | null, dropped: number): Record<string, SnapshotValue> {
  const seen = sample.driver?.seen ?? 0;
  const fields: Record<string, SnapshotValue> = {
    'scap.n_evts_prev': before?.seen ?? 0,
    'scap.n_drops_prev': before?.dropped ?? 0,
  };
  if (before === null) return fields;
  const lost = dropped - before.dropped;
  const came = seen - before.seen;
  fields['scap.evts_rate_sec'] = perSecond(came, sample, before);
  fields['scap.evts_drop_rate_sec'] = perSecond(lost, sample, before);
  fields['scap.n_drops_perc'] = came > 0 ? oneDecimal((lost / came) * 100) : 0;
  return fields;
}

function perSecond(count: number, { time }: Sample, before: Before): number {
  const seconds = Number(time - before.time) / 1e9;
  return seconds > 0 ? oneDecimal(count / seconds) : 0;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Name and value as snapshots have them. */
function named(
  metric: Metric,
  value: number | bigint,
  megabytes: boolean,
): readonly [string, number | bigint] {
  const name = `${metric.area}.${metric.name}`;
  const inMegabytes = (bytes: number): number => oneDecimal(bytes / 1024 / 1024);
  switch (metric.unit) {
    case 'none':
    case 'count':
      return [name, value];
    case 'kilobytes':
      return megabytes ? [`${name}_mb`, inMegabytes(Number(value) * 1024)] : [`${name}_kb`, value];
    case 'bytes':
      return megabytes ? [`${name}_mb`, inMegabytes(Number(value))] : [`${name}_bytes`, value];
    case 'percent':
      return [`${name}_perc`, value];
    case 'seconds':
      return [`${name}_sec`, value];
    case 'timestamp':
      return [`${name}_ts`, value];
  }
}

function ruleCounts(rules: readonly RuleSample[]): readonly (readonly [string, number])[] {
  const total = rules.reduce((sum, rule) => sum + rule.matches, 0);
  return [
    ['falco.rules.matches_total', total],
    ...rules.map(rule => [`falco.rules.${metricWord(rule.name)}`, rule.matches] as const),
  ];
}

function programCounts(programs: readonly ProgramSample[]): readonly (readonly [string, number])[] {
  return programs.flatMap(({ name, runs, nanoseconds }) => {
    const place = `scap.${programName(name)}`;
    return [
      [`${place}.run_cnt`, runs],
      [`${place}.run_time_ns`, nanoseconds],
      [`${place}.avg_time_ns`, runs > 0 ? Math.round(nanoseconds / runs) : 0],
    ] as const;
  });
}
