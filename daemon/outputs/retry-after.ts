/** The Retry-After header of HTTP: a number of seconds, or a date. */

/** Nobody is left alone for longer, whatever the header says. */
const MOST_MS = 3_600_000;

/**
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait, at most an hour; undefined when it says nothing that can be understood
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(MOST_MS, Math.max(0, wait));
}
