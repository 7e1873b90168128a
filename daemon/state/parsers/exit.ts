import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** What stands for "nobody" where a parent is not known. */
const NOBODY = 0;
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
  if (reaper !== 0 || state.view.captured) reparent(state, thread, reaper);
  state.removeAfter(thread.tid);
}

/** The children go to the reaper; to the one that the kernel would take when the event does not name it. */
function reparent({ threads, view }: State, from: ThreadInfo, named: number): void {
  if (!threads.isParent(from.tid)) return;
  const reaper = named > 0 ? threads.get(named) : threads.reaper(from);
  // Who was named once takes the orphans of all its descendants.
  if (reaper !== null && reaper.pid !== from.pid) threads.setSubreaper(threads.main(reaper), true);
  if (named > 0) threads.reparent(from.tid, named);
  else threads.reparent(from.tid, reaper?.tid ?? (view.captured ? NOBODY : INIT));
}
