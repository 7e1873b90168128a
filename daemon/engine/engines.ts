/** The engines of all event sources as one: each has a worker of its own, and all are loaded, reloaded and ended together. */
import type { EventSourceName } from '../events/sources.js';
import {
  startEngine,
  type AuditAnswer,
  type Engine,
  type EngineHandlers,
  type EngineOptions,
  type EngineStatistics,
} from './engine.js';

/** The engine of one source. */
interface Part {
  readonly source: EventSourceName;
  readonly engine: Engine;
  ready: boolean;
  /** It came to the end of what it was to read, or was asked to end. */
  complete: boolean;
  ended: boolean;
}

/**
 * Starts detection for these sources. What `handlers` are told of is told once for all: of rules by the first source,
 * which compiles those of the others, too; that events are watched when all of them are; that it is over when nothing
 * is left. When one cannot go on, all end.
 */
export function startEngines(
  sources: readonly EventSourceName[],
  options: EngineOptions,
  handlers: EngineHandlers,
): Engine {
  const parts: Part[] = [];
  let failed = false;

  const partHandlers = (part: () => Part, isFirst: boolean): EngineHandlers => ({
    ...handlers,
    onRules(results) {
      if (isFirst) handlers.onRules(results);
    },
    onReady() {
      part().ready = true;
      if (parts.length === sources.length && parts.every(({ ready }) => ready)) handlers.onReady();
    },
    onComplete() {
      part().complete = true;
      if (parts.every(({ complete }) => complete)) handlers.onComplete?.();
    },
    onError(message) {
      // What is wrong with the rules is wrong for all sources.
      if (!failed) handlers.onError(message);
      failed = true;
    },
    onEnd() {
      const ended = part();
      ended.ended = true;
      if (parts.every(other => other.ended)) handlers.onEnd();
      else if (!ended.complete) for (const other of parts) if (!other.ended) void stop(other);
    },
  });

  for (const [index, source] of sources.entries()) {
    // Nothing is told before this loop is over: workers speak by message.
    const engine = startEngine(
      { ...options, source },
      partHandlers(() => parts[index]!, index === 0),
    );
    parts.push({ source, engine, ready: false, complete: false, ended: false });
  }

  function stop(part: Part): Promise<void> {
    part.complete = true;
    return part.engine.stop();
  }

  return {
    async reload(next) {
      const results = await Promise.all(parts.filter(running).map(({ engine }) => engine.reload(next)));
      const answered = results.filter(result => result !== null);
      return answered.find(({ ok }) => !ok) ?? (answered.length > 0 ? { ok: true } : null);
    },
    judge(body, added): Promise<AuditAnswer> {
      const part = parts.find(({ source }) => source === 'k8s_audit');
      return part === undefined
        ? Promise.resolve({ ok: false, message: 'no audit events are awaited' })
        : part.engine.judge(body, added);
    },
    async stop() {
      await Promise.all(parts.map(stop));
    },
    async statistics() {
      return merged(await Promise.all(parts.map(({ engine }) => engine.statistics())));
    },
    trouble() {
      for (const { engine, source, complete, ended } of parts) {
        const trouble = complete && ended ? null : engine.trouble();
        if (trouble !== null) return parts.length === 1 ? trouble : `${source}: ${trouble}`;
      }
      return null;
    },
    alertsUnderWay: () => parts.reduce((sum, { engine }) => sum + engine.alertsUnderWay(), 0),
  };
}

const running = ({ ended }: Part): boolean => !ended;

/** The numbers of all sources; what only one source has is that one's. */
function merged(all: readonly EngineStatistics[]): EngineStatistics {
  const sum = (read: (one: EngineStatistics) => number): number =>
    all.reduce((total, one) => total + read(one), 0);
  return {
    events: sum(({ events }) => events),
    alerts: sum(({ alerts }) => alerts),
    alertsHeld: sum(({ alertsHeld }) => alertsHeld),
    alertsLost: sum(({ alertsLost }) => alertsLost),
    malformed: sum(({ malformed }) => malformed),
    byRule: all.flatMap(({ byRule }) => byRule),
    losses: {
      occurrences: sum(({ losses }) => losses.occurrences),
      actionsTaken: sum(({ losses }) => losses.actionsTaken),
    },
    driver: all.find(({ driver }) => driver !== null)?.driver ?? null,
    state: Object.assign({}, ...all.map(({ state }) => state)) as Readonly<Record<string, number>>,
  };
}
