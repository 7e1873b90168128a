import { FdType, newFd } from '../fd.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const O_CLOEXEC = 0x1000;
const PIPE2 = 393;

/** pipe, pipe2: the event is about the second descriptor. */
export function parsePipe(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  if (record.number(0) < 0) {
    view.setFd(-1, null);
    return;
  }
  const fd = newFd(FdType.fifo);
  fd.ino = record.uint(3);
  fd.closeOnExec = record.type === PIPE2 && (record.uint32(4) & O_CLOEXEC) !== 0;
  state.threads.setFd(thread, record.number(1), fd);
  state.threads.setFd(thread, record.number(2), fd);
  view.setFd(record.number(2), fd);
}
