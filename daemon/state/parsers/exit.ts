import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const INIT = 1;

/** procexit: the thread stays readable during this event; its children go to the reaper at once. */
export function parseExit(state: State, thread: ThreadInfo): void {
  const reaper = state.record.number(4);
  if (reaper !== 0) reparent(state, thread.tid, reaper > 0 ? reaper : INIT);
  thread.exited = true;
  state.removeAfter(thread.tid);
}

/** The driver says 0 for threads without children, so that the walk is rare. */
function reparent(state: State, from: number, to: number): void {
  for (const thread of state.threads.values()) {
    if (thread.ptid === from) thread.ptid = to;
  }
}
