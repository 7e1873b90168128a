import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const RLIMIT_NOFILE = 7;

/** getrlimit, setrlimit: both tell the limit that counts from now on. */
export function parseRlimit(state: State, thread: ThreadInfo): void {
  const { record } = state;
  if (record.number(0) < 0 || record.uint32(3) !== RLIMIT_NOFILE) return;
  const limit = record.int(1);
  if (limit !== -1) state.threads.main(thread).fdlimit = limit;
}

/**
 * prlimit: of the caller, or of another process. No new limit is sent as 0, which the reference takes for the limit:
 * for the sake of its captures, so do we there.
 */
export function parsePrlimit(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) < 0 || record.uint32(6) !== RLIMIT_NOFILE) return;
  const limit = record.int(1);
  const pid = record.number(5);
  const target = pid === 0 ? thread : threads.get(pid);
  if (target !== null && (limit !== 0 || state.view.captured) && limit !== -1)
    threads.main(target).fdlimit = limit;
}

/**
 * brk, mmap, munmap: sizes of the process after the call. Kept with the thread that called, as the reference does:
 * fields show those of the leader.
 */
export function parseMemory(state: State, thread: ThreadInfo): void {
  thread.vmSize = state.record.uint32(1);
  thread.vmRss = state.record.uint32(2);
  thread.vmSwap = state.record.uint32(3);
}

/** switch: counters of the thread that leaves the processor. */
export function parseSwitch(state: State, thread: ThreadInfo): void {
  const { record } = state;
  thread.pfMajor = record.uint(1);
  thread.pfMinor = record.uint(2);
  const main = state.threads.main(thread);
  main.vmSize = record.uint32(3);
  main.vmRss = record.uint32(4);
  main.vmSwap = record.uint32(5);
}
