import assert from 'node:assert/strict';
import { metricWord, snapshotLine, Snapshots } from '../../../daemon/metrics/snapshot.js';
import { ALL, sample, SECOND, START } from './sample.js';

const STATE =
  'n_threads n_fds n_noncached_fd_lookups n_cached_fd_lookups n_failed_fd_lookups n_added_fds n_removed_fds n_stored_evts n_store_evts_drops n_retrieved_evts n_retrieve_evts_drops n_noncached_thread_lookups n_cached_thread_lookups n_failed_thread_lookups n_added_threads n_removed_threads n_drops_full_threadtable'.split(
    ' ',
  );
const KERNEL =
  'n_evts n_drops n_drops_buffer_total n_drops_buffer_clone_fork_exit n_drops_buffer_execve_exit n_drops_buffer_connect_enter n_drops_buffer_connect_exit n_drops_buffer_open_enter n_drops_buffer_open_exit n_drops_buffer_dir_file_exit n_drops_buffer_other_interest_exit n_drops_buffer_close_exit n_drops_buffer_proc_exit n_drops_scratch_map n_drops_page_faults n_drops_bug n_evts_prev n_drops_prev'.split(
    ' ',
  );
const RATES = ['evts_rate_sec', 'evts_drop_rate_sec', 'n_drops_perc'];
const IDENTITY = [
  ...['evt.time', 'evt.hostname', 'evt.source', 'scap.engine_name'],
  ...'version start_ts duration_sec kernel_release host_boot_ts host_num_cpus reload_ts outputs_queue_num_drops sha256_rules_file.falco_rules_local sha256_config_file.falco host_netinfo.interfaces.eth0.protocols.ipv4.addresses host_netinfo.interfaces.eth0.protocols.ipv6.addresses num_evts num_evts_prev'
    .split(' ')
    .map(name => `falco.${name}`),
];
const RULES = ['matches_total', 'Read_sensitive_file_untrusted_1', 'Quiet'].map(
  name => `falco.rules.${name}`,
);
const RESOURCES =
  'cpu_usage_perc memory_rss_mb memory_vsz_mb memory_pss_mb container_memory_used_mb host_cpu_usage_perc host_memory_used_mb host_procs_running host_open_fds'
    .split(' ')
    .map(name => `falco.${name}`);
const PER_CPU = ['n_evts_cpu_0', 'n_drops_cpu_0', 'n_evts_cpu_1', 'n_drops_cpu_1'].map(
  name => `scap.${name}`,
);
const ITER = ['n_evts_task', 'n_drops_max_event_size', 'n_drops_task'].concat(
  'pipe memfd regular directory socket_inet socket_inet6 socket_unix socket_netlink anon_inode'
    .split(' ')
    .flatMap(kind => [`n_evts_task_file_${kind}`, `n_drops_task_file_${kind}`]),
);
const PROGRAMS = ['sys_exit', 'something'].flatMap(program =>
  ['run_cnt', 'run_time_ns', 'avg_time_ns'].map(name => `scap.${program}.${name}`),
);

describe('A metrics snapshot', () => {
  it('has exactly the names of Falco when everything is switched on', () => {
    const fields = new Snapshots().take(sample(), ALL);
    const names = [
      ...[IDENTITY, RULES, RESOURCES, PER_CPU, PROGRAMS].flat(),
      ...STATE.map(name => `falco.${name}`),
      ...[...KERNEL, ...ITER].map(name => `scap.${name}`),
    ];
    assert.deepEqual(Object.keys(fields).sort(), names.sort());
  });

  it('counts lost alerts, and no lines of the log that found no reader', () => {
    const { outputs } = sample();
    const stderr = { ...outputs[0]!, name: 'stderr', dropped: 1000 };
    const lost = (...more: typeof outputs): unknown =>
      new Snapshots().take(sample({ outputs: [...outputs, ...more] }), ALL)['falco.outputs_queue_num_drops'];
    assert.equal(lost(stderr), lost());
    assert.notEqual(lost({ ...stderr, name: 'http' }), lost());
  });

  it('tells what the walk over all tasks found at the start', () => {
    const state = { ...sample().state, 'scanned.task': 150, 'scanned.task_file_socket_inet6': 12 };
    const fields = new Snapshots().take(sample({ state }), { ...ALL, include_empty_values: false });
    const told = ITER.map(name => `scap.${name}`).filter(name => name in fields);
    assert.deepEqual(
      told.map(name => [name, fields[name]]),
      [
        ['scap.n_evts_task', 150],
        ['scap.n_evts_task_file_socket_inet6', 12],
      ],
    );
    const elsewhere = new Snapshots().take(sample({ driver: null }), ALL);
    assert.ok(ITER.every(name => !(`scap.${name}` in elsewhere)));
  });

  it('has rates and the numbers before from the second on', () => {
    const snapshots = new Snapshots();
    snapshots.take(sample(), ALL);
    const driver = { ...sample().driver!, seen: 2400, dropped: { ring_full_open: 20 } };
    const fields = snapshots.take(sample({ time: START + 94n * SECOND, events: 1250, driver }), ALL);
    const expected = {
      'falco.num_evts': 1250,
      'falco.num_evts_prev': 1000,
      'falco.evts_rate_sec': 62.5,
      'scap.n_evts_prev': 2000,
      'scap.n_drops_prev': 10,
      'scap.evts_rate_sec': 100,
      'scap.evts_drop_rate_sec': 2.5,
      'scap.n_drops_perc': 2.5,
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(fields[name], value, name);
    assert.ok(RATES.every(name => `scap.${name}` in fields));
    assert.equal(snapshots.taken, 2);
  });

  const groups: readonly [keyof typeof ALL, readonly string[]][] = [
    ['rules_counters_enabled', RULES],
    ['resource_utilization_enabled', RESOURCES],
    ['state_counters_enabled', STATE.map(name => `falco.${name}`)],
    ['kernel_event_counters_enabled', [...KERNEL.map(name => `scap.${name}`), ...PER_CPU]],
    ['kernel_event_counters_per_cpu_enabled', PER_CPU],
    ['libbpf_stats_enabled', PROGRAMS],
    ['kernel_iter_event_counters_enabled', ITER.map(name => `scap.${name}`)],
  ];
  for (const [toggle, names] of groups) {
    it(`lacks just ${String(names.length)} names without ${toggle}`, () => {
      const all = Object.keys(new Snapshots().take(sample(), ALL));
      const without = new Set(Object.keys(new Snapshots().take(sample(), { ...ALL, [toggle]: false })));
      assert.deepEqual(all.filter(name => !without.has(name)).sort(), [...names].sort());
    });
  }

  it('tells memory in megabytes with one decimal, or in kilobytes and bytes', () => {
    const inMb = new Snapshots().take(sample(), ALL);
    assert.equal(inMb['falco.memory_rss_mb'], 60);
    assert.equal(inMb['falco.container_memory_used_mb'], 100);
    const inKb = new Snapshots().take(sample(), { ...ALL, convert_memory_to_mb: false });
    assert.equal(inKb['falco.memory_rss_kb'], 61_440);
    assert.equal(inKb['falco.container_memory_used_bytes'], 104_857_600);
    assert.equal(inKb['falco.host_memory_used_kb'], 2_097_152);
    assert.ok(!Object.keys(inKb).some(name => name.endsWith('_mb')));
  });

  it('leaves out what is 0 unless it is wanted, but not the events and losses of the kernel', () => {
    const driver = { ...sample().driver!, seen: 0, dropped: {} };
    const fields = new Snapshots().take(sample({ driver }), { ...ALL, include_empty_values: false });
    assert.deepEqual([fields['scap.n_evts'], fields['scap.n_drops']], [0, 0]);
    for (const name of ['scap.n_drops_bug', 'falco.rules.Quiet', 'falco.n_stored_evts'])
      assert.ok(!(name in fields), name);
  });

  it('counts what the outputs lost, and what did not reach them', () => {
    assert.equal(new Snapshots().take(sample(), ALL)['falco.outputs_queue_num_drops'], 3);
  });

  it('has nothing of a driver where there is none', () => {
    const names = Object.keys(new Snapshots().take(sample({ driver: null }), ALL));
    assert.deepEqual(
      names.filter(name => name.startsWith('scap.')),
      ['scap.engine_name'],
    );
  });

  it('is one line of JSON in the file, sorted, with whole 64-bit numbers', () => {
    const line = snapshotLine({ b: 'x"\n', a: 1_795_645_582_389_000_001n, c: 0.5 }, 4);
    assert.equal(line, '{"output_fields":{"a":1795645582389000001,"b":"x\\"\\n","c":0.5},"sample":4}\n');
  });

  it('makes names of rules part of names', () => {
    assert.equal(metricWord('Read "x" -- y (z)'), 'Read_x_y_z');
    assert.equal(metricWord('a:b__c'), 'a:b_c');
  });
});
