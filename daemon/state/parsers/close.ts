import { copyFd } from '../fd.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const CLOSE_RANGE_CLOEXEC = 4;

/** close: the event still shows what was closed. Hot path. */
export function parseClose(state: State, thread: ThreadInfo): void {
  if (state.record.number(0) >= 0) state.closeAfter(thread, state.record.number(1));
}

/** close_range. */
export function parseCloseRange(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) !== 0) return;
  const fds = threads.fds(thread);
  if (fds === null) return;
  const first = record.uint32(1);
  const last = record.uint32(2);
  const cloexec = (record.uint32(3) & CLOSE_RANGE_CLOEXEC) !== 0;
  for (const [num, fd] of fds) {
    if (num < first || num > last) continue;
    if (!cloexec) {
      fds.delete(num);
      continue;
    }
    const copy = copyFd(fd);
    copy.closeOnExec = true;
    fds.set(num, copy);
  }
}
