/** Says once of each kind what the state engine could not take in: nothing is missing silently. */
import type { LogLevel } from './messages.js';

interface Shortage {
  readonly level: LogLevel;
  readonly text: string;
}

type Counter = 'threadsRefused' | 'fdsRefused' | 'malformed';

const SHORTAGES: Readonly<Record<Counter, Shortage>> = {
  threadsRefused: {
    level: 'warning',
    text: 'The thread table is full: of further threads only what the kernel says with each event is known. Raise falco_libs.thread_table_size.',
  },
  fdsRefused: {
    level: 'warning',
    text: 'A process has more open files than its table holds: names of further ones are not known.',
  },
  malformed: { level: 'error', text: 'An event could not be decoded, and was left out.' },
};

export class TableWatch {
  readonly #said = new Set<Counter>();

  constructor(private readonly log: (level: LogLevel, text: string) => void) {}

  /** One look, about once a second. */
  check(stats: Readonly<Record<Counter, number>>): void {
    for (const counter of Object.keys(SHORTAGES) as Counter[]) {
      if (stats[counter] === 0 || this.#said.has(counter)) continue;
      this.#said.add(counter);
      this.log(SHORTAGES[counter].level, SHORTAGES[counter].text);
    }
  }
}
