import { ContainerTable } from '../containers/container-table.js';
import type { ByteString } from '../events/byte-string.js';
import { eventRow } from '../events/event-table.js';
import {
  CONTEXT,
  hasTask,
  taskComm,
  taskCommIs,
  taskGid,
  taskLoginuid,
  taskLoginuidIs,
  taskPid,
  taskPpid,
  taskStart,
  taskStartIs,
  taskUid,
} from '../events/context-params.js';
import { RecordReader } from '../events/record.js';
import { Accounts } from './accounts.js';
import { cgroupRoots } from './cgroup-roots.js';
import { CurrentEvent } from './current-event.js';
import { enterEvent } from './enter-event.js';
import type { EventView } from './event.js';
import {
  ALL_WATCHED,
  CWD_PATH,
  EXIT,
  FD_PARAM,
  PLAIN,
  RESULT_PARAM,
  SPECIAL,
  Special,
  THREAD_NEED,
} from './event-traits.js';
import { genericName } from './generic-name.js';
import { GoneThreads } from './gone-threads.js';
import { applyIterated } from './iterator-scan.js';
import { parseCloneChild } from './parsers/clone.js';
import { HOST_PARSERS } from './parsers/host.js';
import { PARSERS } from './parsers/parser-table.js';
import { asDirectory } from './path.js';
import { PendingChildren } from './pending-children.js';
import { PendingEnters } from './pending-enter.js';
import { bootTime, lookUpThread, readCgroups, scanProc } from './proc-scan.js';
import { AT_FDCWD } from './resolve-path.js';
import type { State } from './state.js';
import { ThreadLookups } from './thread-lookups.js';
import { ThreadTable } from './thread-table.js';
import { copyThread, namelessThread, newThread, type ThreadInfo } from './thread.js';

export interface InspectorOptions {
  /** Where the host's /proc is; null: out of sight; default /proc under `hostRoot`. */
  readonly procRoot?: string | null;
  /** This process, as events number it; default process.pid. */
  readonly ownPid?: number;
  /** Where the host's root is, for its account files; default the empty string. */
  readonly hostRoot?: string;
  /** Most threads in the table; default 262144. */
  readonly threadLimit?: number;
  /** Most descriptors of one process; default 65536. */
  readonly fdLimit?: number;
  /** Events come from this very host, now: unknown threads may be looked up in /proc. */
  readonly live: boolean;
  /** Events are to be seen as the reference sees those of a capture (see EventView); default: unless they are live. */
  readonly captured?: boolean;
  /** Raw addresses of the host of a capture; default none. Not used when live. */
  readonly localAddresses?: ReadonlySet<ByteString>;
}

/** What the engine counted and lost since it was made. */
export interface InspectorStats {
  readonly events: number;
  readonly malformed: number;
  readonly threads: number;
  /** Not added because a table was full. */
  readonly threadsRefused: number;
  readonly fdsRefused: number;
  /** Threads that sent events before they were known, and what became of them. */
  readonly threadsUnknown: number;
  readonly threadsLookedUp: number;
  /** Entries that belonged to an earlier thread of the same id. */
  readonly threadsStale: number;
  readonly threadsPurged: number;
  readonly threadsAdded: number;
  readonly threadsRemoved: number;
  readonly fdsAdded: number;
  readonly fdsRemoved: number;
}

/** Most addresses of the host of a capture that are believed in. */
const MOST_ADDRESSES = 1024;
/** The resolution of start times in /proc: those of the kernel are exact. */
const TICK_NS = 10_000_000;
const UNKNOWN_NAME = '<NA>';
/**
 * Walks event records, keeps the tables, and presents each event. Hot path: in the steady state an event costs a
 * few map accesses and no allocation but for names that are new. Benchmark: test/bench/state.ts.
 */
export class Inspector implements State {
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  readonly containers = new ContainerTable();
  readonly record = new RecordReader();
  readonly view: CurrentEvent & EventView;
  readonly pending = new PendingEnters();
  readonly pendingChildren = new PendingChildren();
  readonly live: boolean;
  contextAt = -1;
  private readonly procRoot: string | null;
  private readonly ownPid: number;
  private readonly cgroupRoots = new Map<ByteString, ByteString>();
  private leaving: ThreadInfo | null = null;
  private closing: ThreadInfo | null = null;
  private closingFd = -1;
  private events = 0;
  private malformed = 0;
  private unknown = 0;
  private stale = 0;
  private purged = 0;
  private readonly lookups: ThreadLookups;
  private readonly gone: GoneThreads;

  constructor(options: InspectorOptions) {
    this.live = options.live;
    const hostRoot = options.hostRoot ?? '';
    this.procRoot = options.procRoot === undefined ? `${hostRoot}/proc` : options.procRoot;
    this.ownPid = options.ownPid ?? process.pid;
    this.threads = new ThreadTable(options.threadLimit, options.fdLimit, this.containers);
    this.lookups = new ThreadLookups(this.threads, this.procRoot, this.cgroupRoots);
    this.gone = new GoneThreads(this.threads, this.procRoot, thread => this.dropStale(thread));
    this.accounts = new Accounts(options.live ? hostRoot : null);
    this.view = new CurrentEvent(this.record, this.threads, this.accounts, this.containers);
    this.view.captured = options.captured ?? !options.live;
    if (options.live) this.view.bootTime = bootTime(this.procRoot ?? '/proc');
    else this.view.localAddresses = options.localAddresses ?? new Set();
  }

  /** The host that a capture comes from has this address, 4 or 16 raw bytes. */
  addLocalAddress(address: ByteString): void {
    const known = this.view.localAddresses ?? new Set<ByteString>();
    if (known.size < MOST_ADDRESSES && !known.has(address))
      this.view.localAddresses = new Set([...known, address]);
  }

  /** Applies a record that tells of the host as it was before the first event. It has a number, but is not one. */
  absorb(batch: Buffer, recordOffset: number): void {
    const { record } = this;
    record.attach(batch);
    if (record.seek(recordOffset) < 0) {
      this.malformed++;
      return;
    }
    this.view.num++;
    HOST_PARSERS[record.type]?.(this);
  }

  /** Fills the tables from /proc, with what they do not have yet. */
  scanProc(): void {
    if (this.procRoot === null) return;
    this.findCgroupRoots(this.procRoot);
    scanProc(this.threads, this.procRoot, this.cgroupRoots);
  }

  /** From what the kernel's walk told of this process itself. */
  private findCgroupRoots(procRoot: string): void {
    const own = this.threads.get(this.ownPid);
    if (own === null) return;
    const shown = readCgroups(`${procRoot}/self`);
    for (const [controller, root] of cgroupRoots(shown, own.cgroups)) this.cgroupRoots.set(controller, root);
  }

  /**
   * Looks in /proc for parents that the kernel's walk left out: kernels may hide processes from BPF, the first one
   * (which inherits all orphans) above all.
   */
  addParents(): void {
    if (this.procRoot === null) return;
    this.findCgroupRoots(this.procRoot);
    for (const thread of this.threads.values()) {
      // A parent that is added is visited in its turn, for its own parent.
      if (thread.ptid !== 0 && this.threads.get(thread.ptid) === null)
        lookUpThread(this.threads, this.procRoot, thread.ptid, this.cgroupRoots);
    }
  }

  stats(): InspectorStats {
    return {
      events: this.events,
      malformed: this.malformed,
      threads: this.threads.size,
      threadsRefused: this.threads.refused,
      fdsRefused: this.threads.fdsRefused,
      threadsUnknown: this.unknown,
      threadsLookedUp: this.lookups.found,
      threadsStale: this.stale,
      threadsPurged: this.purged,
      threadsAdded: this.threads.added,
      threadsRemoved: this.threads.removals,
      fdsAdded: this.threads.fdsAdded,
      fdsRemoved: this.threads.fdsRemoved,
    };
  }

  /**
   * Applies the record at `recordOffset` of `batch` to the tables and points `view` at it. True: it is an event for
   * the rules; false: it only served the tables, or was malformed (counted).
   *
   * `watched`, by event code: of events with 0 nobody looks at the view but for its number and the record, so that it
   * need not be right. Nothing else depends on it.
   */
  process(batch: Buffer, recordOffset: number, cpu: number, watched: Uint8Array = ALL_WATCHED): boolean {
    if (this.leaving !== null) this.finishExit(this.leaving);
    if (this.closing !== null) {
      this.threads.removeFd(this.closing, this.closingFd);
      this.closing = null;
    }
    const { record, view } = this;
    if (record.buffer !== batch) record.attach(batch);
    if (record.seek(recordOffset) < 0) {
      this.malformed++;
      return false;
    }
    const type = record.type;
    const special = SPECIAL[type]!;
    if ((special & Special.iterated) !== 0) {
      applyIterated(this.threads, record);
      return false;
    }
    if (watched[type] === 0 && PLAIN[type] === 1 && !this.live) {
      this.pass(type);
      return true;
    }
    const row = eventRow(type);
    if (this.live)
      this.contextAt = view.contextAt = hasTask(record, row.params.length) ? row.params.length : -1;
    this.events++;
    view.begin(row, cpu);
    const resultParam = RESULT_PARAM[type]!;
    if (resultParam >= 0) {
      view.hasResult = record.present(resultParam);
      view.result = record.number(resultParam);
    } else {
      view.hasResult = false;
      view.result = 0;
    }
    if (special !== 0) {
      if ((special & Special.enter) !== 0) {
        this.pending.store(record.tid, enterEvent(record));
        return false;
      }
      if ((special & Special.generic) !== 0) view.name = genericName(record) ?? row.name;
      if ((special & Special.host) !== 0) HOST_PARSERS[type]!(this);
      if ((special & Special.clone) !== 0 && view.result === 0 && view.hasResult) {
        this.pending.take(record.tid, type);
        view.thread = parseCloneChild(this);
        return true;
      }
    }
    if (EXIT[type] === 1) this.pending.take(record.tid, type);
    const thread = this.threadOf(type);
    view.thread = thread;
    const fdParam = FD_PARAM[type]!;
    if (fdParam >= 0) {
      const num = record.present(fdParam) ? record.number(fdParam) : -1;
      view.setFd(num, thread === null ? null : this.threads.fd(thread, num));
    }
    if (thread !== null) {
      if (this.contextAt >= 0) this.correctCwd(thread, type);
      const parser = PARSERS[type]!;
      if (parser !== null) parser(this, thread);
    }
    return true;
  }

  /** An event that nobody looks at: the tables follow it. */
  private pass(type: number): void {
    const { record, view } = this;
    this.events++;
    view.skip();
    if (EXIT[type] === 1) this.pending.take(record.tid, type);
    const thread = this.threadOf(type);
    const parser = PARSERS[type]!;
    if (parser === null || thread === null) return;
    view.row = eventRow(type);
    view.thread = thread;
    parser(this, thread);
  }

  private threadOf(type: number): ThreadInfo | null {
    const tid = this.record.tid;
    const known = this.threads.get(tid);
    if (this.contextAt >= 0) return this.corrected(known, tid);
    if (known !== null || THREAD_NEED[type]! < 2 || tid === 0) return known;
    return this.madeUp(type, tid);
  }

  /** An entry for a thread that sends events before it is known; null when the table is full. */
  private madeUp(type: number, tid: number): ThreadInfo | null {
    this.unknown++;
    if (this.live && eventRow(type).source === 'syscall') {
      const found = this.lookUp(tid);
      if (found !== null) return found;
    }
    const thread = this.view.captured ? namelessThread(tid) : newThread(tid, tid);
    thread.comm = thread.exe = UNKNOWN_NAME;
    return this.threads.add(thread) ? thread : null;
  }

  /** The entry of the thread, made to agree with what the kernel said in the record's context. */
  private corrected(known: ThreadInfo | null, tid: number): ThreadInfo | null {
    const { record, contextAt } = this;
    let thread = known;
    if (thread === null) this.unknown++;
    else if (!taskStartIs(record, contextAt, thread.startTime)) thread = this.sameThread(thread);
    thread ??= this.fromContext(tid, taskStart(record, contextAt));
    if (!taskCommIs(record, contextAt, thread.comm)) thread.comm = taskComm(record, contextAt);
    thread.uid = taskUid(record, contextAt);
    thread.gid = taskGid(record, contextAt);
    if (!taskLoginuidIs(record, contextAt, thread.loginuid))
      thread.loginuid = taskLoginuid(record, contextAt);
    const ppid = taskPpid(record, contextAt);
    if (thread.ptid !== ppid && this.threads.get(thread.ptid)?.pid !== ppid)
      this.threads.setParent(thread, ppid);
    return thread;
  }

  /** `thread`, whose time of start is not the record's, if it is the one of the record; else null, and it is gone. */
  private sameThread(thread: ThreadInfo): ThreadInfo | null {
    const start = taskStart(this.record, this.contextAt);
    const earlier = Number(thread.startTime);
    if (earlier === 0 || (start >= earlier && start - earlier < TICK_NS)) {
      thread.startTime = start;
      return thread;
    }
    this.stale++;
    this.dropStale(thread);
    return null;
  }

  /** When the table is full the entry serves this one event: what cannot be remembered is detected all the same. */
  private fromContext(tid: number, start: number): ThreadInfo {
    const found = this.lookUp(tid);
    if (found !== null) {
      found.startTime = start;
      return found;
    }
    const { record, contextAt, threads } = this;
    const pid = taskPid(record, contextAt);
    const main = pid === tid ? null : threads.get(pid);
    const thread = main === null ? newThread(tid, pid) : copyThread(main, tid, pid);
    const ppid = taskPpid(record, contextAt);
    const parent = main === null ? threads.get(ppid) : null;
    if (parent !== null) {
      // Its clone was lost. Whoever is left of its container would be taken for the host otherwise.
      thread.cgroups = parent.cgroups;
      thread.containerId = parent.containerId;
      thread.containerKey = parent.containerKey;
    }
    threads.setParent(thread, ppid);
    thread.startTime = start;
    if (threads.add(thread) && main !== null) main.threadCount++;
    return thread;
  }

  /** The kernel told the current directory along with a relative path: the table follows. */
  private correctCwd(thread: ThreadInfo, type: number): void {
    const { record, view } = this;
    const path = CWD_PATH[type]!;
    const base = this.contextAt + CONTEXT.base1;
    if (path === 255 || !record.present(base)) return;
    const dirfd = view.row.params[path]!.dirfd;
    if (dirfd >= 0 && record.number(dirfd) !== AT_FDCWD) return;
    const main = this.threads.main(thread);
    const length = record.length(base) - 1;
    if (main.cwd.length === length + 1 || (length === 1 && main.cwd.length === 1)) {
      const start = record.start(base);
      let i = 0;
      while (i < length && record.buffer[start + i] === main.cwd.charCodeAt(i)) i++;
      if (i === length) return;
    }
    main.cwd = asDirectory(record.string(base));
  }

  lookUp(tid: number): ThreadInfo | null {
    return this.live ? this.lookups.find(tid) : null;
  }

  closeAfter(thread: ThreadInfo, fd: number): void {
    this.closing = thread;
    this.closingFd = fd;
  }

  removeAfter(tid: number): void {
    this.leaving = this.threads.get(tid);
  }

  /** Takes the thread whose exit was shown out of the table; a leader stays while others of its group live. */
  private finishExit(thread: ThreadInfo): void {
    this.leaving = null;
    if (this.threads.get(thread.tid) !== thread || !thread.exited) return;
    const main = this.threads.main(thread);
    main.threadCount--;
    if (thread !== main) this.threads.remove(thread.tid);
    if (main.exited && main.threadCount <= 0) this.threads.remove(main.tid);
    this.threads.noteRemoved(thread.tid);
  }

  private dropStale(thread: ThreadInfo): void {
    thread.exited = true;
    this.threads.remove(thread.tid);
    const main = this.threads.get(thread.pid);
    if (main !== null && main !== thread) main.threadCount--;
  }

  /** Looks at up to `count` threads for such as are gone without an event (see GoneThreads); returns how many it removed. */
  purge(count: number): number {
    if (!this.live) return 0;
    const removed = this.gone.purge(count, this.view.latest());
    this.purged += removed;
    return removed;
  }
}
