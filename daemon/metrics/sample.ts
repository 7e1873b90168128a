/**
 * Metrics: what the daemon tells of itself in numbers. In: counters of engine and outputs, what /proc says. Out: the
 * fields of a snapshot (rule output, file), or Prometheus text. Names and units: reference/falco/outputs.md 6.5, 6.6.
 * Imported by engine, outputs, web and cli; knows none of them, only plain numbers.
 *
 * table.ts one row a number · snapshot.ts and prometheus.ts the two forms · host.ts and resources.ts what /proc says
 */
import type { Host } from './host.js';
import type { Resources } from './resources.js';

/** A file that the daemon works with, and what is in it. */
export interface FileSum {
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface RuleSample {
  readonly name: string;
  /** 0 (emergency) to 7 (debug). */
  readonly priority: number;
  readonly source: string;
  readonly tags: readonly string[];
  readonly matches: number;
  readonly evaluations: number;
  /** Estimated time of judging. */
  readonly nanoseconds: number;
}

export interface DriverSample {
  readonly seen: number;
  readonly submitted: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly truncated: number;
  readonly unmapped: number;
  readonly perCpu: readonly { readonly seen: number; readonly dropped: number }[];
}

/** Run time of one program in the kernel. */
export interface ProgramSample {
  readonly name: string;
  readonly runs: number;
  readonly nanoseconds: number;
}

/** What became of the messages of one output. */
export interface OutputSample {
  readonly name: string;
  readonly delivered: number;
  /** Refused by the target, or given up. */
  readonly failed: number;
  /** Found no room. */
  readonly dropped: number;
  readonly waiting: number;
  /** Those of `waiting` that are on disk. */
  readonly spooled: number;
  readonly retries: number;
  readonly cut: number;
}

/** What became of requests with Kubernetes audit events. */
export interface IntakeSample {
  readonly accepted: number;
  readonly bad: number;
  readonly busy: number;
  readonly limited: number;
  readonly tooLarge: number;
  readonly refused: number;
  readonly aborted: number;
  /** Bodies that wait for being judged, and bytes of bodies that have come. */
  readonly waiting: number;
  readonly bytes: number;
}

/** All that is known at one moment. Times are nanoseconds since the epoch. */
export interface Sample {
  readonly time: bigint;
  readonly startTime: bigint;
  /** Of the present rules and configuration. */
  readonly reloadTime: bigint;
  readonly version: string;
  readonly hostname: string;
  readonly source: string;
  /** `modern_bpf`, `source_plugin` or `nodriver`. */
  readonly engineName: string;
  readonly host: Host;
  readonly rulesFiles: readonly FileSum[];
  readonly configFiles: readonly FileSum[];
  /** Events that reached the rules. */
  readonly events: number;
  readonly alerts: number;
  readonly alertsLost: number;
  /** Held back by alerts.throttle. */
  readonly alertsHeld: number;
  readonly alertsUnderWay: number;
  readonly malformed: number;
  readonly reloads: number;
  readonly reloadFailures: number;
  readonly healthy: boolean;
  readonly rules: readonly RuleSample[];
  readonly resources: Resources;
  /** Counters of the state engine under their names in this room (table.ts). */
  readonly state: Readonly<Record<string, number>>;
  readonly driver: DriverSample | null;
  readonly programs: readonly ProgramSample[];
  readonly outputs: readonly OutputSample[];
  /** null: no audit events are taken. */
  readonly intake: IntakeSample | null;
}

/** `metrics.*` of the configuration that decides what is told. */
export interface Toggles {
  readonly rules_counters_enabled: boolean;
  readonly resource_utilization_enabled: boolean;
  readonly state_counters_enabled: boolean;
  readonly kernel_event_counters_enabled: boolean;
  readonly kernel_event_counters_per_cpu_enabled: boolean;
  readonly libbpf_stats_enabled: boolean;
  readonly kernel_iter_event_counters_enabled: boolean;
  readonly convert_memory_to_mb: boolean;
  readonly include_empty_values: boolean;
}
