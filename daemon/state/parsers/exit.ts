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

function reparent(threads: ThreadTable, from: ThreadInfo, reaper: number): void {
  let to = reaper;
  for (const child of threads.values()) {
    if (child.ptid !== from.tid || child.tid === from.tid) continue;
    if (to <= 0) to = reaperOf(threads, from);
    child.ptid = to;
  }
}

/** Another thread of the process that lives, else init. */
function reaperOf(threads: ThreadTable, from: ThreadInfo): number {
  if (threads.aliveCount(from) > 0) {
    for (const other of threads.values()) if (other.pid === from.pid && !other.exited) return other.tid;
  }
  return INIT;
}
