/**
 * The engine: detection in a worker thread of its own, one per event source. In: a configuration and the bytes of
 * rules files. Out: alerts, log lines and counters, as plain data by message. Imported by cli only; everything that
 * the outside sees (printing, files, signals) is the caller's.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Alert } from '../alerts/alert.js';
import type { Config } from '../config/config.js';
import type { EventSourceName } from '../events/sources.js';
import type { FileResult } from '../rules/load.js';
import { AlertReceiver } from './alert-channel.js';
import type { AuditSettings } from './audit-settings.js';
import { ContainerWatch } from './container-watch.js';
import { startsAsJson } from '../sources/audit/file-kind.js';
import { Flow } from './flow.js';
import type {
  AuditAnswer,
  AuditBody,
  EngineStatistics,
  FromWorker,
  LogLevel,
  RulesFile,
  ToWorker,
} from './messages.js';
import { monotonicMs } from './monotonic.js';
import { Pulse } from './pulse.js';

export type { AuditAnswer, EngineStatistics, LogLevel } from './messages.js';

export interface EngineOptions {
  readonly config: Config;
  readonly rules: readonly RulesFile[];
  /** Explains this rule, and raises no alert (explain.ts). Counts at the start only. */
  readonly explain?: string;
  /** A capture is left after so many seconds of event time; 0 or absent: never. Counts at the start only. */
  readonly seconds?: number;
  /** Whose events are judged; default: those that the configuration leads to. Counts at the start only. */
  readonly source?: EventSourceName;
  /** Where audit events come from, for their source. Counts at the start only. */
  readonly audit?: AuditSettings;
}

export interface EngineHandlers {
  /** Rules were compiled, at start or at a reload: what each file gave. Called before `onReady` or `onError`. */
  onRules(results: readonly FileResult[]): void;
  /** The source is open and attached: events are watched from here on. */
  onReady(): void;
  /** One alert. It counts as taken over when this returns: only so many may be under way (see flow.ts). */
  onAlert(alert: Alert): void;
  onLog(level: LogLevel, text: string): void;
  /** Lines for people, when a rule is explained; the last ones are the summary. */
  onExplained?(text: string): void;
  /** How much of a capture was read, in bytes of its file; `total` 0: not known. */
  onProgress?(done: number, total: number): void;
  /** A capture was read to its end. */
  onComplete?(): void;
  /** The engine could not start, or broke: one message for the operator. Nothing follows but `onEnd`. */
  onError(message: string): void;
  /** The worker is gone; nothing follows. */
  onEnd(): void;
}

export type ReloadResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

export interface Engine {
  /**
   * Compiles the rules and swaps them in between two events; when they are bad the running ones stay. Null: the worker
   * ended before it had an answer, which `onEnd` tells.
   */
  reload(options: EngineOptions): Promise<ReloadResult | null>;
  /** Judges the audit events in a body, which is gone from here then. Bodies are judged in their order. @param added members that each event gets */
  judge(body: Uint8Array, added?: AuditBody['added']): Promise<AuditAnswer>;
  /** Drains what the driver holds, closes it and ends the worker. */
  stop(): Promise<void>;
  /** What the worker has counted; what it last said when it is gone. */
  statistics(): Promise<EngineStatistics>;
  /** Words for why events are not watched; null: they are. Asks nobody, and so never waits. */
  trouble(): string | null;
  /** Alerts that are on their way from the worker. */
  alertsUnderWay(): number;
}

const ENDED = 'the detection worker has ended';

/** How long a worker that was asked to stop may take before it is ended by force. */
const STOP_TIMEOUT_MS = 5_000;

/** Starts detection. Returns at once; `handlers.onReady` or `handlers.onError` follows. */
export function startEngine(options: EngineOptions, handlers: EngineHandlers): Engine {
  const source = options.source ?? sourceOf(options.config);
  const flow = new Flow();
  const pulse = new Pulse();
  const channel = new MessageChannel();
  const containers = new ContainerWatch(message => channel.port1.postMessage(message), handlers.onLog);
  const alerts = new AlertReceiver(flow, alert => handlers.onAlert(alert));
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    name: `falco-${source}`,
    workerData: {
      config: options.config,
      rules: options.rules,
      source,
      flow: flow.shared,
      pulse: pulse.shared,
      containers: channel.port2,
      alerts: alerts.workerPort,
      explain: options.explain ?? null,
      seconds: options.seconds ?? 0,
      audit: options.audit ?? null,
    },
    transferList: [channel.port2, alerts.workerPort],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const reloads: ((result: ReloadResult | null) => void)[] = [];
  const bodies: ((answer: AuditAnswer) => void)[] = [];
  const asked: ((statistics: EngineStatistics) => void)[] = [];
  let last: EngineStatistics | undefined;
  let ready = false;
  let ended = false;
  let onEnded: () => void = () => undefined;
  const end = new Promise<void>(resolve => (onEnded = resolve));

  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'alerts':
        alerts.awake();
        break;
      case 'sighted':
        containers.sighted(message.container);
        break;
      case 'log':
        handlers.onLog(message.level, message.text);
        break;
      case 'explained':
        handlers.onExplained?.(message.text);
        break;
      case 'rules':
        handlers.onRules(message.results);
        break;
      case 'ready':
        ready = true;
        handlers.onReady();
        break;
      case 'progress':
        handlers.onProgress?.(message.done, message.total);
        break;
      case 'complete':
        handlers.onComplete?.();
        break;
      case 'reloaded':
        reloads.shift()?.(message.result);
        break;
      case 'statistics':
        last = withContainers(message.statistics, containers);
        asked.shift()?.(last);
        break;
      case 'judged':
        bodies.shift()?.(message.answer);
        break;
      case 'error':
        handlers.onError(message.message);
        break;
    }
  });
  worker.on('error', error =>
    handlers.onError(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  worker.on('exit', () => {
    ended = true;
    containers.close();
    channel.port1.close();
    alerts.finish();
    for (const resolve of reloads.splice(0)) resolve(null);
    for (const resolve of bodies.splice(0)) resolve({ ok: false, message: ENDED, later: true });
    for (const resolve of asked.splice(0)) resolve(last ?? NOTHING_SEEN);
    handlers.onEnd();
    onEnded();
  });

  const live = options.config.engine.kind !== 'replay' && source === 'syscall';
  if (live) containers.configure(options.config);
  let answer: Promise<EngineStatistics> | null = null;
  const send = (message: ToWorker): void => worker.postMessage(message);
  return {
    reload(next) {
      if (ended) return Promise.resolve(null);
      return new Promise(resolve => {
        reloads.push(result => {
          if (result?.ok === true && live) containers.configure(next.config);
          resolve(result);
        });
        send({ kind: 'reload', config: next.config, rules: next.rules });
      });
    },
    judge(body, added = null) {
      if (ended) return Promise.resolve({ ok: false, message: ENDED, later: true });
      return new Promise(resolve => {
        bodies.push(resolve);
        const message: ToWorker = { kind: 'body', bytes: body, came: monotonicMs(), added };
        worker.postMessage(message, [body.buffer as ArrayBuffer]);
      });
    },
    async stop() {
      if (ended) return;
      send({ kind: 'stop' });
      const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
      await end;
      clearTimeout(timer);
    },
    statistics() {
      if (ended) return Promise.resolve(last ?? NOTHING_SEEN);
      // Whoever asks while an answer is awaited gets that one: questions to a worker that hangs do not pile up.
      answer ??= new Promise<EngineStatistics>(resolve => {
        asked.push(resolve);
        send({ kind: 'statistics' });
      }).finally(() => (answer = null));
      return answer;
    },
    trouble() {
      if (ended) return ENDED;
      return ready ? pulse.trouble() : 'the event source is not open yet';
    },
    alertsUnderWay: () => flow.underWay(),
  };
}

/** A file to replay that is no capture holds audit events (reference/falco/k8saudit.md 8.1). */
export function sourceOf({ engine }: Config): EventSourceName {
  const isAudit = engine.kind === 'replay' && startsAsJson(engine.replay.capture_file);
  return isAudit ? 'k8s_audit' : 'syscall';
}

function withContainers(statistics: EngineStatistics, containers: ContainerWatch): EngineStatistics {
  return { ...statistics, state: { ...statistics.state, ...containers.counters() } };
}

const NOTHING_SEEN: EngineStatistics = {
  events: 0,
  alerts: 0,
  alertsHeld: 0,
  alertsLost: 0,
  malformed: 0,
  byRule: [],
  losses: { occurrences: 0, actionsTaken: 0 },
  driver: null,
  state: {},
};
