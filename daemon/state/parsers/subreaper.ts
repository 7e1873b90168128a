import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const PR_SET_CHILD_SUBREAPER = 0x24;

/** prctl: a process may take the orphans among its descendants, instead of init. */
export function parsePrctl(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) < 0 || record.uint32(1) !== PR_SET_CHILD_SUBREAPER) return;
  threads.setSubreaper(threads.main(thread), record.number(3) !== 0);
}
