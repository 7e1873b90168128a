/**
 * Every number without labels, one row each: its switch, its name in snapshots and in Prometheus, its kind and unit,
 * and where it comes from. What has labels is in prometheus.ts, what has a name of its own for each value in
 * snapshot.ts.
 */
import { kernelDrops, totalDrops } from './kernel-drops.js';
import type { Sample, Toggles } from './sample.js';

/** How a number is written: see `snapshotName`, `prometheusName`. */
export type Unit = 'none' | 'count' | 'kilobytes' | 'bytes' | 'percent' | 'seconds' | 'timestamp';

export interface Metric {
  /** Switch of the configuration; null: always there. */
  readonly toggle: keyof Toggles | null;
  /** First part of the name in snapshots. */
  readonly area: 'falco' | 'scap';
  /** The same in Prometheus, where Falco puts state counters under scap. */
  readonly subsystem: 'falco' | 'scap';
  /** Without its unit. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly unit: Unit;
  /** Told although it is 0. */
  readonly always: boolean;
  /** Where it appears. */
  readonly forms: 'both' | 'snapshot' | 'prometheus';
  /** What it is, for Prometheus. */
  readonly help: string;
  /** Undefined: not known of this source. */
  readonly read: (sample: Sample) => number | bigint | undefined;
}

interface More {
  readonly kind?: 'gauge';
  readonly unit?: Unit;
  readonly always?: true;
  readonly forms?: Metric['forms'];
  readonly subsystem?: 'scap';
  readonly help?: string;
}

const row =
  (toggle: Metric['toggle'], area: Metric['area'], common: More = {}) =>
  (name: string, read: Metric['read'], more: More = {}): Metric => ({
    toggle,
    area,
    subsystem: area,
    name,
    kind: 'counter',
    unit: 'count',
    always: false,
    forms: 'both',
    help: 'https://falco.org/docs/metrics/',
    read,
    ...common,
    ...more,
  });

const GAUGE = { kind: 'gauge' } as const;
const always = row(null, 'falco', { always: true });
const resource = row('resource_utilization_enabled', 'falco', GAUGE);
const state = row('state_counters_enabled', 'falco', { subsystem: 'scap' });
const kernel = row('kernel_event_counters_enabled', 'scap');
const own = (name: string, help: string, read: Metric['read'], more: More = {}): Metric =>
  row(null, 'falco', { forms: 'prometheus', always: true })(name, read, { ...more, help });

const iter = row('kernel_iter_event_counters_enabled', 'scap');
/** Kinds of files that the kernel's walk over all tasks tells of. */
const SCANNED_FILES = [
  ...['pipe', 'memfd', 'regular', 'directory'],
  ...['socket_inet', 'socket_inet6', 'socket_unix', 'socket_netlink', 'anon_inode'],
];
const scanned = (name: string) => (sample: Sample) =>
  sample.driver === null ? undefined : (sample.state[`scanned.${name}`] ?? 0);

const drop = (name: string) => (sample: Sample) =>
  sample.driver === null ? undefined : kernelDrops(sample.driver.dropped)[name];

// prettier-ignore
export const METRICS: readonly Metric[] = [
  always('start',                   sample => sample.startTime,      { ...GAUGE, unit: 'timestamp' }),
  always('reload',                  sample => sample.reloadTime,     { ...GAUGE, unit: 'timestamp' }),
  always('host_boot',               sample => sample.host.bootTime,  { ...GAUGE, unit: 'timestamp' }),
  always('duration',                sample => (sample.time - sample.startTime) / 1_000_000_000n, { unit: 'seconds' }),
  always('host_num_cpus',           sample => sample.host.cpus,      GAUGE),
  always('outputs_queue_num_drops', outputsLost),
  always('num_evts',                sample => sample.events,         { forms: 'snapshot' }),

  resource('cpu_usage',             sample => sample.resources.cpuPercent,           { unit: 'percent' }),
  resource('memory_rss',            sample => sample.resources.rssKb,                { unit: 'kilobytes' }),
  resource('memory_vsz',            sample => sample.resources.vszKb,                { unit: 'kilobytes' }),
  resource('memory_pss',            sample => sample.resources.pssKb,                { unit: 'kilobytes' }),
  resource('container_memory_used', sample => sample.resources.containerMemoryBytes, { unit: 'bytes' }),
  resource('host_cpu_usage',        sample => sample.resources.hostCpuPercent,       { unit: 'percent' }),
  resource('host_memory_used',      sample => sample.resources.hostMemoryKb,         { unit: 'kilobytes' }),
  resource('host_procs_running',    sample => sample.resources.hostProcsRunning),
  resource('host_open_fds',         sample => sample.resources.hostOpenFds),

  state('n_threads',                  sample => sample.state['threads'], GAUGE),
  state('n_fds',                      sample => sample.state['fds'],     GAUGE),
  state('n_noncached_fd_lookups',     nothing),
  state('n_cached_fd_lookups',        nothing),
  state('n_failed_fd_lookups',        nothing),
  state('n_added_fds',                sample => sample.state['fdsAdded']),
  state('n_removed_fds',              sample => sample.state['fdsRemoved']),
  state('n_stored_evts',              nothing),
  state('n_store_evts_drops',         nothing),
  state('n_retrieved_evts',           nothing),
  state('n_retrieve_evts_drops',      nothing),
  state('n_noncached_thread_lookups', sample => sample.state['threadsLookedUp']),
  state('n_cached_thread_lookups',    nothing),
  state('n_failed_thread_lookups',    sample => sample.state['threadsUnknown']),
  state('n_added_threads',            sample => sample.state['threadsAdded']),
  state('n_removed_threads',          sample => sample.state['threadsRemoved']),
  state('n_drops_full_threadtable',   sample => sample.state['threadsRefused']),

  kernel('n_evts',                             sample => sample.driver?.seen, { always: true }),
  kernel('n_drops',                            sample => sample.driver === null ? undefined : totalDrops(sample.driver.dropped), { always: true }),
  kernel('n_drops_buffer_total',               drop('n_drops_buffer_total'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_clone_fork_exit',     drop('n_drops_buffer_clone_fork_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_execve_exit',         drop('n_drops_buffer_execve_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_connect_enter',       nothingOfDriver, { forms: 'snapshot' }),
  kernel('n_drops_buffer_connect_exit',        drop('n_drops_buffer_connect_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_open_enter',          nothingOfDriver, { forms: 'snapshot' }),
  kernel('n_drops_buffer_open_exit',           drop('n_drops_buffer_open_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_dir_file_exit',       drop('n_drops_buffer_dir_file_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_other_interest_exit', drop('n_drops_buffer_other_interest_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_close_exit',          drop('n_drops_buffer_close_exit'), { forms: 'snapshot' }),
  kernel('n_drops_buffer_proc_exit',           drop('n_drops_buffer_proc_exit'), { forms: 'snapshot' }),
  kernel('n_drops_scratch_map',                drop('n_drops_scratch_map')),
  kernel('n_drops_page_faults',                drop('n_drops_page_faults')),
  kernel('n_drops_bug',                        drop('n_drops_bug')),

  iter('n_evts_task',             scanned('task')),
  ...SCANNED_FILES.map(kind => iter(`n_evts_task_file_${kind}`, scanned(`task_file_${kind}`))),
  iter('n_drops_max_event_size',  nothingOfDriver),
  iter('n_drops_task',            nothingOfDriver),
  ...SCANNED_FILES.map(kind => iter(`n_drops_task_file_${kind}`, nothingOfDriver)),

  // Numbers of our own, beside Falco's.
  own('healthy',               '1 while events are watched.',                                       sample => (sample.healthy ? 1 : 0), { ...GAUGE, unit: 'none' }),
  own('alerts_under_way',      'Alerts on their way from the detection worker.',                    sample => sample.alertsUnderWay, { ...GAUGE, unit: 'none' }),
  own('events',                'Events that reached the rules.',                                    sample => sample.events),
  own('alerts',                'Alerts that rules raised.',                                         sample => sample.alerts),
  own('alerts_lost',           'Alerts that found too many others on their way to the outputs.',    sample => sample.alertsLost),
  own('alerts_held',           'Alerts that alerts.throttle held back.',                            sample => sample.alertsHeld),
  own('events_malformed',      'Records that could not be decoded.',                                sample => sample.malformed),
  own('reloads',               'Reloads that took effect.',                                         sample => sample.reloads),
  own('reload_failures',       'Reloads that changed nothing, because of an error.',                sample => sample.reloadFailures),
  own('driver_events_sent',    'Events that the driver put into a ring buffer.',                    sample => sample.driver?.submitted),
  own('driver_read_faults',    'Reads of memory that failed: the parameter is empty.',              sample => sample.driver?.faults),
  own('driver_texts_cut',      'Texts, buffers and paths that were cut at their limit.',            sample => sample.driver?.truncated),
  own('driver_calls_unmapped', '32-bit system calls without a 64-bit counterpart: no events.',      sample => sample.driver?.unmapped),
  own('k8s_audit_events',      'Kubernetes audit events that reached the rules.',                   sample => sample.state['auditEvents']),
  own('k8s_audit_bad_lines',   'Bodies, lines and events that could not be judged.',                sample => sample.state['auditMalformed']),
  own('k8s_audit_waiting',     'Bodies with audit events that wait for being judged.',              sample => sample.intake?.waiting, { ...GAUGE, unit: 'none' }),
  own('k8s_audit_waiting_size', 'Bytes of bodies with audit events that are not judged yet.',       sample => sample.intake?.bytes, { ...GAUGE, unit: 'bytes' }),
  own('state_fds_refused',     'Descriptors that found the table of their process full.',           sample => sample.state['fdsRefused']),
  own('state_threads_stale',   'Entries that belonged to an earlier thread of the same id.',        sample => sample.state['threadsStale']),
  own('state_threads_purged',  'Threads that ended unnoticed and were found out.',                  sample => sample.state['threadsPurged']),
];

/** Alerts that outputs lost, and those that did not even reach them. */
function outputsLost(sample: Sample): number {
  const alerted = sample.outputs.filter(({ name }) => name !== 'stderr');
  return alerted.reduce((sum, { dropped }) => sum + dropped, sample.alertsLost);
}

/** Falco counts it; here such a thing does not happen. */
function nothing(): number {
  return 0;
}

function nothingOfDriver(sample: Sample): number | undefined {
  return sample.driver === null ? undefined : 0;
}
