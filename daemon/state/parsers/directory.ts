import { asDirectory, joinPath } from '../path.js';
import { directoryOf, AT_FDCWD } from '../resolve-path.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** chdir. The kernel's base path cannot be used: at the exit of the call it is the new directory already. */
export function parseChdir(state: State, thread: ThreadInfo): void {
  const { record, view, threads } = state;
  if (record.number(0) !== 0 || !record.present(1)) return;
  const main = threads.main(thread);
  main.cwd = asDirectory(joinPath(directoryOf(view, thread, AT_FDCWD), record.string(1), view.limited));
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
  const path = joinPath(directoryOf(view, thread, AT_FDCWD), record.string(1), view.limited);
  threads.main(thread).root = path;
}
