import type { ByteString } from '../events/byte-string.js';
import { CONTEXT } from '../events/context-params.js';
import type { EventView } from './event.js';
import { joinPath } from './path.js';
import type { ThreadInfo } from './thread.js';

/** The driver's value for "the current directory". */
export const AT_FDCWD = -100;

/**
 * Absolute path that parameter `index` of the event names. Relative ones start from the directory that the kernel
 * reported, else from the tables' cwd or directory descriptor. An absent path is `<NA>`, as it is shown.
 * `raw`: its text, for those who have it already.
 */
export function resolvePath(
  view: EventView,
  index: number,
  raw: ByteString = view.record.string(index),
): ByteString {
  if (raw === '' || raw === '<NA>') return '<NA>';
  return joinPath(raw.charCodeAt(0) === 0x2f ? '' : baseOf(view, index), raw, view.captured);
}

/** Directory that a relative path in parameter `index` starts from; may end with a slash. */
export function baseOf(view: EventView, index: number): ByteString {
  const param = view.row.params[index];
  const contextAt = view.contextAt;
  if (param !== undefined && contextAt >= 0 && param.pathOrdinal >= 0 && param.pathOrdinal < 2) {
    const base = view.record.string(contextAt + CONTEXT.base1 + param.pathOrdinal);
    if (base !== '') return base;
  }
  const dirfd = param === undefined || param.dirfd < 0 ? AT_FDCWD : view.record.number(param.dirfd);
  return view.thread === null ? '' : directoryOf(view, view.thread, dirfd);
}

/** Directory of a descriptor of the thread, from the tables. */
export function directoryOf(view: EventView, thread: ThreadInfo, dirfd: number): ByteString {
  if (dirfd === AT_FDCWD) return view.threads.main(thread).cwd;
  return view.threads.fd(thread, dirfd)?.name ?? '<UNKNOWN>';
}
