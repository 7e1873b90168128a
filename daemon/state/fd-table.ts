import type { FdInfo } from './fd.js';

/** Numbers below this stand in an array; kernels give the lowest that is free, so nearly all are. */
const DENSE = 1024;

/**
 * Descriptors of a process by number, as a Map would hold them, in the order of their numbers. Hot path: an array
 * is looked up in a third of a Map's time, and copied, as every fork does, in a fiftieth.
 */
export class FdTable implements Iterable<[number, FdInfo]> {
  size = 0;
  private low: (FdInfo | null)[] = [];
  private high: Map<number, FdInfo> | null = null;
  /** `high` is another table's, too: forks of a process with very many descriptors must not fill the memory. */
  private shared = false;

  constructor(entries: Iterable<readonly [number, FdInfo]> = []) {
    for (const [fd, info] of entries) this.set(fd, info);
  }

  get(fd: number): FdInfo | null {
    if (fd >= 0 && fd < this.low.length) return this.low[fd]!;
    return this.high === null ? null : (this.high.get(fd) ?? null);
  }

  has(fd: number): boolean {
    return this.get(fd) !== null;
  }

  set(fd: number, info: FdInfo): this {
    if (fd >= 0 && fd < DENSE) {
      const { low } = this;
      while (low.length <= fd) low.push(null);
      if (low[fd] === null) this.size++;
      low[fd] = info;
      return this;
    }
    const high = this.ownHigh();
    if (!high.has(fd)) this.size++;
    high.set(fd, info);
    return this;
  }

  delete(fd: number): void {
    if (fd >= 0 && fd < this.low.length) {
      if (this.low[fd] !== null) this.size--;
      this.low[fd] = null;
    } else if (this.high?.has(fd) === true) {
      this.ownHigh().delete(fd);
      this.size--;
    }
  }

  copy(): FdTable {
    const copy = new FdTable();
    copy.size = this.size;
    copy.low = this.low.slice();
    copy.high = this.high;
    copy.shared = this.shared = this.high !== null;
    return copy;
  }

  /** The numbers from 1024 on, to be changed. */
  private ownHigh(): Map<number, FdInfo> {
    if (this.high === null || this.shared) this.high = new Map(this.high);
    this.shared = false;
    return this.high;
  }

  /** Removes what a successful exec closes. */
  closeOnExec(): void {
    const { low } = this;
    for (let fd = 0; fd < low.length; fd++) {
      if (low[fd]?.closeOnExec !== true) continue;
      low[fd] = null;
      this.size--;
    }
    for (const [fd, info] of this.high ?? []) if (info.closeOnExec) this.delete(fd);
  }

  *[Symbol.iterator](): Generator<[number, FdInfo]> {
    for (let fd = 0; fd < this.low.length; fd++) {
      const info = this.low[fd]!;
      if (info !== null) yield [fd, info];
    }
    if (this.high !== null) yield* this.high;
  }

  *keys(): Generator<number> {
    for (const [fd] of this) yield fd;
  }

  *values(): Generator<FdInfo> {
    for (const [, info] of this) yield info;
  }
}
