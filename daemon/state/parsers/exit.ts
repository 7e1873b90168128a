import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';
import type { ThreadTable } from '../thread-table.js';

const INIT = 1;

/**
 * procexit: the thread stays readable during this event; its children go to the reaper at once.
 *
 * The driver says 0 for threads without children, so that on the present host the walk is rare. When the threads of a
 * process end together it says so too early, though: in a capture, where no later event tells the parent, it is
 * looked for in any case.
 */
export function parseExit(state: State, thread: ThreadInfo): void {
  const reaper = state.record.number(4);
  thread.exited = true;
  if (reaper !== 0 || state.view.captured) reparent(state.threads, thread, reaper);
  state.removeAfter(thread.tid);
}

/** The children go to the reaper; to the one that the kernel would take when the event does not name it. */
function reparent(threads: ThreadTable, from: ThreadInfo, reaper: number): void {
  if (!threads.isParent(from.tid)) return;
  threads.reparent(from.tid, reaper > 0 ? reaper : reaperOf(threads, from));
}

/** Another thread of the process that lives, else init. */
function reaperOf(threads: ThreadTable, from: ThreadInfo): number {
  if (threads.aliveCount(from) > 0) {
    for (const other of threads.members(from.pid)) if (!other.exited) return other.tid;
  }
  return INIT;
}
