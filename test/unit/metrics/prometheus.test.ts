import assert from 'node:assert/strict';
import { prometheusText } from '../../../daemon/metrics/prometheus.js';
import { ALL, sample } from './sample.js';

const lines = (text: string): string[] =>
  text.split('\n').filter(line => line !== '' && !line.startsWith('#'));

/** Names of Falco, each with its type. */
const NAMES: Readonly<Record<string, string>> = {
  falcosecurity_falco_version_info: 'gauge',
  falcosecurity_falco_sha256_rules_files_info: 'gauge',
  falcosecurity_falco_sha256_config_files_info: 'gauge',
  falcosecurity_falco_kernel_release_info: 'gauge',
  falcosecurity_evt_hostname_info: 'gauge',
  falcosecurity_scap_engine_name_info: 'gauge',
  falcosecurity_falco_outputs_queue_num_drops_total: 'counter',
  falcosecurity_falco_reload_timestamp_nanoseconds: 'gauge',
  falcosecurity_falco_start_timestamp_nanoseconds: 'gauge',
  falcosecurity_falco_host_boot_timestamp_nanoseconds: 'gauge',
  falcosecurity_falco_duration_seconds_total: 'counter',
  falcosecurity_falco_host_num_cpus_total: 'gauge',
  falcosecurity_falco_rules_matches_total: 'counter',
  falcosecurity_falco_cpu_usage_ratio: 'gauge',
  falcosecurity_falco_host_cpu_usage_ratio: 'gauge',
  falcosecurity_falco_memory_rss_bytes: 'gauge',
  falcosecurity_falco_memory_vsz_bytes: 'gauge',
  falcosecurity_falco_memory_pss_bytes: 'gauge',
  falcosecurity_falco_container_memory_used_bytes: 'gauge',
  falcosecurity_falco_host_memory_used_bytes: 'gauge',
  falcosecurity_falco_host_procs_running_total: 'gauge',
  falcosecurity_falco_host_open_fds_total: 'gauge',
  falcosecurity_scap_n_threads_total: 'gauge',
  falcosecurity_scap_n_fds_total: 'gauge',
  falcosecurity_scap_n_added_threads_total: 'counter',
  falcosecurity_scap_n_drops_full_threadtable_total: 'counter',
  falcosecurity_scap_n_evts_total: 'counter',
  falcosecurity_scap_n_drops_total: 'counter',
  falcosecurity_scap_n_drops_scratch_map_total: 'counter',
  falcosecurity_scap_n_drops_buffer_total: 'counter',
  falcosecurity_scap_n_evts_cpu_total: 'counter',
  falcosecurity_scap_n_drops_cpu_total: 'counter',
  falcosecurity_scap_sys_exit_run_cnt_total: 'counter',
  falcosecurity_scap_sys_exit_run_time_nanoseconds_total: 'counter',
  falcosecurity_scap_sys_exit_avg_time_nanoseconds: 'gauge',
};

describe('Metrics as Prometheus text', () => {
  const text = prometheusText(sample(), ALL);

  it('has every name of Falco with its type', () => {
    for (const [name, kind] of Object.entries(NAMES)) {
      assert.ok(text.includes(`# TYPE ${name} ${kind}\n`), name);
      assert.ok(text.includes(`# HELP ${name} https://falco.org/docs/metrics/\n`), name);
    }
  });

  it('has HELP and TYPE of a name once, and all of its values behind them', () => {
    const headed = new Set<string>();
    let current = '';
    for (const line of text.trimEnd().split('\n')) {
      const header = /^# HELP (\S+) \S/.exec(line)?.[1];
      if (header !== undefined) {
        assert.ok(!headed.has(header), header);
        headed.add(header);
        current = header;
      } else assert.ok(line.startsWith(`# TYPE ${current} `) || /^[^{ ]+/.exec(line)![0] === current, line);
    }
  });

  it('has the labels of Falco, in order of their names, with quotes escaped', () => {
    const found = lines(text);
    for (const line of [
      'falcosecurity_falco_rules_matches_total{priority="4",rule_name="Read \\"sensitive\\" file -- untrusted (1)",source="syscall",tag_T1059_004="true",tag_host="true"} 7',
      'falcosecurity_falco_sha256_rules_files_info{file_name="falco_rules.local.yaml",sha256="ab12"} 1',
      'falcosecurity_scap_engine_name_info{engine_name="modern_bpf",evt_source="syscall"} 1',
      'falcosecurity_scap_n_drops_buffer_total{dir="exit",drop="open"} 6',
      'falcosecurity_scap_n_drops_buffer_total{dir="enter",drop="connect"} 0',
      'falcosecurity_scap_n_evts_cpu_total{cpu="1"} 500',
      'falcosecurity_scap_n_drops_cpu_total{cpu="0"} 10',
    ])
      assert.ok(found.includes(line), line);
  });

  it('tells rules that matched only, as Falco does, and the evaluations of all', () => {
    const found = lines(text).filter(line => line.includes('"Quiet"'));
    assert.deepEqual(found, [
      'falcosecurity_falco_rules_evaluations_total{rule_name="Quiet",source="syscall"} 40',
      'falcosecurity_falco_rules_time_seconds_total{rule_name="Quiet",source="syscall"} 0.000000',
    ]);
  });

  it('tells memory in bytes, shares as ratios, times as they are', () => {
    const found = lines(text);
    for (const line of [
      'falcosecurity_falco_memory_rss_bytes 62914560',
      'falcosecurity_falco_container_memory_used_bytes 104857600',
      'falcosecurity_falco_cpu_usage_ratio 0.125000',
      'falcosecurity_falco_start_timestamp_nanoseconds 1700000000000000000',
      'falcosecurity_falco_duration_seconds_total 90',
      'falcosecurity_scap_sys_exit_avg_time_nanoseconds 500',
    ])
      assert.ok(found.includes(line), line);
  });

  it('tells what is lost by reason, what waits, and what became of each output’s messages', () => {
    const found = lines(text);
    for (const line of [
      'falcosecurity_falco_driver_drops_total{reason="ring_full_open"} 6',
      'falcosecurity_falco_driver_drops_total{reason="too_big"} 2',
      'falcosecurity_falco_alerts_lost_total 1',
      'falcosecurity_falco_alerts_under_way 2',
      'falcosecurity_falco_output_delivered_total{output="stdout"} 7',
      'falcosecurity_falco_output_failed_total{output="file"} 1',
      'falcosecurity_falco_output_dropped_total{output="file"} 2',
      'falcosecurity_falco_output_waiting{output="file"} 3',
      'falcosecurity_falco_output_spooled{output="file"} 4',
      'falcosecurity_falco_healthy 1',
      'falcosecurity_falco_reload_failures_total 1',
    ])
      assert.ok(found.includes(line), line);
  });

  it('leaves out what is only in snapshots, and what is switched off', () => {
    assert.ok(!/num_evts|n_drops_perc|evts_rate|n_drops_buffer_open/.test(text));
    const without = prometheusText(sample(), { ...ALL, state_counters_enabled: false });
    assert.ok(!without.includes('n_threads'));
    assert.ok(without.includes('falcosecurity_scap_n_evts_total'));
  });
});
