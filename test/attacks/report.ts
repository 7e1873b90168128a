/** The table that the suite prints, and what it counts. */
import type { Result } from './suite.js';

export interface Counts {
  readonly seen: number;
  readonly missed: number;
  readonly skipped: number;
}

export function countOf(results: readonly Result[]): Counts {
  const count = (kind: Result['outcome']['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return { seen: count('seen'), missed: count('missed'), skipped: count('skipped') };
}

const HEAD = ['attack', 'what was done', 'seen', 'latency', 'rule'] as const;
const SEEN = { seen: 'yes', missed: 'NO', skipped: '' } as const;

/** One line an attack that was performed; then those that were not, by reason; then a line of counts. */
export function reportOf(results: readonly Result[]): string {
  const performed = results.filter(({ outcome }) => outcome.kind !== 'skipped');
  const rows = performed.map(({ attack, outcome }) => [
    attack.id,
    attack.does,
    SEEN[outcome.kind],
    outcome.kind === 'seen' ? `${outcome.latency.toFixed(1)} ms` : '',
    attack.rule,
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  const lines = performed.flatMap(({ outcome }, index) => [
    line(rows[index]!),
    ...(outcome.kind === 'missed' ? [`    ${outcome.reason}`] : []),
  ]);
  return [line(HEAD), ...lines, ...skippedOf(results), '', summaryOf(results), ''].join('\n');
}

function skippedOf(results: readonly Result[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { attack, outcome } of results) {
    if (outcome.kind !== 'skipped') continue;
    const ids = byReason.get(outcome.reason) ?? [];
    byReason.set(outcome.reason, [...ids, attack.id]);
  }
  return [...byReason].map(([reason, ids]) => `\nskipped, ${reason}: ${ids.join(', ')}`);
}

function summaryOf(results: readonly Result[]): string {
  const { seen, missed, skipped } = countOf(results);
  const latencies = results
    .flatMap(({ outcome }) => (outcome.kind === 'seen' ? [outcome.latency] : []))
    .sort((a, b) => a - b);
  const at = (share: number): string =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))]!.toFixed(1);
  const latency =
    latencies.length === 0
      ? ''
      : `; latency ${at(0.5)} ms (median), ${at(0.95)} ms (95th percentile), ${at(1)} ms (longest)`;
  return `${seen} seen, ${missed} missed, ${skipped} skipped${latency}`;
}
