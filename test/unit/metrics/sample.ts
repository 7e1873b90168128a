import type { Sample, Toggles } from '../../../daemon/metrics/sample.js';

export const ALL: Toggles = {
  rules_counters_enabled: true,
  resource_utilization_enabled: true,
  state_counters_enabled: true,
  kernel_event_counters_enabled: true,
  kernel_event_counters_per_cpu_enabled: true,
  libbpf_stats_enabled: true,
  kernel_iter_event_counters_enabled: true,
  convert_memory_to_mb: true,
  include_empty_values: true,
};

export const SECOND = 1_000_000_000n;
export const START = 1_700_000_000n * SECOND;

/** A sample of a daemon that has run for a minute and a half. */
export function sample(more: Partial<Sample> = {}): Sample {
  return {
    time: START + 90n * SECOND,
    startTime: START,
    reloadTime: START + 30n * SECOND,
    version: '1.2.3',
    hostname: 'host1',
    source: 'syscall',
    engineName: 'modern_bpf',
    host: {
      kernelRelease: '6.1.0',
      bootTime: START - 500n * SECOND,
      cpus: 4,
      interfaces: [{ name: 'eth0', ipv4: ['192.0.2.1', '192.0.2.2'], ipv6: ['2001:db8::1'] }],
    },
    rulesFiles: [{ path: '/etc/falco/falco_rules.local.yaml', sha256: 'ab12' }],
    configFiles: [{ path: '/etc/falco/falco.yaml', sha256: 'cd34' }],
    events: 1000,
    alerts: 7,
    alertsLost: 1,
    alertsHeld: 9,
    alertsUnderWay: 2,
    malformed: 0,
    reloads: 3,
    reloadFailures: 1,
    healthy: true,
    rules: [
      {
        name: 'Read "sensitive" file -- untrusted (1)',
        priority: 4,
        source: 'syscall',
        tags: ['T1059.004', 'host'],
        matches: 7,
        evaluations: 900,
        nanoseconds: 1_500_000_000,
      },
      {
        name: 'Quiet',
        priority: 2,
        source: 'syscall',
        tags: [],
        matches: 0,
        evaluations: 40,
        nanoseconds: 0,
      },
    ],
    resources: {
      cpuPercent: 12.5,
      rssKb: 61_440,
      vszKb: 1_048_576,
      pssKb: 51_200,
      containerMemoryBytes: 104_857_600,
      hostCpuPercent: 50,
      hostMemoryKb: 2_097_152,
      hostProcsRunning: 3,
      hostOpenFds: 1200,
    },
    intake: null,
    state: {
      ...{ threads: 150, fds: 900, threadsAdded: 200, threadsRemoved: 50, fdsAdded: 1500, fdsRemoved: 600 },
      ...{ threadsLookedUp: 4, threadsUnknown: 5, threadsRefused: 6, fdsRefused: 7, threadsStale: 8 },
    },
    driver: {
      seen: 2000,
      submitted: 1990,
      dropped: { ring_full_open: 6, ring_full_rest: 1, too_big: 2, malformed: 1 },
      faults: 11,
      truncated: 12,
      unmapped: 13,
      perCpu: [
        { seen: 1500, dropped: 10 },
        { seen: 500, dropped: 0 },
      ],
    },
    programs: [
      { name: 'dispatch', runs: 10, nanoseconds: 5004 },
      { name: 'something', runs: 0, nanoseconds: 0 },
    ],
    outputs: [
      {
        ...{ name: 'file', delivered: 5, failed: 1, dropped: 2 },
        ...{ waiting: 3, spooled: 4, retries: 6, cut: 0 },
      },
      {
        ...{ name: 'stdout', delivered: 7, failed: 0, dropped: 0 },
        ...{ waiting: 0, spooled: 0, retries: 0, cut: 0 },
      },
    ],
    ...more,
  };
}
