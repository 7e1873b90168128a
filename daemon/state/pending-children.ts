import type { ThreadInfo } from './thread.js';

/** Most children that are awaited; each has two keys. */
const MOST = 1024;

interface Awaited {
  readonly child: ThreadInfo;
  readonly keys: readonly string[];
}

/**
 * Children in another pid namespace, as their callers made them: the result of the clone is an id of that namespace, so
 * that a child is only known by its own first event, when the caller may have closed files already, or be gone: then the
 * child belongs to another parent by that time, and would be taken for a copy of that one. Bounded: the oldest are
 * forgotten.
 */
export class PendingChildren {
  private readonly byKey = new Map<string, Awaited>();

  /** `id`: the result of the clone. `child`: a copy of the caller at that moment. */
  store(caller: ThreadInfo, id: number, child: ThreadInfo): void {
    const keys = [keyOfParent(caller.pid, id)];
    // A caller in the first namespace gets an id of that one.
    if (caller.vtid === caller.tid) keys.push(keyOfThread(id));
    else if (caller.pidnsInitStartTs !== 0) keys.push(keyInNamespace(caller, id));
    const oldest = this.byKey.size >= 2 * MOST ? this.byKey.values().next().value : undefined;
    if (oldest !== undefined) this.forget(oldest);
    for (const key of keys) {
      const earlier = this.byKey.get(key);
      if (earlier !== undefined) this.forget(earlier);
    }
    for (const key of keys) this.byKey.set(key, { child, keys });
  }

  /** What is awaited as the thread that says this of itself; null: nothing. */
  take(ids: Pick<ThreadInfo, 'tid' | 'ptid' | 'vtid' | 'pidnsInitStartTs'>): ThreadInfo | null {
    if (this.byKey.size === 0) return null;
    const found =
      this.byKey.get(keyOfThread(ids.tid)) ??
      this.byKey.get(keyInNamespace(ids, ids.vtid)) ??
      this.byKey.get(keyOfParent(ids.ptid, ids.vtid));
    if (found === undefined) return null;
    this.forget(found);
    return found.child;
  }

  private forget({ keys }: Awaited): void {
    for (const key of keys) this.byKey.delete(key);
  }
}

const keyOfThread = (tid: number): string => `${tid}`;
const keyOfParent = (pid: number, id: number): string => `of ${pid}: ${id}`;
const keyInNamespace = ({ pidnsInitStartTs }: Pick<ThreadInfo, 'pidnsInitStartTs'>, id: number): string =>
  `in ${pidnsInitStartTs}: ${id}`;
