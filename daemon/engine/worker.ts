/** Entry of the detection worker: rules, driver, tables and detector put together, and the loop that runs them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Alert } from '../alerts/alert.js';
import type { Config } from '../config/config.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import { buildRuleset } from '../filter/compile/ruleset.js';
import { loadRules, type CompiledRule } from '../rules/load.js';
import { openSyscallSource, type SyscallSource } from '../sources/syscall/source.js';
import { Inspector } from '../state/inspector.js';
import { Detector, type RuleBook } from './detector.js';
import { ExplainedRule } from './explain.js';
import { DropWatch } from './drops.js';
import { Flow } from './flow.js';
import type { EngineStatistics, FromWorker, LogLevel, RulesFile, ToWorker, WorkerData } from './messages.js';
import { rulesOptions } from './rules-options.js';
import { eventNames, selectSyscalls } from './selection.js';
import { TableWatch } from './table-watch.js';

/** How long one turn may process records before messages from the main thread get their chance. */
const TURN_MS = 20;
const LOSS_CHECK_MS = 1_000;

/** In this many seconds every thread of the table is looked at once, whether it still lives. */
const PURGE_ROUND_S = 300;

const port = parentPort!;
const data = workerData as WorkerData;
const flow = new Flow(data.flow);
let alertsLost = 0;

const send = (message: FromWorker): void => port.postMessage(message);
const log = (level: LogLevel, text: string): void => send({ kind: 'log', level, text });

function emit(alert: Alert): void {
  if (flow.claim()) {
    send({ kind: 'alert', alert });
    return;
  }
  if (alertsLost++ === 0)
    log('error', 'Alerts come faster than they can be handed on: some are lost, and counted');
}

type Compiled =
  | {
      readonly ok: true;
      readonly book: RuleBook;
      /** The rule to explain, enabled or not. */
      readonly explained: CompiledRule | undefined;
    }
  | { readonly ok: false; readonly message: string };

/** Compiles the rules; their results go to the main thread either way. */
function compile(config: Config, files: readonly RulesFile[]): Compiled {
  const loaded = loadRules(
    files.map(file => ({ name: file.name, content: Buffer.from(file.content) })),
    { ...rulesOptions(config), origins: data.explain !== null },
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
  const rules: readonly CompiledRule[] = loaded.rules;
  return {
    ok: true,
    book: {
      ruleset: buildRuleset(
        rules.map(rule => ({ index: rule.index, filter: rule.filter.tree, eventTypes: rule.eventTypes })),
        config.rule_matching,
      ),
      rules,
    },
    explained,
  };
}

/** The calls that the rules and the tables need, as the driver wants them. */
function interest(rules: readonly CompiledRule[], config: Config): readonly number[] {
  const needs = rules.map(rule => ({
    eventTypes: rule.eventTypes,
    eventNames: eventNames(rule.filter.tree),
  }));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const selection = selectSyscalls(needs, architecture, config.base_syscalls.all);
  if (selection.unsent.length > 0) {
    log(
      'warning',
      `Rules match system calls that are not sent for their volume: ${selection.unsent.join(', ')}. Set base_syscalls.all to have them.`,
    );
  }
  return selection.numbers;
}

function main(): void {
  let config = data.config;
  const compiled = compile(config, data.rules);
  if (!compiled.ok) {
    send({ kind: 'error', message: compiled.message });
    return;
  }
  const modern = config.engine.modern_ebpf;
  const opened = openSyscallSource({
    cpusForEachBuffer: modern.cpus_for_each_buffer,
    bufferBytes: 2 ** (19 + modern.buf_size_preset),
    dropFailedExit: modern.drop_failed_exit,
    snaplen: config.falco_libs.snaplen,
    ignorePid: process.pid,
  });
  if (!opened.ok) {
    send({ kind: 'error', message: opened.error.message });
    return;
  }
  const source: SyscallSource = opened.source;
  const inspector = new Inspector({
    live: true,
    threadLimit: config.falco_libs.thread_table_size,
    hostRoot: process.env['HOST_ROOT'] ?? '',
  });
  const detector = new Detector(inspector, compiled.book, emit);
  const explanation =
    compiled.explained &&
    new ExplainedRule(inspector, compiled.book, compiled.explained, text =>
      send({ kind: 'explained', text }),
    );
  const onRecord = explanation?.onRecord ?? detector.onRecord;
  const drops = new DropWatch(dropPolicy(config), {
    log,
    alert: emit,
    exit: text => fail(`Drop manager internal error: ${text}`),
  });

  const tables = new TableWatch(log);

  // Attach first, scan second: what starts in between is in the rings, and applying it twice does no harm.
  source.setInterest(interest(compiled.explained ? [compiled.explained] : compiled.book.rules, config));
  const refused = source.attach();
  if (refused !== null) {
    source.close();
    send({ kind: 'error', message: refused.message });
    return;
  }
  source.scan(inspector, modern.disable_iterators);
  send({ kind: 'ready' });

  let stopping = false;
  let nextLossCheck = Date.now() + LOSS_CHECK_MS;

  function statistics(): EngineStatistics {
    const state = inspector.stats();
    return {
      events: detector.events,
      alerts: detector.alerts,
      alertsLost,
      malformed: state.malformed,
      byRule: detector.counts(),
      losses: { occurrences: drops.occurrences, actionsTaken: drops.actionsTaken },
      driver: source.stats(),
      state: { ...state },
    };
  }

  function fail(message: string): void {
    send({ kind: 'error', message });
    stopping = true;
  }

  function turn(): void {
    if (stopping) {
      finish();
      return;
    }
    source.step(TURN_MS, onRecord);
    const now = Date.now();
    explanation?.tick(now);
    if (now >= nextLossCheck) {
      nextLossCheck = now + LOSS_CHECK_MS;
      drops.check(source.stats(), now);
      tables.check(inspector.stats());
      inspector.purge(Math.ceil(inspector.threads.size / PURGE_ROUND_S));
    }
    setImmediate(turn);
  }

  function finish(): void {
    source.detach();
    // What was sent before the programs were detached is still in the rings.
    source.flush(onRecord);
    explanation?.finish();
    drops.check(source.stats(), Date.now());
    tables.check(inspector.stats());
    send({ kind: 'statistics', statistics: statistics() });
    source.close();
    port.close();
  }

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'stop':
        stopping = true;
        break;
      case 'statistics':
        send({ kind: 'statistics', statistics: statistics() });
        break;
      case 'reload': {
        const next = compile(message.config, message.rules);
        if (next.ok) {
          config = message.config;
          source.setInterest(interest(next.book.rules, config));
          detector.swap(next.book);
          drops.configure(dropPolicy(config));
          send({ kind: 'reloaded', result: { ok: true } });
        } else {
          send({ kind: 'reloaded', result: next });
        }
        break;
      }
    }
  });
  setImmediate(turn);
}

function dropPolicy(config: Config): ConstructorParameters<typeof DropWatch>[0] {
  const drops = config.syscall_event_drops;
  return {
    actions: drops.actions,
    threshold: drops.threshold,
    rate: drops.rate,
    maxBurst: drops.max_burst,
    simulate: drops.simulate_drops,
  };
}

main();
