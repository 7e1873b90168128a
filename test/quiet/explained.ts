/** Alerts that the normal life of a host may raise: each is right to be raised, and says why it is. */

export interface Explained {
  readonly rule: string;
  /** What of the suite raises it. */
  readonly activity: string;
  readonly why: string;
}

// prettier-ignore
export const EXPLAINED: readonly Explained[] = [
  { rule: 'Schedule Cron Jobs', activity: 'cron',
    why: 'A crontab is changed: rare, and the first thing that an intruder does who wants to stay. One notice each time is wanted.' },
];
