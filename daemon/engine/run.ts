import type { MessagePort } from 'node:worker_threads';
import type { Alert } from '../alerts/alert.js';
import type { Config } from '../config/config.js';
import type { CompiledRule } from '../rules/load.js';
import type { OnRecord } from '../sources/on-record.js';
import type { Inspector } from '../state/inspector.js';
import type { AuditSettings } from './audit-settings.js';
import { Detector, type EmitAlert, type RuleBook } from './detector.js';
import { ExplainedRule } from './explain.js';
import type { HoldLimits } from './held-alerts.js';
import type { AuditAnswer, AuditBody, EngineStatistics, FromWorker, LogLevel } from './messages.js';
import type { Pulse } from './pulse.js';

/** What a run is made of, and how it speaks to the outside. */
export interface RunContext {
  readonly config: Config;
  readonly book: RuleBook;
  /** The one rule that is explained instead of judging by all. */
  readonly explained: CompiledRule | undefined;
  /** Event time in seconds after which a capture is left; 0: never. */
  readonly seconds: number;
  /** Where audit events come from; null: the run is of another source. */
  readonly audit: AuditSettings | null;
  readonly pulse: Pulse;
  /** What the runtimes know of containers comes in here (container-feed.ts). */
  readonly containers: MessagePort;
  send(message: FromWorker): void;
  log(level: LogLevel, text: string): void;
  /** Tells what `alerts.throttle` held back, when it is time to. */
  tickThrottle(now: number): void;
  /** Hands on an alert, or loses and counts it when too many are under way. */
  emit(alert: Alert): void;
  /** Hands on an alert; waits while too many are under way. */
  emitAll(alert: Alert): void;
  /** Nothing more comes from the run. */
  ended(): void;
}

/** A source that is being read: what the worker's messages ask of it. */
export interface Run {
  /** Everything but the alerts that did not get there. */
  statistics(): Omit<EngineStatistics, 'alertsLost' | 'alertsHeld'>;
  /** Takes over new rules and their configuration, between two events. */
  reload(config: Config, book: RuleBook): void;
  /**
   * Judges the audit events in a body. Only a run that takes such bodies has it. What has waited too long is to be sent
   * again, and not judged.
   */
  judge?(body: AuditBody): AuditAnswer;
  /** Ends soon, by `ended`. */
  stop(): void;
}

/** Who looks at the records. */
export interface Judge {
  readonly detector: Detector;
  readonly explanation: ExplainedRule | undefined;
  readonly onRecord: OnRecord;
}

export function holdLimits({ container_metadata: { hold_ms, hold_events } }: Config): HoldLimits {
  return { ms: hold_ms, events: hold_events };
}

export function makeJudge(
  { config, book, explained, send }: RunContext,
  inspector: Inspector,
  emit: EmitAlert,
): Judge {
  const detector = new Detector(inspector, book, emit, holdLimits(config));
  detector.measureTimes(measuresRules(config));
  const explanation =
    explained && new ExplainedRule(inspector, book, explained, text => send({ kind: 'explained', text }));
  return { detector, explanation, onRecord: explanation?.onRecord ?? detector.onRecord };
}

/** What rules cost is measured when somebody asks for it. */
export function measuresRules({ metrics }: Config): boolean {
  return metrics.enabled && metrics.rules_counters_enabled;
}
