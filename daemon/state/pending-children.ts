import type { FdTable } from './fd-table.js';

const MOST = 1024;

/**
 * Descriptors of callers at the moment of their clone, for children in another pid namespace: the result is an id
 * of that namespace, so that the child is only known by its own first event, when the caller may have closed
 * files already. Bounded: the oldest are forgotten.
 */
export class PendingChildren {
  private readonly byChild = new Map<string, FdTable>();

  /** `vtid`: the child in the caller's namespace. */
  store(callerPid: number, vtid: number, fds: FdTable): void {
    const key = `${callerPid}:${vtid}`;
    this.byChild.delete(key);
    if (this.byChild.size >= MOST) {
      const oldest = this.byChild.keys().next();
      if (oldest.done !== true) this.byChild.delete(oldest.value);
    }
    this.byChild.set(key, fds.copy());
  }

  take(callerPid: number, vtid: number): FdTable | null {
    if (this.byChild.size === 0) return null;
    const key = `${callerPid}:${vtid}`;
    const fds = this.byChild.get(key);
    if (fds === undefined) return null;
    this.byChild.delete(key);
    return fds;
  }
}
