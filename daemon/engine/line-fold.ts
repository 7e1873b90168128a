/** Lines for people at a rate that people can read: equal ones once with a count, and never more than so many. */
export class LineFold {
  readonly #limit: number;
  readonly #perGroup: number;
  readonly #print: (line: string) => void;
  /** Lines of this period, and how often each came again. */
  readonly #repeats = new Map<string, number>();
  /** Different lines of each group. */
  readonly #groups = new Map<string, number>();
  #leftOut = 0;

  /** @param limit different lines in one period, and of them those of one group */
  constructor(limit: number, perGroup: number, print: (line: string) => void) {
    this.#limit = limit;
    this.#perGroup = perGroup;
    this.#print = print;
  }

  /** The first of equal lines is printed at once. */
  add(line: string, group = ''): void {
    const count = this.#repeats.get(line);
    const ofGroup = this.#groups.get(group) ?? 0;
    if (count !== undefined) {
      this.#repeats.set(line, count + 1);
    } else if (this.#repeats.size < this.#limit && ofGroup < this.#perGroup) {
      this.#repeats.set(line, 0);
      this.#groups.set(group, ofGroup + 1);
      this.#print(line);
    } else {
      this.#leftOut++;
    }
  }

  /** Ends a period: says what was folded and what was left out. */
  end(): void {
    for (const [line, count] of this.#repeats) {
      if (count > 0) this.#print(`${line} (${String(count)} more)`);
    }
    if (this.#leftOut > 0) this.#print(`… and ${String(this.#leftOut)} more lines that are not shown`);
    this.#repeats.clear();
    this.#groups.clear();
    this.#leftOut = 0;
  }
}
