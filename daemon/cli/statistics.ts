/** The closing words: what was detected, by severity and by rule (reference/falco/cli.md 2.4). */
import { toText } from '../events/byte-string.js';
import type { EngineStatistics } from '../engine/engine.js';

/** Severities as the statistics name them, most severe first. */
const NAMES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'];

/** What goes to standard output at the end. */
export function closingText(statistics: EngineStatistics): string {
  const fired = statistics.byRule.filter(rule => rule.matches > 0);
  const bySeverity = NAMES.map(() => 0);
  for (const { priority, matches } of fired) bySeverity[priority]! += matches;
  const total = bySeverity.reduce((sum, count) => sum + count, 0);
  return [
    `Events detected: ${String(total)}`,
    'Rule counts by severity:',
    ...NAMES.flatMap((name, i) => (bySeverity[i]! > 0 ? [`   ${name}: ${String(bySeverity[i]!)}`] : [])),
    'Triggered rules by rule name:',
    ...fired.map(({ name, matches }) => `   ${toText(name)}: ${String(matches)}`),
    '',
  ].join('\n');
}

/** What goes to standard error at the end. */
export function lossText({ losses }: EngineStatistics): string {
  return [
    'Syscall event drop monitoring:',
    `   - event drop detected: ${String(losses.occurrences)} occurrences`,
    `   - num times actions taken: ${String(losses.actionsTaken)}`,
    '',
  ].join('\n');
}

/** What -v adds, on standard error. `cpuSeconds`: processor time that the daemon used. */
export function verboseText(statistics: EngineStatistics, cpuSeconds: number): string {
  const { driver, events } = statistics;
  const rate = cpuSeconds > 0 ? events / cpuSeconds : 0;
  const elapsed = `Elapsed time: ${cpuSeconds.toFixed(3)}, Captured Events: ${String(events)}, ${rate.toFixed(2)} eps`;
  if (driver === null) return `${elapsed}\n`;
  const drops = Object.values(driver.dropped).reduce((sum, count) => sum + count, 0);
  const reasons = Object.entries(driver.dropped).filter(([, count]) => count > 0);
  return [
    `Driver Events:${String(driver.seen)}`,
    `Driver Drops:${String(drops)}`,
    ...reasons.map(([reason, count]) => `   ${reason}: ${String(count)}`),
    `(syscall) ${elapsed}`,
    '',
  ].join('\n');
}
