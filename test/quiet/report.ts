/** What the suite prints, and what it counts as quiet. */
import { EXPLAINED } from './explained.js';
import type { Outcome } from './message.js';
import type { RuleCost, SeenAlert } from './watcher.js';

export interface Performed {
  readonly id: string;
  readonly does: string;
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
}

export interface Seen {
  readonly alert: SeenAlert;
  /** During which activity; empty: none. */
  readonly activity: string;
  /** Why it is right; undefined: nobody knows of one. */
  readonly why: string | undefined;
}

export interface Result {
  readonly performed: readonly Performed[];
  readonly seen: readonly Seen[];
  /** Alerts about processes outside the machine. */
  readonly others: readonly SeenAlert[];
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly costs: readonly RuleCost[];
}

const LOUD = new Set(['Emergency', 'Alert', 'Critical', 'Error', 'Warning']);
/** Alerts in all must be fewer. */
const TOO_MANY = 5;
const COSTLY = 3;

export function explained(alert: SeenAlert, performed: readonly Performed[]): Seen {
  const activity = performed.findLast(({ from }) => from <= alert.at)?.id ?? '';
  const why = EXPLAINED.find(one => one.rule === alert.rule && one.activity === activity)?.why;
  return { alert, activity, why };
}

/** What is wrong with a run; empty: nothing. */
export function problemsOf({ performed, seen }: Result): readonly string[] {
  const loud = seen.filter(({ alert }) => LOUD.has(alert.priority)).length;
  const unexplained = seen.filter(({ why }) => why === undefined).length;
  const failed = performed.filter(({ outcome }) => outcome.kind === 'failed').map(({ id }) => id);
  return [
    ...(loud > 0 ? [`${loud} alerts of priority Warning or above`] : []),
    ...(unexplained > 0 ? [`${unexplained} alerts that nobody has explained`] : []),
    ...(seen.length >= TOO_MANY ? [`${seen.length} alerts; fewer than ${TOO_MANY} are quiet`] : []),
    ...(failed.length > 0 ? [`not performed: ${failed.join(', ')}`] : []),
  ];
}

export function reportOf(result: Result): string {
  const { performed, seen, others, seconds, cpuSeconds, costs } = result;
  const of = (id: string): number => seen.filter(({ activity }) => activity === id).length;
  const activities = performed.flatMap(({ id, does, from, to, outcome }) => [
    `${id.padEnd(14)} ${((to - from) / 1000).toFixed(1).padStart(6)} s  ${String(of(id)).padStart(2)} alerts  ${does}`,
    ...(outcome.kind === 'done' ? [] : [`    ${outcome.kind}: ${outcome.reason.replaceAll('\n', '\n    ')}`]),
  ]);
  const alerts = seen.flatMap(({ alert, activity, why }) => [
    `${alert.priority} ${alert.rule} [${activity}]`,
    `    ${alert.output}`,
    `    ${String(alert.fields['evt.type'])} by ${String(alert.fields['proc.cmdline'])} (${String(alert.fields['proc.exepath'])}), child of ${String(alert.fields['proc.pcmdline'])}, ${String(alert.fields['proc.aname[2]'])}, ${String(alert.fields['proc.aname[3]'])}; file ${String(alert.fields['fd.name'])}`,
    `    why: ${why ?? 'UNEXPLAINED'}`,
  ]);
  const total = costs.reduce((sum, cost) => sum + cost.seconds, 0);
  const dear = costs
    .slice(0, COSTLY)
    .map(
      ({ rule, seconds: spent, evaluations }) =>
        `${(spent * 1000).toFixed(1).padStart(8)} ms  ${String(evaluations).padStart(9)} evaluations  ${rule}`,
    );
  const problems = problemsOf(result);
  return [
    ...activities,
    '',
    ...alerts,
    ...(alerts.length > 0 ? [''] : []),
    `CPU of the daemon: ${cpuSeconds.toFixed(1)} s in ${seconds.toFixed(0)} s; all rules together ${(total * 1000).toFixed(0)} ms, the dearest:`,
    ...dear,
    '',
    `${seen.length} alerts${others.length > 0 ? `; ${others.length} more are about what others do on this host` : ''}: ${problems.length === 0 ? 'quiet' : problems.join('; ')}`,
    '',
  ].join('\n');
}
