/** The driver's raw counters as `DriverStats`. */
import type { DriverStats } from './driver.js';

/** Counters that name why a record was lost. The breakdown of full rings by category stands for their sum. */
const DROPPED = /^(dropped_(?!ring_full$)|ring_full_)/;

export class CounterTable {
  readonly #names: readonly string[];
  readonly #dropped: readonly { readonly reason: string; readonly index: number }[];

  /** @param names of the counters of one CPU, in their order */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#dropped = names.flatMap((name, index) =>
      DROPPED.test(name) ? [{ reason: name.replace(/^dropped_/, ''), index }] : [],
    );
  }

  /**
   * @param values the counters of CPU 0, then of CPU 1, and so on
   * @param malformed records that arrived and made no sense
   */
  stats(values: Float64Array, malformed: number): DriverStats {
    const width = this.#names.length;
    const bases = Array.from({ length: values.length / width }, (_, cpu) => cpu * width);
    const sum = (index: number): number => bases.reduce((total, base) => total + values[base + index]!, 0);
    const named = (name: string): number => this.#names.indexOf(name);
    const dropped: Record<string, number> = { malformed };
    for (const { reason, index } of this.#dropped) dropped[reason] = sum(index);
    return {
      seen: sum(named('seen')),
      submitted: sum(named('submitted')),
      dropped,
      faults: sum(named('faults')),
      truncated: sum(named('truncated')) + sum(named('paths_cut')),
      own: sum(named('own')),
      unmapped: sum(named('compat_unmapped')),
      perCpu: bases.map(base => ({
        seen: values[base + named('seen')]!,
        submitted: values[base + named('submitted')]!,
        dropped: this.#dropped.reduce((total, { index }) => total + values[base + index]!, 0),
      })),
    };
  }
}
