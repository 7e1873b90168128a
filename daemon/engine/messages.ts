/** What the main thread and the detection worker say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { DriverStats } from '../addon/driver.js';
import type { Priority } from '../alerts/alert.js';
import type { AuditSettings } from './audit-settings.js';
import type { CgroupContainer } from '../containers/container-id.js';
import type { Config } from '../config/config.js';
import type { ByteString } from '../events/byte-string.js';
import type { EventSourceName } from '../events/sources.js';
import type { FileResult } from '../rules/load.js';

/** One rules file as read from disk, in load order. */
export interface RulesFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface RuleCount {
  readonly name: ByteString;
  readonly priority: Priority;
  readonly source: string;
  readonly tags: readonly ByteString[];
  readonly matches: number;
  /** Events that the rule had to be judged on. */
  readonly evaluations: number;
  /** Estimated time that judging the rule took (rule-times.ts); 0 unless that is wanted. */
  readonly nanoseconds: number;
}

export interface EngineStatistics {
  /** Events that reached the rules. */
  readonly events: number;
  /** Alerts that the rules raised, those that were held back or lost included. */
  readonly alerts: number;
  /** Alerts that `alerts.throttle` held back; summaries say of which rules. */
  readonly alertsHeld: number;
  /** Alerts that found too many others under way and were dropped, counted here. */
  readonly alertsLost: number;
  /** Records that did not decode; each one is a bug of ours or a damaged source. */
  readonly malformed: number;
  readonly byRule: readonly RuleCount[];
  /** Seconds in which events were lost, and how often that was acted on. */
  readonly losses: { readonly occurrences: number; readonly actionsTaken: number };
  /** Null when no driver is open. */
  readonly driver: DriverStats | null;
  /** Counters of the state engine by name. */
  readonly state: Readonly<Record<string, number>>;
}

export type LogLevel = 'emergency' | 'alert' | 'critical' | 'error' | 'warning' | 'notice' | 'info' | 'debug';

/** What the worker is started with. */
export interface WorkerData {
  readonly config: Config;
  readonly rules: readonly RulesFile[];
  /** Whose events this worker judges. */
  readonly source: EventSourceName;
  readonly flow: SharedArrayBuffer;
  readonly pulse: SharedArrayBuffer;
  readonly containers: MessagePort;
  readonly alerts: MessagePort;
  /** Name of the one rule that is explained instead of judging by all; null: detection as usual. */
  readonly explain: string | null;
  /** Event time in seconds after which a capture is left; 0: never. */
  readonly seconds: number;
  /** Where audit events come from; null: this worker judges others. */
  readonly audit: AuditSettings | null;
}

/** A body with audit events. */
export interface AuditBody {
  readonly bytes: Uint8Array;
  /** When it came, as `monotonicMs` has it. */
  readonly came: number;
  /** Members that each of its events gets; null: none. */
  readonly added: Readonly<Record<string, string>> | null;
}

/** What became of a body with audit events. */
export type AuditAnswer =
  | { readonly ok: true }
  /** `later`: that is not up to the body, which may be sent again. */
  | { readonly ok: false; readonly message: string; readonly later?: true };

export type ToWorker =
  | { readonly kind: 'reload'; readonly config: Config; readonly rules: readonly RulesFile[] }
  | { readonly kind: 'statistics' }
  /** A body with audit events; `judged` answers, in the order of the bodies. */
  | ({ readonly kind: 'body' } & AuditBody)
  | { readonly kind: 'stop' };

export type FromWorker =
  /** There are alerts in the port that is for them (alert-channel.ts). */
  | { readonly kind: 'alerts' }
  /** A process was seen in a container; the answer comes through the port of containers. */
  | { readonly kind: 'sighted'; readonly container: CgroupContainer }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly kind: 'rules'; readonly results: readonly FileResult[] }
  | { readonly kind: 'explained'; readonly text: string }
  | { readonly kind: 'judged'; readonly answer: AuditAnswer }
  | { readonly kind: 'ready' }
  /** How much of a capture was read, in bytes of the file; `total` 0: not known. */
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  /** The capture was read to its end. */
  | { readonly kind: 'complete' }
  | {
      readonly kind: 'reloaded';
      readonly result: { readonly ok: true } | { readonly ok: false; readonly message: string };
    }
  | { readonly kind: 'statistics'; readonly statistics: EngineStatistics }
  | { readonly kind: 'error'; readonly message: string };
