import { ContainerTable } from '../containers/container-table.js';
import type { ByteString } from '../events/byte-string.js';
import { eventRow } from '../events/event-table.js';
import { hasTask } from '../events/context-params.js';
import { RecordReader } from '../events/record.js';
import { Accounts } from './accounts.js';
import { correctCwd } from './current-directory.js';
import { CurrentEvent } from './current-event.js';
import { enterEvent } from './enter-event.js';
import type { EventView } from './event.js';
import { dropStale, threadOf, type ThreadState } from './event-thread.js';
import { ALL_WATCHED, EXIT, FD_PARAM, PLAIN, RESULT_PARAM, SPECIAL, Special } from './event-traits.js';
import { genericName } from './generic-name.js';
import type { LocalAddresses } from './local-address.js';
import { GoneThreads } from './gone-threads.js';
import { HostProcesses } from './host-processes.js';
import type { InspectorStats } from './inspector-stats.js';
import { applyIterated } from './iterator-scan.js';
import { parseCloneChild } from './parsers/clone.js';
import { HOST_PARSERS } from './parsers/host.js';
import { PARSERS } from './parsers/parser-table.js';
import { PendingChildren } from './pending-children.js';
import { PendingEnters } from './pending-enter.js';
import { bootTime } from './proc-scan.js';
import { ThreadTable } from './thread-table.js';
import type { ThreadInfo } from './thread.js';

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
  /** Addresses of the host of a capture; default none. Not used when live. */
  readonly localAddresses?: LocalAddresses;
}

/** Most addresses of the host of a capture that are believed in. */
const MOST_ADDRESSES = 1024;

/**
 * Walks event records, keeps the tables, and presents each event. Hot path: in the steady state an event costs a
 * few map accesses and no allocation but for names that are new. Benchmark: test/bench/state.ts.
 */
export class Inspector implements ThreadState {
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  readonly containers = new ContainerTable();
  readonly record = new RecordReader();
  readonly view: CurrentEvent & EventView;
  readonly pending = new PendingEnters();
  readonly pendingChildren = new PendingChildren();
  readonly live: boolean;
  contextAt = -1;
  unknownThreads = 0;
  staleThreads = 0;
  private leaving: ThreadInfo | null = null;
  private closing: ThreadInfo | null = null;
  private closingFd = -1;
  private events = 0;
  private malformed = 0;
  private purged = 0;
  private readonly processes: HostProcesses;
  private readonly gone: GoneThreads;

  constructor(options: InspectorOptions) {
    this.live = options.live;
    const hostRoot = options.hostRoot ?? '';
    const procRoot = options.procRoot === undefined ? `${hostRoot}/proc` : options.procRoot;
    this.threads = new ThreadTable(options.threadLimit, options.fdLimit, this.containers);
    this.processes = new HostProcesses(this.threads, procRoot, options.ownPid ?? process.pid);
    this.gone = new GoneThreads(this.threads, procRoot, thread => dropStale(this.threads, thread));
    this.accounts = new Accounts(options.live ? hostRoot : null);
    this.view = new CurrentEvent(this.record, this.threads, this.accounts, this.containers);
    this.view.captured = options.captured ?? !options.live;
    if (options.live) this.view.bootTime = bootTime(procRoot ?? '/proc');
    else this.view.localAddresses = options.localAddresses ?? new Map();
  }

  /** The host that a capture comes from has this address, 4 or 16 raw bytes, in a network with that mask. */
  addLocalAddress(address: ByteString, netmask: ByteString): void {
    const known: LocalAddresses = this.view.localAddresses ?? new Map();
    if (known.size < MOST_ADDRESSES && !known.has(address))
      this.view.localAddresses = new Map([...known, [address, netmask]]);
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
    this.processes.scan();
  }

  /** Looks in /proc for parents that the kernel's walk left out. */
  addParents(): void {
    this.processes.addParents();
  }

  stats(): InspectorStats {
    return {
      events: this.events,
      malformed: this.malformed,
      threads: this.threads.size,
      threadsRefused: this.threads.refused,
      fdsRefused: this.threads.fdsRefused,
      threadsUnknown: this.unknownThreads,
      threadsLookedUp: this.processes.lookups.found,
      threadsStale: this.staleThreads,
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
    const thread = threadOf(this, type);
    view.thread = thread;
    const fdParam = FD_PARAM[type]!;
    if (fdParam >= 0) {
      const num = record.present(fdParam) ? record.number(fdParam) : -1;
      view.setFd(num, thread === null ? null : this.threads.fd(thread, num));
    }
    if (thread !== null) {
      if (this.contextAt >= 0) correctCwd(this, thread, type);
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
    const thread = threadOf(this, type);
    const parser = PARSERS[type]!;
    if (parser === null || thread === null) return;
    view.row = eventRow(type);
    view.thread = thread;
    parser(this, thread);
  }

  lookUp(tid: number): ThreadInfo | null {
    return this.live ? this.processes.lookups.find(tid) : null;
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

  /** Looks at up to `count` threads for such as are gone without an event (see GoneThreads); returns how many it removed. */
  purge(count: number): number {
    if (!this.live) return 0;
    const removed = this.gone.purge(count, this.view.latest());
    this.purged += removed;
    return removed;
  }
}
