import type { ByteString } from '../events/byte-string.js';

/** The time of a record: nanoseconds since the epoch in two 32-bit halves. */
export interface Timestamp {
  readonly tsHigh: number;
  readonly tsLow: number;
}

const BILLION = 1_000_000_000;

let second = 0;
let fraction = 0;

/**
 * Splits without wide integers: the quotient in doubles is off by one at most, which shows in the remainder modulo
 * 2^32.
 */
function split(time: Timestamp): void {
  second = Math.floor((time.tsHigh * 0x1_0000_0000 + time.tsLow) / BILLION);
  fraction = (time.tsLow - Math.imul(second, BILLION)) >>> 0;
  if (fraction >= 2 * BILLION) {
    second -= 1;
    fraction = (fraction + BILLION) >>> 0;
  } else if (fraction >= BILLION) {
    second += 1;
    fraction -= BILLION;
  }
}

/** Whole seconds since the epoch. */
export function seconds(time: Timestamp): number {
  split(time);
  return second;
}

/** Nanoseconds into the second. */
export function nanoseconds(time: Timestamp): number {
  split(time);
  return fraction;
}

/** Nine digits. */
export function pad9(value: number): ByteString {
  return String(value).padStart(9, '0');
}

function pad2(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function dateOf(date: Date): string {
  return `${String(date.getFullYear()).padStart(4, '0')}-${pad2(date.getMonth() + 1)}-${pad2(date.getDate())}`;
}

function timeOf(date: Date): string {
  return `${pad2(date.getHours())}:${pad2(date.getMinutes())}:${pad2(date.getSeconds())}`;
}

/** A text that changes once a second, made once a second. */
function perSecond(text: (date: Date) => string): (at: number) => string {
  let cachedAt = -1;
  let cached = '';
  return at => {
    if (at !== cachedAt) {
      cached = text(new Date(at * 1000));
      cachedAt = at;
    }
    return cached;
  };
}

const localTimeAt = perSecond(timeOf);
const localDateTimeAt = perSecond(date => `${dateOf(date)} ${timeOf(date)}`);
const utcAt = perSecond(date => date.toISOString().slice(0, 19));

/** HH:MM:SS in the daemon's time zone. */
export function localTime(time: Timestamp): ByteString {
  return localTimeAt(seconds(time));
}

/** YYYY-mm-dd HH:MM:SS in the daemon's time zone. */
export function localDateTime(time: Timestamp): ByteString {
  return localDateTimeAt(seconds(time));
}

/** UTC, ISO 8601 with nanoseconds: 2021-09-16T06:33:11.123456789+0000. */
export function isoTime(time: Timestamp): ByteString {
  split(time);
  return `${utcAt(second)}.${pad9(fraction)}+0000`;
}
