/** engine.kind nodriver: the daemon as a whole, without any event; to try a configuration, or beside other sources. */
import { toByteString } from '../events/byte-string.js';
import type { Run, RunContext } from './run.js';

const BEAT_MS = 1_000;

export function watchNothing({ book, pulse, tickThrottle, send, ended }: RunContext): Run {
  const beat = (): void => {
    pulse.beat();
    pulse.prove();
    tickThrottle(Date.now());
  };
  let { rules } = book;
  beat();
  const timer = setInterval(beat, BEAT_MS);
  send({ kind: 'ready' });
  return {
    statistics: () => ({
      events: 0,
      alerts: 0,
      malformed: 0,
      byRule: rules.map(({ name, priority, source, tags }) => ({
        ...{ name: toByteString(name), priority, source, tags: tags.map(toByteString) },
        ...{ matches: 0, evaluations: 0, nanoseconds: 0 },
      })),
      losses: { occurrences: 0, actionsTaken: 0 },
      driver: null,
      state: {},
    }),
    reload(_config, next) {
      ({ rules } = next);
    },
    stop() {
      clearInterval(timer);
      ended();
    },
  };
}
