/** Milliseconds of a clock that is never set, and is the same for all threads. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
