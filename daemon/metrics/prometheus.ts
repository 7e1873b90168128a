/**
 * One sample as Prometheus text. Falco repeats HELP and TYPE for every set of labels, which Prometheus's own parser
 * refuses; here each name has them once, in front of all its values.
 */
import { kernelDrops } from './kernel-drops.js';
import { programName } from './programs.js';
import type { FileSum, OutputSample, Sample, Toggles } from './sample.js';
import { metricWord } from './snapshot.js';
import { METRICS, type Metric } from './table.js';

const HELP = 'https://falco.org/docs/metrics/';
const PREFIX = 'falcosecurity';
const TIME = 'Estimated time of the detection worker that judging the rule took.';
const EVALUATIONS = 'Events that the rule had to be judged on.';

type Labels = Readonly<Record<string, string>>;
type Put = (
  name: string,
  kind: Metric['kind'],
  value: number | bigint | string,
  labels?: Labels,
  help?: string,
) => void;

/** What outputs count, and what it is called here. */
const OUTPUT_COUNTERS: readonly (readonly [keyof OutputSample, string, Metric['kind'], help: string])[] = [
  ['delivered', 'falco_output_delivered_total', 'counter', 'Messages that the output took.'],
  ['failed', 'falco_output_failed_total', 'counter', 'Messages that were refused or given up.'],
  ['dropped', 'falco_output_dropped_total', 'counter', 'Messages that found no room.'],
  ['retries', 'falco_output_retries_total', 'counter', 'Attempts that found the output full or away.'],
  ['cut', 'falco_output_cut_total', 'counter', 'Messages that were too long and were cut.'],
  ['waiting', 'falco_output_waiting', 'gauge', 'Messages that wait.'],
  ['spooled', 'falco_output_spooled', 'gauge', 'Messages that wait on disk.'],
];

/** Reasons for which a ring was full: names of `drop` in Falco's metric, each with its key among `kernelDrops`. */
const BUFFER_DROPS = [
  'clone_fork',
  'execve',
  'connect',
  'open',
  'dir_file',
  'other_interest',
  'close',
  'proc',
];
/** Falco still tells these, which are always 0. */
const BUFFER_DROPS_ENTER = ['clone_fork', 'execve', 'connect', 'open', 'dir_file', 'other_interest'];

export function prometheusText(sample: Sample, toggles: Toggles): string {
  const families = new Map<string, string[]>();
  const put: Put = (name, kind, value, labels = {}, help = HELP) => {
    const full = `${PREFIX}_${name}`;
    let lines = families.get(full);
    if (lines === undefined)
      families.set(full, (lines = [`# HELP ${full} ${help}`, `# TYPE ${full} ${kind}`]));
    lines.push(`${full}${labelText(labels)} ${String(value)}`);
  };
  putIdentity(sample, put);
  for (const metric of METRICS) {
    if (metric.forms === 'snapshot' || (metric.toggle !== null && !toggles[metric.toggle])) continue;
    const value = metric.read(sample);
    if (value !== undefined) put(...written(metric, value), {}, metric.help);
  }
  if (toggles.rules_counters_enabled) putRules(sample, put);
  putDriver(sample, toggles, put);
  putIntake(sample, put);
  for (const [key, name, kind, help] of OUTPUT_COUNTERS)
    for (const output of sample.outputs) put(name, kind, output[key], { output: output.name }, help);
  return [...families.values()].flat().join('\n') + '\n';
}

function putIdentity(sample: Sample, put: Put): void {
  const info = (name: string, labels: Labels): void => put(`${name}_info`, 'gauge', 1, labels);
  info('falco_version', { version: sample.version });
  const files = (name: string, sums: readonly FileSum[]): void => {
    for (const { path, sha256 } of sums)
      info(name, { file_name: path.slice(path.lastIndexOf('/') + 1), sha256 });
  };
  files('falco_sha256_rules_files', sample.rulesFiles);
  files('falco_sha256_config_files', sample.configFiles);
  info('falco_kernel_release', { kernel_release: sample.host.kernelRelease });
  info('evt_hostname', { hostname: sample.hostname });
  info('scap_engine_name', { engine_name: sample.engineName, evt_source: sample.source });
}

function putRules(sample: Sample, put: Put): void {
  for (const rule of sample.rules) {
    if (rule.matches === 0) continue;
    const tags = rule.tags.map(tag => [`tag_${tag.replace(/[^a-zA-Z0-9_]/g, '_')}`, 'true'] as const);
    put('falco_rules_matches_total', 'counter', rule.matches, {
      priority: String(rule.priority),
      rule_name: rule.name,
      source: rule.source,
      ...Object.fromEntries(tags),
    });
  }
  for (const { name, source, evaluations } of sample.rules)
    put('falco_rules_evaluations_total', 'counter', evaluations, { rule_name: name, source }, EVALUATIONS);
  for (const { name, source, nanoseconds } of sample.rules) {
    const seconds = (nanoseconds / 1e9).toFixed(6);
    put('falco_rules_time_seconds_total', 'counter', seconds, { rule_name: name, source }, TIME);
  }
}

function putDriver({ driver, programs }: Sample, toggles: Toggles, put: Put): void {
  if (driver === null) return;
  if (toggles.kernel_event_counters_enabled) {
    const drops = kernelDrops(driver.dropped);
    const buffer = (dir: string, what: string, count: number): void =>
      put('scap_n_drops_buffer_total', 'counter', count, { dir, drop: what });
    for (const what of BUFFER_DROPS) buffer('exit', what, drops[`n_drops_buffer_${what}_exit`] ?? 0);
    for (const what of BUFFER_DROPS_ENTER) buffer('enter', what, 0);
    for (const [reason, count] of Object.entries(driver.dropped))
      put(
        'falco_driver_drops_total',
        'counter',
        count,
        { reason },
        'Events that the driver lost, by reason.',
      );
    if (toggles.kernel_event_counters_per_cpu_enabled) {
      driver.perCpu.forEach(({ seen }, cpu) =>
        put('scap_n_evts_cpu_total', 'counter', seen, { cpu: String(cpu) }),
      );
      driver.perCpu.forEach(({ dropped }, cpu) =>
        put('scap_n_drops_cpu_total', 'counter', dropped, { cpu: String(cpu) }),
      );
    }
  }
  if (!toggles.libbpf_stats_enabled) return;
  for (const { name, runs, nanoseconds } of programs) {
    const place = `scap_${metricWord(programName(name))}`;
    put(`${place}_run_cnt_total`, 'counter', runs);
    put(`${place}_run_time_nanoseconds_total`, 'counter', nanoseconds);
    put(`${place}_avg_time_nanoseconds`, 'gauge', runs > 0 ? Math.round(nanoseconds / runs) : 0);
  }
}

/** Results of requests with audit events, under the names of their label. */
const INTAKE_RESULTS = [
  ['accepted', 'accepted'],
  ['bad', 'bad_data'],
  ['busy', 'no_room'],
  ['limited', 'too_many'],
  ['tooLarge', 'too_large'],
  ['refused', 'refused'],
  ['aborted', 'aborted'],
] as const;

function putIntake({ intake }: Sample, put: Put): void {
  if (intake === null) return;
  const help = 'Requests with Kubernetes audit events, by what became of them.';
  for (const [key, result] of INTAKE_RESULTS)
    put('falco_k8s_audit_requests_total', 'counter', intake[key], { result }, help);
}

/** Name with its unit, kind, and value in that unit. */
function written(metric: Metric, value: number | bigint): readonly [string, Metric['kind'], string] {
  const name = `${metric.subsystem}_${metric.name}`;
  const { kind } = metric;
  switch (metric.unit) {
    case 'none':
      return [name, kind, String(value)];
    case 'count':
      return [`${name}_total`, kind, String(value)];
    case 'kilobytes':
      return [`${name}_bytes`, kind, String(Number(value) * 1024)];
    case 'bytes':
      return [`${name}_bytes`, kind, String(value)];
    case 'percent':
      return [`${name}_ratio`, kind, (Number(value) / 100).toFixed(6)];
    case 'seconds':
      return [`${name}_seconds_total`, kind, String(value)];
    case 'timestamp':
      return [`${name}_timestamp_nanoseconds`, kind, String(value)];
  }
}

function labelText(labels: Labels): string {
  const names = Object.keys(labels).sort();
  if (names.length === 0) return '';
  return `{${names.map(name => `${name}="${escaped(labels[name]!)}"`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
