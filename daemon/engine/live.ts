/** Watches this host: driver, tables and judge put together, and the loop that runs them. */
import type { ContainerTable } from '../containers/container-table.js';
import { fixedContainer, type ContainerSettings } from '../containers/settings.js';
import type { Config } from '../config/config.js';
import { eventRow } from '../events/event-table.js';
import type { CompiledRule } from '../rules/load.js';
import { thisHost } from '../recording/this-host.js';
import { openSyscallSource, type SyscallSource } from '../sources/syscall/source.js';
import { Inspector } from '../state/inspector.js';
import { containerFeed } from './container-feed.js';
import { containerSettings } from './container-settings.js';
import { DropWatch } from './drops.js';
import type { HeldAlerts } from './held-alerts.js';
import type { LogLevel } from './messages.js';
import { findHostFiles } from './host-files.js';
import { ownMissingPrivileges } from './privileges.js';
import { recordedEmit, startRecording, type Recording } from './recording.js';
import { holdLimits, makeJudge, measuresRules, type Run, type RunContext } from './run.js';
import { selectionLines } from './debug-lines.js';
import { eventNames, selectSyscalls, type Selection } from './selection.js';
import { SilenceWatch } from './silence.js';
import { PROOF_CALL, provoke, SourceProof } from './source-proof.js';
import { TableWatch } from './table-watch.js';

/** How long one turn may process records before messages from the main thread get their chance. */
const TURN_MS = 20;
const LOSS_CHECK_MS = 1_000;

/** Longest sleep while alerts wait for what a runtime says of their containers. */
const HOLDING_MS = 4;

/** The calls and tracepoints that the rules and the tables need. */
function interest(
  rules: readonly CompiledRule[],
  config: Config,
  log: (level: LogLevel, text: string) => void,
): Selection {
  const needs = rules.map(rule => ({
    eventTypes: rule.eventTypes,
    eventNames: eventNames(rule.filter.tree),
  }));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const selection = selectSyscalls(needs, architecture, {
    customSet: config.base_syscalls.custom_set,
    repair: config.base_syscalls.repair,
    all: config.base_syscalls.all,
  });
  if (selection.unknown.length > 0)
    log('warning', `base_syscalls.custom_set names no system call: ${selection.unknown.join(', ')}`);
  if (selection.repaired.length > 0) {
    const { length } = selection.repaired;
    log('info', `+(${String(length)}) repaired syscalls: ${selection.repaired.join(', ')}`);
  }
  if (selection.unsent.length > 0) {
    log(
      'warning',
      `Rules match system calls that are not sent for their volume: ${selection.unsent.join(', ')}. Set base_syscalls.all to have them.`,
    );
  }
  if (selection.excluded.length > 0) {
    log(
      'warning',
      `Rules match system calls that base_syscalls.custom_set takes away: ${selection.excluded.join(', ')}. They cannot fire on these.`,
    );
  }
  if (config.log_level === 'debug') for (const line of selectionLines(selection.steps)) log('debug', line);
  return selection;
}

const MAY_SKIP =
  "This kernel may preempt the driver's programs, and leaves out what comes by on that CPU meanwhile (counted as skipped). " +
  'Mount tracefs at /sys/kernel/tracing and allow perf events: falco then uses tracepoints that are not preempted';

/** Null: it could not start, and said so. */
export function watchHost(context: RunContext): Run | null {
  const { config, book, explained, pulse, send, log, emit } = context;
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
    return null;
  }
  const source: SyscallSource = opened.source;
  if (source.maySkip) log('warning', MAY_SKIP);
  for (const missing of ownMissingPrivileges()) log('error', missing);
  const hostRoot = process.env['HOST_ROOT'] ?? '';
  const { ownPid } = source;
  const { proc: procRoot, problems } = findHostFiles(hostRoot, ownPid);
  for (const problem of problems) log('warning', problem);
  const threadLimit = config.falco_libs.thread_table_size;
  const tableOptions = { live: true, threadLimit, hostRoot, procRoot, ownPid };
  const inspector = new Inspector(tableOptions);
  let recording: Recording | null = null;
  const judge = makeJudge(
    context,
    inspector,
    recordedEmit(() => recording, emit),
  );
  const { detector, explanation } = judge;
  const { containers, threads } = inspector;
  const { held } = detector;
  const settings = containerSettings(config);
  if (settings.ok) applySettings(containers, settings.settings);
  const takeContainers = containerFeed(context.containers, containers, threads, {
    answered: key => held.answered(key),
    known: container => recording?.recorder.containerKnown(container, BigInt(Date.now()) * 1_000_000n),
  });
  containers.onSight = container => send({ kind: 'sighted', container });
  let stopping = false;
  const drops = new DropWatch(dropPolicy(config), {
    log,
    alert: emit,
    exit: text => {
      send({ kind: 'error', message: `Drop manager internal error: ${text}` });
      stopping = true;
    },
  });
  const tables = new TableWatch(log);
  const silence = new SilenceWatch(config.syscall_event_timeouts.max_consecutives, emit);
  const purgeRound = Math.max(1, config.falco_libs.thread_table_auto_purging_interval_s);

  /** @returns whether the calls that the proof makes are among those that are sent */
  function select(rules: readonly CompiledRule[], chosen: Config): boolean {
    const { numbers, alsoGeneric, tracepoints } = interest(rules, chosen, log);
    source.setInterest(numbers, alsoGeneric);
    const refused = source.setTracepoints(tracepoints);
    if (refused !== null) log('warning', refused.message);
    const uncounted = source.setRunStats(chosen.metrics.enabled && chosen.metrics.libbpf_stats_enabled);
    if (uncounted !== null) log('warning', uncounted.message);
    return numbers.includes(PROOF_CALL);
  }

  // Attach first, scan second: what starts in between is in the rings, and applying it twice does no harm.
  let watched = select(explained ? [explained] : book.rules, config);
  const refused = source.attach();
  if (refused !== null) {
    source.close();
    send({ kind: 'error', message: refused.message });
    return null;
  }
  source.scan(inspector, modern.disable_iterators, ownPid === process.pid);
  if (config.capture.enabled && explanation === undefined) {
    const host = thisHost(procRoot ?? '/proc', inspector.view.bootTime);
    recording = startRecording({ config, inspector, past: new Inspector(tableOptions), host, log, emit });
  }
  const onRecord = recording?.wrap(judge.onRecord) ?? judge.onRecord;
  const proof = new SourceProof();
  send({ kind: 'ready' });

  // By a clock that nobody sets: a host whose time is put right is no source that stands still.
  let nextLossCheck = performance.now() + LOSS_CHECK_MS;

  function turn(): void {
    if (stopping) {
      void finish();
      return;
    }
    pulse.beat();
    source.step(
      TURN_MS,
      onRecord,
      takeContainers,
      containers.pending + held.size > 0 ? HOLDING_MS : undefined,
    );
    if (containers.pending > 0) takeContainers();
    if (held.size > 0) held.tick();
    const now = Date.now();
    explanation?.tick(now);
    recording?.recorder.tick(now);
    if (performance.now() >= nextLossCheck) {
      nextLossCheck = performance.now() + LOSS_CHECK_MS;
      provoke();
      const stats = source.stats();
      const state = inspector.stats();
      if (proof.check(stats, watched, state.events + state.malformed)) pulse.prove();
      drops.check(stats, now);
      silence.check(stats, now);
      tables.check(state);
      context.tickThrottle(now);
      for (const tables of recording === null ? [inspector] : [inspector, recording.past])
        tables.purge(Math.ceil(tables.threads.size / purgeRound));
    }
    setImmediate(turn);
  }

  async function finish(): Promise<void> {
    source.detach();
    // What was sent before the programs were detached is still in the rings.
    source.flush(onRecord);
    takeContainers();
    held.flush();
    explanation?.finish();
    drops.check(source.stats(), Date.now());
    tables.check(inspector.stats());
    await recording?.recorder.close();
    context.ended();
    source.close();
  }

  setImmediate(turn);
  return {
    statistics() {
      const state = inspector.stats();
      return {
        events: detector.events,
        alerts: detector.alerts,
        malformed: state.malformed,
        byRule: detector.counts(),
        losses: { occurrences: drops.occurrences, actionsTaken: drops.actionsTaken },
        driver: source.stats(),
        state: {
          ...state,
          ...heldCounters(held),
          ...scanCounters(source.scanned),
          fds: inspector.threads.countFds(),
        },
      };
    },
    reload(next, nextBook) {
      watched = select(nextBook.rules, next);
      detector.swap(nextBook);
      detector.measureTimes(measuresRules(next));
      held.configure(holdLimits(next));
      const nextSettings = containerSettings(next);
      if (nextSettings.ok) applySettings(containers, nextSettings.settings);
      drops.configure(dropPolicy(next));
      silence.configure(next.syscall_event_timeouts.max_consecutives);
    },
    stop() {
      stopping = true;
    },
  };
}

function applySettings(containers: ContainerTable, { ignored, fixed }: ContainerSettings): void {
  containers.ignored = ignored;
  containers.elsewhere = fixed === null ? null : { id: fixed.id, key: fixed.id };
  if (fixed !== null) containers.set(fixed.id, fixedContainer(fixed));
}

/** What the kernel's own walk found, by the names of its events. */
function scanCounters(scanned: ReadonlyMap<number, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...scanned].map(([code, count]) => [`scanned.${eventRow(code).name}`, count]));
}

function heldCounters(held: HeldAlerts): Readonly<Record<string, number>> {
  const { held: alerts, incomplete, p50, p99 } = held.counters();
  return { alertsHeld: alerts, alertsIncomplete: incomplete, alertsHeldP50Ms: p50, alertsHeldP99Ms: p99 };
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
