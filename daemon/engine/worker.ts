/** Entry of the detection worker: compiles the rules, starts the run, and answers the main thread's messages. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Alert } from '../alerts/alert.js';
import { Throttle } from '../alerts/throttle.js';
import { throttleLimits, throttleRules, type ThrottlePolicies } from '../alerts/throttle-policy.js';
import type { Config } from '../config/config.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import type { EventSourceName } from '../events/sources.js';
import { buildRuleset } from '../filter/compile/ruleset.js';
import { catalogOf } from '../filter/source-context.js';
import { loadRules, ruleSources, type CompiledRule, type RuleOptions } from '../rules/load.js';
import { AlertSender } from './alert-channel.js';
import { watchAudit } from './audit-live.js';
import { replayAudit } from './audit-replay.js';
import { runCold } from './cold.js';
import type { RuleBook } from './detector.js';
import { Flow } from './flow.js';
import { collectGarbage } from './garbage.js';
import { watchHost } from './live.js';
import type { AuditAnswer, FromWorker, LogLevel, RulesFile, ToWorker, WorkerData } from './messages.js';
import { Pulse } from './pulse.js';
import { enabledRulesLines } from './debug-lines.js';
import { watchNothing } from './no-driver.js';
import { replayCapture } from './replay.js';
import { rulesOptions } from './rules-options.js';
import type { Run, RunContext } from './run.js';

const port = parentPort!;
const data = workerData as WorkerData;
const flow = new Flow(data.flow);
const pulse = new Pulse(data.pulse);
let alertsLost = 0;
let ending = false;

const send = (message: FromWorker): void => port.postMessage(message);
const alerts = new AlertSender(data.alerts, flow, () => send({ kind: 'alerts' }));
const log = (level: LogLevel, text: string): void => send({ kind: 'log', level, text });

function emit(alert: Alert): void {
  if (flow.claim()) {
    alerts.send(alert);
    return;
  }
  if (alertsLost++ === 0)
    log('error', 'Alerts come faster than they can be handed on: some are lost, and counted');
}

type Compiled =
  | {
      readonly ok: true;
      readonly book: RuleBook;
      readonly policies: ThrottlePolicies;
      /** The rule to explain, enabled or not. */
      readonly explained: CompiledRule | undefined;
    }
  | { readonly ok: false; readonly message: string };

/** Compiles the rules; their results go to the main thread either way. */
function compile(config: Config, files: readonly RulesFile[]): Compiled {
  const options: RuleOptions = { ...rulesOptions(config), origins: data.explain !== null };
  const loaded = loadRules(
    files.map(file => ({ name: file.name, content: Buffer.from(file.content) })),
    options,
  );
  send({ kind: 'rules', results: loaded.results });
  const bad = loaded.results.filter(result => !result.successful);
  if (bad.length > 0)
    return { ok: false, message: `could not load rules: ${bad.map(result => result.name).join(', ')}` };
  const explained = loaded.all.find(rule => rule.name === data.explain);
  if (data.explain !== null && explained === undefined) {
    const hint = didYouMean(
      data.explain,
      loaded.all.map(rule => rule.name),
    );
    return {
      ok: false,
      message: `There is no rule '${data.explain}'${hint === undefined ? '' : `; ${hint}`}`,
    };
  }
  if (explained !== undefined && explained.source !== data.source) {
    const why = `Rule '${explained.name}' is of the event source ${explained.source}, which is not read`;
    const how = explained.source === 'k8s_audit' ? EXPLAIN_AUDIT : '';
    return { ok: false, message: why + how };
  }
  const throttling = throttleRules(config.alerts.throttle, loaded.rules, ruleSources(options));
  if (!throttling.ok) return throttling;
  const rules = throttling.rules
    .filter(({ source }) => source === data.source)
    .map((rule, index): CompiledRule => ({ ...rule, index }));
  if (data.source === 'k8s_audit' && rules.length === 0) log('warning', NO_AUDIT_RULES);
  if (config.log_level === 'debug') for (const line of enabledRulesLines(rules)) log('debug', line);
  return {
    ok: true,
    policies: throttling.policies,
    book: {
      ruleset: buildRuleset(
        rules.map(rule => ({ index: rule.index, filter: rule.filter.tree, eventTypes: rule.eventTypes })),
        config.rule_matching,
        catalogOf(data.source),
      ),
      rules,
    },
    explained,
  };
}

/** Alerts of a capture can wait: it is read on when there is room. */
function emitAll(alert: Alert): void {
  flow.claimOrWait();
  alerts.send(alert);
}

/** Whether events have the times that others give them: those count for nothing here, for they may be any. */
const isSent = data.source === 'k8s_audit' && data.config.engine.kind !== 'replay';

/** Hands on the alerts that may go out. */
function throttled(throttle: Throttle, hand: (alert: Alert) => void): (alert: Alert) => void {
  return alert => {
    const admitted = isSent ? throttle.admit(alert, Date.now()) : throttle.admit(alert);
    if (admitted !== null) hand(admitted);
  };
}

type Start = (context: RunContext) => Run | null | Promise<Run | null>;

/** Where events come from, by source and `engine.kind`. */
const STARTS: Readonly<Record<EventSourceName, Readonly<Record<Config['engine']['kind'], Start>>>> = {
  syscall: { kmod: watchHost, modern_ebpf: watchHost, nodriver: watchNothing, replay: replayCapture },
  k8s_audit: { kmod: watchAudit, modern_ebpf: watchAudit, nodriver: watchAudit, replay: replayAudit },
};

/** Beside the daemon, nothing else can listen where the API server sends its events. */
const EXPLAIN_AUDIT =
  '; name a file of audit events: -o engine.kind=replay -o engine.replay.capture_file=FILE';
const NO_AUDIT_RULES =
  'No rule is for audit events, so none will raise an alert: rules_files does not name /etc/falco/k8s_audit_rules.yaml, ' +
  'nor other rules of the source k8s_audit that are enabled';
const NOT_JUDGED: AuditAnswer = { ok: false, message: 'no audit events are awaited' };

/** Summaries of the throttle: what they say is not lost when there is no room for them. */
function emitSummary(summary: Alert): boolean {
  if (data.config.engine.kind === 'replay' || ending) flow.claimOrWait();
  else if (!flow.claim()) return false;
  alerts.send(summary);
  return true;
}

async function main(): Promise<void> {
  const compiled = runCold(() => compile(data.config, data.rules));
  if (!compiled.ok) {
    send({ kind: 'error', message: compiled.message });
    return;
  }
  let run: Run | null = null;
  const throttle = new Throttle(compiled.policies, throttleLimits(data.config), emitSummary);
  const sendStatistics = (): void => {
    if (run === null) return;
    const statistics = { ...run.statistics(), alertsLost, alertsHeld: throttle.held };
    send({ kind: 'statistics', statistics });
  };
  const context: RunContext = {
    config: data.config,
    book: compiled.book,
    explained: compiled.explained,
    seconds: data.seconds,
    audit: data.audit,
    pulse,
    containers: data.containers,
    tickThrottle: now => throttle.tick(now),
    send,
    log,
    emit: throttled(throttle, emit),
    emitAll: throttled(throttle, emitAll),
    ended() {
      ending = true;
      throttle.finish();
      sendStatistics();
      port.close();
    },
  };
  const starting = STARTS[data.source][data.config.engine.kind](context);
  const waiting: ToWorker[] = [];
  // A pipe without a writer keeps a replay from starting: that must not keep it from stopping.
  const beforeStart = (message: ToWorker): void => {
    if (message.kind === 'stop') process.exit(0);
    waiting.push(message);
  };
  port.on('message', beforeStart);
  run = await starting;
  port.off('message', beforeStart);
  if (run === null) return;
  const { reload, stop, judge } = run;
  const onMessage = (message: ToWorker): void => {
    switch (message.kind) {
      case 'stop':
        stop();
        break;
      case 'statistics':
        sendStatistics();
        break;
      case 'body':
        send({ kind: 'judged', answer: judge?.(message) ?? NOT_JUDGED });
        break;
      case 'reload': {
        pulse.compiling();
        const next = runCold(() => compile(message.config, message.rules));
        if (next.ok) {
          throttle.configure(next.policies, throttleLimits(message.config));
          reload(message.config, next.book);
        }
        send({ kind: 'reloaded', result: next.ok ? { ok: true } : next });
        // In a turn of its own: what was compiled is still on the stack of this one.
        setImmediate(collectGarbage);
        break;
      }
    }
  };
  port.on('message', onMessage);
  waiting.forEach(onMessage);
  if (data.config.engine.kind !== 'replay') setImmediate(collectGarbage);
}

void main();
