import { canonical, joinUnsigned, type Integer } from '../events/integer.js';
import type { EventView } from '../state/event.js';
import { withoutValue, type Extractors } from './extractor.js';
import { isoTime, localDateTime, localTime, nanoseconds, pad9, seconds } from './clock.js';

function raw(evt: EventView): Integer {
  return joinUnsigned(evt.record.tsHigh, evt.record.tsLow);
}

/** Nanoseconds between two instants, each as 32-bit halves. */
function since(evt: EventView, high: number, low: number): Integer {
  const { tsHigh, tsLow } = evt.record;
  const apart = (tsHigh - high) * 0x1_0000_0000 + (tsLow - low);
  if (Math.abs(apart) <= Number.MAX_SAFE_INTEGER) return Math.max(apart, 0);
  return canonical(evt.record.time() - ((BigInt(high) << 32n) | BigInt(low)));
}

function sinceFirst(evt: EventView): Integer {
  return since(evt, evt.firstTsHigh, evt.firstTsLow);
}

/** Of captures the reference gives 0: it has stored the time of the event as that of the one before. */
function sincePrevious(evt: EventView): Integer {
  if (evt.captured) return 0;
  return since(evt, evt.previousTsHigh, evt.previousTsLow);
}

function wholeSeconds(time: Integer): Integer {
  return typeof time === 'number' ? Math.floor(time / 1e9) : canonical(time / 1_000_000_000n);
}

function secondFraction(time: Integer): Integer {
  return typeof time === 'number' ? time % 1e9 : canonical(time % 1_000_000_000n);
}

/** Milliseconds, rounded up, between the event and an instant (ns since the epoch). */
function millisecondsFrom(evt: EventView, instant: bigint): Integer {
  const apart = evt.record.time() - instant;
  return canonical(((apart < 0n ? -apart : apart) + 999_999n) / 1_000_000n);
}

/** When the event happened. Local time is that of the daemon's time zone. */
export const evtTimeFields: Extractors = {
  'evt.time': { cost: 3, extract: evt => `${localTime(evt.record)}.${pad9(nanoseconds(evt.record))}` },
  'evt.time.s': { cost: 3, extract: evt => localTime(evt.record) },
  'evt.time.iso8601': { cost: 3, extract: evt => isoTime(evt.record) },
  'evt.datetime': {
    cost: 3,
    extract: evt => `${localDateTime(evt.record)}.${pad9(nanoseconds(evt.record))}`,
  },
  'evt.datetime.s': { cost: 3, extract: evt => localDateTime(evt.record) },
  'evt.rawtime': { cost: 1, extract: raw },
  'evt.rawtime.s': { cost: 1, extract: evt => seconds(evt.record) },
  'evt.rawtime.ns': { cost: 1, extract: evt => nanoseconds(evt.record) },
  'evt.reltime': { cost: 1, extract: sinceFirst },
  'evt.reltime.s': { cost: 1, extract: evt => wholeSeconds(sinceFirst(evt)) },
  'evt.reltime.ns': { cost: 1, extract: evt => secondFraction(sinceFirst(evt)) },
  'evt.deltatime': { cost: 1, extract: sincePrevious },
  'evt.deltatime.s': { cost: 1, extract: evt => wholeSeconds(sincePrevious(evt)) },
  'evt.deltatime.ns': { cost: 1, extract: evt => secondFraction(sincePrevious(evt)) },
  'evt.outputtime': { cost: 3, extract: evt => `${localTime(evt.record)}.${pad9(nanoseconds(evt.record))}` },
  'evt.around': {
    cost: 2,
    bind: argument => {
      const instant = BigInt(argument.kind === 'index' ? argument.text : 0);
      return { extract: evt => millisecondsFrom(evt, instant) };
    },
  },
  'evt.latency': withoutValue,
  'evt.latency.s': withoutValue,
  'evt.latency.ns': withoutValue,
  'evt.latency.quantized': withoutValue,
  'evt.latency.human': withoutValue,
  'evt.wait_latency': withoutValue,
};
