import { copyFd, FdType, newFd } from '../fd.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const O_CLOEXEC = 0x1000;

interface Kind {
  readonly type: FdType;
  /** Parameter with the flags of the open table, or -1. */
  readonly flags: number;
  /** The flag that closes it on exec, where it is not that of the open table. */
  readonly closeOnExec?: number;
}

/** Calls that make a descriptor without a name: kind by event code. */
// prettier-ignore
const KINDS: Readonly<Record<number, Kind>> = {
  63:  { type: FdType.eventfd,     flags: -1 }, // eventfd
  397: { type: FdType.eventfd,     flags:  1 }, // eventfd2
  127: { type: FdType.signalfd,    flags: -1 }, // signalfd
  399: { type: FdType.signalfd,    flags:  1 }, // signalfd4
  137: { type: FdType.timerfd,     flags:  2 }, // timerfd_create
  139: { type: FdType.inotify,     flags: -1 }, // inotify_init
  395: { type: FdType.inotify,     flags:  1 }, // inotify_init1
  375: { type: FdType.eventpoll,   flags: -1 }, // epoll_create
  377: { type: FdType.eventpoll,   flags:  1, closeOnExec: 1 }, // epoll_create1
  321: { type: FdType.userfaultfd, flags: -1 }, // userfaultfd
  339: { type: FdType.ioUring,     flags: -1 }, // io_uring_setup
  369: { type: FdType.bpf,         flags: -1 }, // bpf
};

const BPF = 369;
/**
 * Commands of bpf(2) that return a descriptor: BPF_MAP_CREATE, BPF_PROG_LOAD, BPF_OBJ_GET, BPF_PROG_GET_FD_BY_ID,
 * BPF_MAP_GET_FD_BY_ID, BPF_RAW_TRACEPOINT_OPEN, BPF_BTF_LOAD, BPF_BTF_GET_FD_BY_ID, BPF_LINK_CREATE,
 * BPF_LINK_GET_FD_BY_ID, BPF_ENABLE_STATS, BPF_ITER_CREATE, BPF_TOKEN_CREATE.
 */
const BPF_COMMANDS_WITH_FD: ReadonlySet<number> = new Set([0, 5, 7, 13, 14, 17, 18, 19, 28, 30, 32, 33, 36]);

/** Codes that `parseAnonymousFd` takes. */
export const ANONYMOUS_FD_CODES: readonly number[] = Object.keys(KINDS).map(Number);

export function parseAnonymousFd(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  const kind = KINDS[record.type]!;
  // The reference takes every result of bpf for a descriptor: the 0 of most commands is standard input, in captures.
  const none = record.type === BPF && !view.captured && !BPF_COMMANDS_WITH_FD.has(record.uint32(1));
  if (num < 0 || none) {
    view.setFd(-1, null);
    return;
  }
  const fd = newFd(kind.type);
  if (kind.flags >= 0) fd.closeOnExec = (record.uint32(kind.flags) & (kind.closeOnExec ?? O_CLOEXEC)) !== 0;
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
}

const MFD_CLOEXEC = 1;

/** memfd_create: named by the program. */
export function parseMemfd(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  if (num < 0) {
    view.setFd(-1, null);
    return;
  }
  const fd = newFd(FdType.memfd);
  fd.name = record.string(1);
  fd.closeOnExec = (record.uint32(2) & MFD_CLOEXEC) !== 0;
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
}

/** pidfd_open. */
export function parsePidfdOpen(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  if (num < 0) {
    view.setFd(-1, null);
    return;
  }
  const fd = newFd(FdType.pidfd);
  fd.pid = record.number(1);
  fd.name = `/proc/${String(fd.pid)}`;
  fd.closeOnExec = true;
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
}

/** pidfd_getfd: a descriptor of another process. */
export function parsePidfdGetfd(state: State, thread: ThreadInfo): void {
  const { record, view, threads } = state;
  const num = record.number(0);
  if (num < 0) {
    view.setFd(-1, null);
    return;
  }
  const pidfd = threads.fd(thread, record.number(1));
  const target = pidfd === null ? null : threads.get(pidfd.pid);
  const source = target === null ? null : threads.fd(target, record.number(2));
  const fd = source === null ? newFd(FdType.unknown) : copyFd(source);
  if (source !== null) fd.closeOnExec = true;
  threads.setFd(thread, num, fd);
  view.setFd(num, fd);
}
