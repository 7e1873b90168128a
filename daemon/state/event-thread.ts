/**
 * Which thread an event is of: its entry in the table, made to agree with what the kernel said along with the event, or
 * made when there is none. Hot path; benchmark: test/bench/state.ts.
 */
import { eventRow } from '../events/event-table.js';
import {
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
import { THREAD_NEED } from './event-traits.js';
import type { State } from './state.js';
import type { ThreadTable } from './thread-table.js';
import { copyThread, namelessThread, newThread, type ThreadInfo } from './thread.js';

/** The state, and what is counted of threads that were not as the table had them. */
export interface ThreadState extends State {
  /** Threads that sent events before they were known. */
  unknownThreads: number;
  /** Entries that belonged to an earlier thread of the same id. */
  staleThreads: number;
}

/** The resolution of start times in /proc: those of the kernel are exact. */
const TICK_NS = 10_000_000;
const UNKNOWN_NAME = '<NA>';

/** The thread of the event of this code that the state is at. */
export function threadOf(state: ThreadState, type: number): ThreadInfo | null {
  const tid = state.record.tid;
  const known = state.threads.get(tid);
  if (state.contextAt >= 0) return corrected(state, known, tid);
  if (known !== null || THREAD_NEED[type]! < 2 || tid === 0) return known;
  return madeUp(state, type, tid);
}

/** An entry for a thread that sends events before it is known; null when the table is full. */
function madeUp(state: ThreadState, type: number, tid: number): ThreadInfo | null {
  state.unknownThreads++;
  if (state.live && eventRow(type).source === 'syscall') {
    const found = state.lookUp(tid);
    if (found !== null) return found;
  }
  const thread = state.view.captured ? namelessThread(tid) : newThread(tid, tid);
  thread.comm = thread.exe = UNKNOWN_NAME;
  return state.threads.add(thread) ? thread : null;
}

/** The entry of the thread, made to agree with what the kernel said in the record's context. */
function corrected(state: ThreadState, known: ThreadInfo | null, tid: number): ThreadInfo | null {
  const { record, contextAt } = state;
  let thread = known;
  if (thread === null) state.unknownThreads++;
  else if (!taskStartIs(record, contextAt, thread.startTime)) thread = sameThread(state, thread);
  thread ??= fromContext(state, tid, taskStart(record, contextAt));
  if (!taskCommIs(record, contextAt, thread.comm)) thread.comm = taskComm(record, contextAt);
  thread.uid = taskUid(record, contextAt);
  thread.gid = taskGid(record, contextAt);
  if (!taskLoginuidIs(record, contextAt, thread.loginuid)) thread.loginuid = taskLoginuid(record, contextAt);
  const ppid = taskPpid(record, contextAt);
  if (thread.ptid !== ppid && state.threads.get(thread.ptid)?.pid !== ppid)
    state.threads.setParent(thread, ppid);
  return thread;
}

/** `thread`, whose time of start is not the record's, if it is the one of the record; else null, and it is gone. */
function sameThread(state: ThreadState, thread: ThreadInfo): ThreadInfo | null {
  const start = taskStart(state.record, state.contextAt);
  const earlier = Number(thread.startTime);
  if (earlier === 0 || (start >= earlier && start - earlier < TICK_NS)) {
    thread.startTime = start;
    return thread;
  }
  state.staleThreads++;
  dropStale(state.threads, thread);
  return null;
}

/** When the table is full the entry serves this one event: what cannot be remembered is detected all the same. */
function fromContext(state: ThreadState, tid: number, start: number): ThreadInfo {
  const found = state.lookUp(tid);
  if (found !== null) {
    found.startTime = start;
    return found;
  }
  const { record, contextAt, threads } = state;
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

/** Takes a thread out that ended without an event that was seen. */
export function dropStale(threads: ThreadTable, thread: ThreadInfo): void {
  thread.exited = true;
  threads.remove(thread.tid);
  const main = threads.get(thread.pid);
  if (main !== null && main !== thread) main.threadCount--;
}
