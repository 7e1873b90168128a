import { CONTEXT } from '../../events/context-params.js';
import { FdType, newFd } from '../fd.js';
import { openLayout } from '../open-path.js';
import { joinPath } from '../path.js';
import { isKnownName } from '../pending-enter.js';
import { baseOf, directoryOf, resolvePath } from '../resolve-path.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const O_DIRECTORY = 0x400;
const O_CLOEXEC = 0x1000;
/** Bits that the driver adds from what the kernel did: file created, layers of an overlay. */
const FROM_KERNEL = 0xffffc000;

/** open, openat, openat2, creat, open_by_handle_at. Hot path. */
export function parseOpen(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const layout = openLayout(record.type)!;
  const num = record.number(0);
  if (num < 0) {
    view.setFailedOpen();
    return;
  }
  let flags = layout.flags < 0 ? 0 : record.uint32(layout.flags);
  const fd = newFd(FdType.fileV2);
  fd.nameRaw = record.string(layout.name);
  const enter = state.pending.current;
  if (state.contextAt >= 0 && record.present(state.contextAt + CONTEXT.file)) {
    fd.name = record.string(state.contextAt + CONTEXT.file);
    view.setAliasPossible();
  } else if (enter !== null && isKnownName(enter.name)) {
    fd.nameRaw = enter.name;
    fd.name = joinPath(directoryOf(view, thread, enter.dirfd), enter.name, view.captured);
    if (layout.flags >= 0) flags = ((enter.flags & ~FROM_KERNEL) | (flags & FROM_KERNEL)) >>> 0;
  } else if (fd.nameRaw.charCodeAt(0) === 0x2f) {
    fd.name = joinPath('', fd.nameRaw, view.captured);
  } else if (record.type === OPEN_BY_HANDLE_AT) {
    fd.name = resolvePath(view, layout.name, fd.nameRaw);
  } else {
    fd.name = joinPath(baseOf(view, layout.name), fd.nameRaw, view.captured);
  }
  fd.openFlags = flags;
  if ((flags & O_DIRECTORY) !== 0) fd.type = FdType.directory;
  fd.closeOnExec = (flags & O_CLOEXEC) !== 0;
  fd.dev = record.uint32(layout.dev);
  fd.ino = record.uint(layout.ino);
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
  view.fdNameChanged = true;
}

const OPEN_BY_HANDLE_AT = 337;
