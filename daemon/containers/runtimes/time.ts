const NANOSECONDS = 1_000_000_000n;

/** Seconds since the epoch of a time such as `2026-11-25T22:12:21.925567273Z`; 0 when it is none. */
export function secondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) || ms < 0 ? 0 : Math.floor(ms / 1000);
}

/** Seconds of nanoseconds. */
export function secondsOfNanoseconds(time: bigint): number {
  return Number(time / NANOSECONDS);
}
