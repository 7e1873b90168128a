import { CONTEXT } from '../events/context-params.js';
import { CWD_PATH } from './event-traits.js';
import { asDirectory } from './path.js';
import { AT_FDCWD } from './resolve-path.js';
import type { State } from './state.js';
import type { ThreadInfo } from './thread.js';

/**
 * The kernel told the current directory along with a relative path: the table follows. For events with context only. Hot
 * path.
 */
export function correctCwd(
  { record, view, threads, contextAt }: State,
  thread: ThreadInfo,
  type: number,
): void {
  const path = CWD_PATH[type]!;
  const base = contextAt + CONTEXT.base1;
  if (path === 255 || !record.present(base)) return;
  const dirfd = view.row.params[path]!.dirfd;
  if (dirfd >= 0 && record.number(dirfd) !== AT_FDCWD) return;
  const main = threads.main(thread);
  const length = record.length(base) - 1;
  if (main.cwd.length === length + 1 || (length === 1 && main.cwd.length === 1)) {
    const start = record.start(base);
    let i = 0;
    while (i < length && record.buffer[start + i] === main.cwd.charCodeAt(i)) i++;
    if (i === length) return;
  }
  main.cwd = asDirectory(record.string(base));
}
