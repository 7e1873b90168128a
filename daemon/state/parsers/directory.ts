import { asDirectory, joinPath } from '../path.js';
import { directoryOf, AT_FDCWD } from '../resolve-path.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** chdir. The kernel's base path cannot be used: at the exit of the call it is the new directory already. */
export function parseChdir(state: State, thread: ThreadInfo): void {
  if (state.record.number(0) === 0) enter(state, thread, 1);
}

/** The path in parameter `index` becomes the current directory of the process. */
function enter(state: State, thread: ThreadInfo, index: number): void {
  const { record, view, threads } = state;
  if (!record.present(index)) return;
  const main = threads.main(thread);
  // In a capture the reference takes a thread that is no leader for one without a current directory.
  const base = view.captured && main !== thread ? '' : directoryOf(view, thread, AT_FDCWD);
  main.cwd = asDirectory(joinPath(base, record.string(index), view.captured));
}

/**
 * getcwd: in a capture, where events may have been lost, what the call returned is the current directory. Live the
 * kernel tells it with each relative path, and as the host sees it.
 */
export function parseGetcwd(state: State, thread: ThreadInfo): void {
  if (state.view.captured && state.record.number(0) >= 0) enter(state, thread, 1);
}

/** fchdir. */
export function parseFchdir(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) !== 0) return;
  const fd = threads.fd(thread, record.number(1));
  if (fd !== null && fd.name !== '') threads.main(thread).cwd = asDirectory(fd.name);
}

/** chroot. */
export function parseChroot(state: State, thread: ThreadInfo): void {
  const { record, view, threads } = state;
  if (record.number(0) !== 0 || !record.present(1)) return;
  const path = joinPath(directoryOf(view, thread, AT_FDCWD), record.string(1), view.captured);
  threads.main(thread).root = path;
}
