/**
 * What is known of the host: threads with their descriptors, users and groups, kept up to date by events.
 *
 * In: event records, /proc, the kernel's iterators, the account files. Out: an EventView for each event.
 * Fields, filters and the engine may import this room; it knows events, containers and the log.
 */
import { ContainerTable } from '../containers/container-table.js';
import type { FdInfo } from './fd.js';
import { FdTable } from './fd-table.js';
import { ThreadGroups } from './thread-groups.js';
import { copyThread, inPidNamespace, type ThreadInfo } from './thread.js';

/** Longest walk over parents: ids can be reused, so that a chain may close on itself. */
const MOST_ANCESTORS = 1000;

const INIT = 1;
const NOBODY = 0;

/** How many of the threads that ended are remembered. */
const RECENTLY = 1024;

/** What the table finds threads by. */
export type ThreadIds = Pick<ThreadInfo, 'pid' | 'ptid' | 'vtid' | 'vpid' | 'pidnsInitStartTs'>;

/** An id of the namespace that a thread is in. */
function namespacedId({ pidnsInitStartTs }: ThreadInfo, vpid: number): string {
  return `${pidnsInitStartTs}:${vpid}`;
}

/** Threads by thread id. */
export class ThreadTable {
  private readonly threads = new Map<number, ThreadInfo>();
  private last: ThreadInfo | null = null;
  private readonly byParent = new ThreadGroups();
  /** Threads that are no leaders, by their leader. */
  private readonly byLeader = new ThreadGroups();
  /** Leaders in namespaces of their own, by `namespacedId`. */
  private readonly namespaced = new Map<string, number>();
  /** Leaders of processes that asked for the orphans among their descendants. */
  private readonly subreapers = new Set<number>();
  /** In the order in which they ended. */
  private readonly removed = new Set<number>();
  /** Threads and descriptors that came and went, those that were there at the start among them. */
  added = 0;
  removals = 0;
  fdsAdded = 0;
  fdsRemoved = 0;
  /** Threads that were not added because the table was full. */
  refused = 0;
  /** Descriptors that were not added because their table was full. */
  fdsRefused = 0;

  /** At most `limit` threads, and `fdLimit` descriptors in each table. What runs in a container is noted in `containers`. */
  constructor(
    readonly limit = 262144,
    readonly fdLimit = 65536,
    readonly containers = new ContainerTable(),
  ) {}

  get size(): number {
    return this.threads.size;
  }

  /** The thread, or null. Hot path: events of one thread often follow each other. */
  get(tid: number): ThreadInfo | null {
    const last = this.last;
    if (last !== null && last.tid === tid) return last;
    const thread = this.threads.get(tid);
    if (thread === undefined) return null;
    return (this.last = thread);
  }

  /** Adds or replaces. False, and counted, when the table is full. */
  add(thread: ThreadInfo): boolean {
    if (this.threads.size >= this.limit && !this.threads.has(thread.tid)) {
      this.refused++;
      return false;
    }
    this.last = null;
    const earlier = this.threads.get(thread.tid);
    if (earlier !== undefined) this.unlink(earlier);
    else this.added++;
    this.threads.set(thread.tid, thread);
    this.link(thread);
    return true;
  }

  private link(thread: ThreadInfo): void {
    const { tid, pid } = thread;
    this.byParent.add(thread.ptid, tid);
    if (tid !== pid) this.byLeader.add(pid, tid);
    else if (thread.vpid !== pid) this.namespaced.set(namespacedId(thread, thread.vpid), tid);
  }

  private unlink(thread: ThreadInfo): void {
    const { tid, pid } = thread;
    this.byParent.delete(thread.ptid, tid);
    if (tid !== pid) {
      this.byLeader.delete(pid, tid);
    } else if (thread.vpid !== pid) {
      const id = namespacedId(thread, thread.vpid);
      if (this.namespaced.get(id) === tid) this.namespaced.delete(id);
    }
  }

  /**
   * Changes what the table finds a thread by: its ids, its parent and its namespace. Of a thread in the table they
   * must not be changed in any other way.
   */
  identify(thread: ThreadInfo, ids: Partial<ThreadIds>): void {
    const known = this.threads.get(thread.tid) === thread;
    if (known) this.unlink(thread);
    thread.pid = ids.pid ?? thread.pid;
    thread.ptid = ids.ptid ?? thread.ptid;
    thread.vtid = ids.vtid ?? thread.vtid;
    thread.vpid = ids.vpid ?? thread.vpid;
    thread.pidnsInitStartTs = ids.pidnsInitStartTs ?? thread.pidnsInitStartTs;
    if (known) this.link(thread);
  }

  /** Hot path: the same for the parent alone. */
  setParent(thread: ThreadInfo, ptid: number): void {
    if (thread.ptid === ptid) return;
    if (this.threads.get(thread.tid) === thread) {
      this.byParent.delete(thread.ptid, thread.tid);
      this.byParent.add(ptid, thread.tid);
    }
    thread.ptid = ptid;
  }

  /**
   * As in captures of the reference: a process whose parent is not known when it comes has none, also when a thread
   * with that id is seen later.
   */
  forgetUnknownParent(thread: ThreadInfo): void {
    const parent = this.threads.get(thread.ptid);
    if ((parent === undefined || parent.pid < 0) && thread.pid !== INIT) this.setParent(thread, NOBODY);
  }

  /** The children of a thread get another parent. Costs no more than they are many. */
  reparent(from: number, to: number): void {
    if (from === to) return;
    for (const tid of this.byParent.of(from)) this.threads.get(tid)!.ptid = to;
    this.byParent.move(from, to);
  }

  /** Says whether a process, by its leader, takes the orphans among its descendants. */
  setSubreaper(leader: ThreadInfo, takes: boolean): void {
    if (!takes) this.subreapers.delete(leader.tid);
    else if (this.threads.get(leader.tid) === leader) this.subreapers.add(leader.tid);
  }

  /**
   * Who becomes the parent of the children of `from`, as the kernel chooses: another thread of the process, else the
   * nearest ancestor in the same namespace that takes orphans. Null: nobody that is known.
   */
  reaper(from: ThreadInfo): ThreadInfo | null {
    const sibling = this.living(from.pid);
    if (sibling !== null) return sibling;
    const inside = inPidNamespace(from);
    let ancestor = this.parentThread(from);
    for (let i = 0; i < MOST_ANCESTORS && ancestor !== null && inPidNamespace(ancestor) === inside; i++) {
      const { pid, vpid } = ancestor;
      const found = pid === INIT || vpid === INIT || this.subreapers.has(pid) ? this.living(pid) : null;
      if (found !== null) return found;
      ancestor = this.parentThread(ancestor);
    }
    return null;
  }

  /** A thread of the process that lives; null when there is none. */
  private living(pid: number): ThreadInfo | null {
    for (const member of this.members(pid)) if (!member.exited) return member;
    return null;
  }

  /** Has other threads as children. */
  isParent(tid: number): boolean {
    for (const child of this.byParent.of(tid)) if (child !== tid) return true;
    return false;
  }

  /** Threads of the process that are in the table, its leader first. */
  *members(pid: number): Generator<ThreadInfo> {
    const leader = this.threads.get(pid);
    if (leader?.pid === pid) yield leader;
    for (const tid of this.byLeader.of(pid)) yield this.threads.get(tid)!;
  }

  /** The process that `viewer`, in a pid namespace other than the host's, knows by this id; or null. */
  inNamespaceOf(viewer: ThreadInfo, vpid: number): ThreadInfo | null {
    const tid = this.namespaced.get(namespacedId(viewer, vpid));
    return tid === undefined ? null : this.get(tid);
  }

  /** Remembers that a thread ended, in case its parent's clone is yet to be reported. */
  noteRemoved(tid: number): void {
    this.removed.delete(tid);
    this.removed.add(tid);
    if (this.removed.size <= RECENTLY) return;
    for (const oldest of this.removed) {
      this.removed.delete(oldest);
      break;
    }
  }

  /** The thread was among the last that ended. */
  wasRemoved(tid: number): boolean {
    return this.removed.has(tid);
  }

  remove(tid: number): void {
    this.last = null;
    const thread = this.threads.get(tid);
    if (thread === undefined) return;
    this.unlink(thread);
    this.threads.delete(tid);
    this.subreapers.delete(tid);
    this.removals++;
  }

  clear(): void {
    this.last = null;
    this.threads.clear();
    this.byParent.clear();
    this.byLeader.clear();
    this.namespaced.clear();
    this.subreapers.clear();
  }

  /** Becomes a copy of another table, which then goes its own way. */
  copy(other: ThreadTable): void {
    this.clear();
    for (const thread of other.values()) {
      const copy = copyThread(thread, thread.tid, thread.pid);
      copy.vtid = thread.vtid;
      copy.threadCount = thread.threadCount;
      copy.exited = thread.exited;
      copy.fds = thread.fds?.copy() ?? null;
      this.threads.set(copy.tid, copy);
      this.link(copy);
    }
    for (const tid of other.subreapers) this.subreapers.add(tid);
  }

  values(): IterableIterator<ThreadInfo> {
    return this.threads.values();
  }

  /** The leader of the thread's group; the thread itself when its leader is unknown. */
  main(thread: ThreadInfo): ThreadInfo {
    return thread.tid === thread.pid ? thread : (this.threads.get(thread.pid) ?? thread);
  }

  /** The main thread of the parent, or null. */
  parent(thread: ThreadInfo): ThreadInfo | null {
    const parent = this.parentThread(thread);
    return parent === null ? null : this.main(parent);
  }

  /** The very thread that made this one, or null. It may have a name of its own. */
  parentThread(thread: ThreadInfo): ThreadInfo | null {
    const parent = this.threads.get(thread.ptid);
    return parent === undefined || parent === thread ? null : parent;
  }

  /** Ancestor by distance: 0 is the thread's own main thread, 1 the parent. Null when unknown. */
  ancestor(thread: ThreadInfo, distance: number): ThreadInfo | null {
    let current: ThreadInfo | null = this.main(thread);
    for (let i = 0; i < distance && current !== null; i++) {
      if (i >= MOST_ANCESTORS) return null;
      current = this.parent(current);
    }
    return current;
  }

  /** Threads of the group that are alive; one whose exit is being shown is not. */
  aliveCount(thread: ThreadInfo): number {
    return Math.max(this.main(thread).threadCount - (thread.exited ? 1 : 0), 0);
  }

  /** Those of them that are not the leader. While the leader's own exit is shown they are all counted. */
  childCount(thread: ThreadInfo): number {
    const main = this.main(thread);
    return main.threadCount - 1 - (thread.exited && !main.exited ? 1 : 0);
  }

  /** Descriptors of the thread (shared by its group), or null when none are known. */
  fds(thread: ThreadInfo): FdTable | null {
    return thread.fds ?? this.main(thread).fds;
  }

  /** One descriptor of the thread, or null. */
  fd(thread: ThreadInfo, fd: number): FdInfo | null {
    const table = this.fds(thread);
    return table === null ? null : table.get(fd);
  }

  /** Puts a descriptor into the thread's table. Counted when that is full. */
  setFd(thread: ThreadInfo, fd: number, info: FdInfo): void {
    let table = this.fds(thread);
    if (table === null) {
      table = new FdTable();
      this.main(thread).fds = table;
    }
    if (table.has(fd)) {
      table.set(fd, info);
    } else if (table.size >= this.fdLimit) {
      this.fdsRefused++;
    } else {
      table.set(fd, info);
      this.fdsAdded++;
    }
  }

  removeFd(thread: ThreadInfo, fd: number): void {
    const table = this.fds(thread);
    if (table === null || !table.has(fd)) return;
    table.delete(fd);
    this.fdsRemoved++;
  }

  /** Descriptors in all tables. Walks over them. */
  countFds(): number {
    let count = 0;
    for (const { fds } of this.threads.values()) count += fds?.size ?? 0;
    return count;
  }
}
