/** The driver's raw counters as `DriverStats`. */
import type { DriverStats, FamilyStats, ProgramStats } from './driver.js';

/** What the addon says of the order of the counters. */
export interface CounterNames {
  /** Families of events. */
  readonly families: readonly string[];
  /** What became of the events of a family. */
  readonly outcomes: readonly string[];
  /** Counters of a CPU as a whole. */
  readonly counters: readonly string[];
}

const DROPPED = /^dropped_/;

/** By reason, full rings by family: what is told of losses. */
const RING_FULL = 'ring_full';

export class CounterTable {
  readonly #names: CounterNames;
  readonly #reasons: readonly { readonly reason: string; readonly index: number }[];

  constructor(names: CounterNames) {
    this.#names = names;
    this.#reasons = names.outcomes.flatMap((name, index) =>
      DROPPED.test(name) ? [{ reason: name.replace(DROPPED, ''), index }] : [],
    );
  }

  /**
   * @param values for CPU 0, then for CPU 1, and so on: all outcomes of the first family, of the second …, the counters
   * @param malformed records that arrived and made no sense
   * @param skipped runs that the kernel left out: events that no program saw, of whichever family
   * @param programs what the kernel counted of the driver's programs
   */
  stats(
    values: Float64Array,
    malformed: number,
    skipped: number,
    programs: readonly ProgramStats[],
  ): DriverStats {
    const { families, outcomes, counters } = this.#names;
    const counterBase = families.length * outcomes.length;
    const width = counterBase + counters.length;
    const bases = Array.from({ length: values.length / width }, (_, cpu) => cpu * width);
    const sum = (index: number): number => bases.reduce((total, base) => total + values[base + index]!, 0);
    const counter = (name: string): number => sum(counterBase + counters.indexOf(name));
    const byFamily = families.map((_, family) =>
      this.#family(index => sum(family * outcomes.length + index)),
    );
    const perCpu = bases.map(base => {
      const rows = families.map((_, family) =>
        this.#family(index => values[base + family * outcomes.length + index]!),
      );
      return { seen: total(rows, 'seen'), submitted: total(rows, 'submitted'), dropped: totalDropped(rows) };
    });
    return {
      seen: total(byFamily, 'seen') + skipped,
      submitted: total(byFamily, 'submitted'),
      filtered: total(byFamily, 'filtered'),
      dropped: this.#dropped(byFamily, malformed, skipped),
      faults: total(byFamily, 'faults'),
      truncated: total(byFamily, 'truncated') + total(byFamily, 'pathsCut'),
      own: counter('own'),
      unmapped: counter('compat_unmapped'),
      families: Object.fromEntries(families.map((name, family) => [name, byFamily[family]!])),
      programs,
      perCpu,
    };
  }

  #family(value: (outcome: number) => number): FamilyStats {
    const named = (name: string): number => value(this.#names.outcomes.indexOf(name));
    return {
      seen: named('seen'),
      submitted: named('submitted'),
      filtered: named('filtered'),
      dropped: Object.fromEntries(this.#reasons.map(({ reason, index }) => [reason, value(index)])),
      faults: named('faults'),
      truncated: named('truncated'),
      pathsCut: named('paths_cut'),
    };
  }

  #dropped(byFamily: readonly FamilyStats[], malformed: number, skipped: number): Record<string, number> {
    const dropped: Record<string, number> = { malformed, skipped };
    this.#names.families.forEach((name, family) => {
      dropped[`${RING_FULL}_${name}`] = byFamily[family]!.dropped[RING_FULL]!;
    });
    for (const { reason } of this.#reasons) {
      if (reason === RING_FULL) continue;
      dropped[reason] = byFamily.reduce((sum, family) => sum + family.dropped[reason]!, 0);
    }
    return dropped;
  }
}

function total(
  rows: readonly FamilyStats[],
  key: 'seen' | 'submitted' | 'filtered' | 'faults' | 'truncated' | 'pathsCut',
): number {
  return rows.reduce((sum, row) => sum + row[key], 0);
}

function totalDropped(rows: readonly FamilyStats[]): number {
  return rows.reduce((sum, row) => sum + Object.values(row.dropped).reduce((all, lost) => all + lost, 0), 0);
}
