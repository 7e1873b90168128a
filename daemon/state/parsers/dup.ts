import { copyFd } from '../fd.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const O_CLOEXEC = 0x1000;
const DUP3 = 365;
/** Commands of fcntl, driver numbering. */
const F_DUPFD = 1;
const F_SETFD = 3;
const F_DUPFD_CLOEXEC = 26;
const FD_CLOEXEC = 1;

/** dup, dup2, dup3: the event is about the new descriptor. */
export function parseDup(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  const old = record.number(1);
  if (num < 0) {
    view.setFd(old, state.threads.fd(thread, old));
    return;
  }
  // dup2 of a descriptor onto itself does nothing.
  const cloexec = record.type === DUP3 && (record.uint32(3) & O_CLOEXEC) !== 0;
  // Of a descriptor that is not known the reference shows the old number, in captures.
  if (view.captured && state.threads.fd(thread, old) === null) return;
  copy(state, thread, old, num, num === old ? null : cloexec);
  view.setFd(num, state.threads.fd(thread, num));
}

/** fcntl: some of its commands duplicate, and then the event is about the new descriptor. */
export function parseFcntl(state: State, thread: ThreadInfo): void {
  const { record } = state;
  const num = record.number(0);
  if (num < 0) return;
  const fd = record.number(1);
  const command = record.uint32(2);
  if (command === F_DUPFD || command === F_DUPFD_CLOEXEC) {
    copy(state, thread, fd, num, command === F_DUPFD_CLOEXEC);
    state.view.setFd(num, state.threads.fd(thread, num));
  } else if (command === F_SETFD) {
    copy(state, thread, fd, fd, (record.uint32(3) & FD_CLOEXEC) !== 0);
  }
}

function copy(state: State, thread: ThreadInfo, from: number, to: number, closeOnExec: boolean | null): void {
  const info = state.threads.fd(thread, from);
  if (info === null) {
    // In a capture the reference leaves what was there.
    if (from !== to && !state.view.captured) state.threads.removeFd(thread, to);
    return;
  }
  let copied = info;
  if (closeOnExec !== null && info.closeOnExec !== closeOnExec) {
    copied = copyFd(info);
    copied.closeOnExec = closeOnExec;
  }
  state.threads.setFd(thread, to, copied);
}
