const NONE: readonly number[] = [];

/**
 * Ids of threads by what they have in common, in the order in which they came: most groups are of one, which costs
 * no set. Hot path: no more than what is asked for is walked, however many threads there are.
 */
export class ThreadGroups {
  private readonly groups = new Map<number, number | Set<number>>();

  add(key: number, tid: number): void {
    const group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, tid);
    else if (typeof group !== 'number') group.add(tid);
    else if (group !== tid) this.groups.set(key, new Set([group, tid]));
  }

  delete(key: number, tid: number): void {
    const group = this.groups.get(key);
    if (group === undefined) return;
    if (typeof group !== 'number') {
      group.delete(tid);
      if (group.size === 0) this.groups.delete(key);
    } else if (group === tid) {
      this.groups.delete(key);
    }
  }

  of(key: number): Iterable<number> {
    const group = this.groups.get(key);
    if (group === undefined) return NONE;
    return typeof group === 'number' ? [group] : group;
  }

  /** All of one group go to another. */
  move(from: number, to: number): void {
    const group = this.groups.get(from);
    if (group === undefined || from === to) return;
    this.groups.delete(from);
    if (this.groups.has(to)) for (const tid of typeof group === 'number' ? [group] : group) this.add(to, tid);
    else this.groups.set(to, group);
  }

  clear(): void {
    this.groups.clear();
  }
}
