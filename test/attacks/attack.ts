/**
 * The attack suite: performs what rules are there to detect, for real and harmlessly, and looks whether the alert comes.
 * One attack is one script (scripts/) and one line of attacks.txt; docs/attack-suite.md is for those who run it.
 * In: the table, a daemon's alerts. Out: a table of what was seen. It is installed as `falco-attack-suite`.
 */

export const PLACES = ['host', 'container', 'privileged', 'start'] as const;

/** On this host; in an ordinary container; in a privileged one. `start`: starting a container is the attack. */
export type Place = (typeof PLACES)[number];

export interface Attack {
  /** The script's name; with `@PLACE` when it is not of the host. */
  readonly id: string;
  readonly script: string;
  readonly place: Place;
  /** The rule whose alert has to come. */
  readonly rule: string;
  /** What the alert has to show as `proc.name`: one of these. */
  readonly processes: readonly string[];
  /** What it has to show in one of `FILE_FIELDS`; null: anything. WORK/ is the folder of the attack. */
  readonly file: string | null;
  /** Commands that have to be installed on this host. */
  readonly needs: readonly string[];
  /** What is done, in plain words. */
  readonly does: string;
}

/** Fields in which an alert can show its file. */
export const FILE_FIELDS = ['fd.name', 'fs.path.name', 'fs.path.source', 'fs.path.target'] as const;

/** Variable with the id of the attack in the environment of all that it starts, and the field that shows it. */
export const MARK = 'FALCO_ATTACK';
export const MARK_FIELD = 'attack';
