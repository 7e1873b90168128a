import type { ByteString } from '../../events/byte-string.js';
import { CONTEXT } from '../../events/context-params.js';
import { openLayout } from '../open-path.js';
import { openedFile } from '../opened-file.js';
import { joinPath } from '../path.js';
import { isKnownName } from '../pending-enter.js';
import { baseOf, directoryOf, resolvePath } from '../resolve-path.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** Bits that the driver adds from what the kernel did: file created, layers of an overlay. */
const FROM_KERNEL = 0xffffc000;
const UPPER_LAYER = 0x8000;
const LOWER_LAYER = 0x10000;

/** open, openat, openat2, creat, open_by_handle_at. Hot path. */
export function parseOpen(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const layout = openLayout(record.type)!;
  const num = record.number(0);
  if (num < 0) {
    view.setFailedOpen();
    return;
  }
  let flags = layout.flags < 0 ? createdIn(record.uint32(CREAT_FLAGS)) : record.uint32(layout.flags);
  let raw = record.string(layout.name);
  let name: ByteString;
  const enter = state.pending.current;
  if (state.contextAt >= 0 && record.present(state.contextAt + CONTEXT.file)) {
    name = record.string(state.contextAt + CONTEXT.file);
    view.setAliasPossible();
  } else if (enter !== null && isKnownName(enter.name)) {
    raw = enter.name;
    name = joinPath(directoryOf(view, thread, enter.dirfd), enter.name, view.captured);
    if (layout.flags >= 0) flags = ((enter.flags & ~FROM_KERNEL) | (flags & FROM_KERNEL)) >>> 0;
  } else if (raw.charCodeAt(0) === 0x2f) {
    name = joinPath('', raw, view.captured);
  } else if (record.type === OPEN_BY_HANDLE_AT) {
    name = resolvePath(view, layout.name, raw);
  } else {
    name = joinPath(baseOf(view, layout.name), raw, view.captured);
  }
  const fd = openedFile(name, raw, flags, record.uint32(layout.dev), record.uint(layout.ino));
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
  view.fdNameChanged = true;
}

const OPEN_BY_HANDLE_AT = 337;
/** creat has no flags but those of the driver, in a parameter and with bits of their own. */
const CREAT_FLAGS = 5;
const CREAT_UPPER_LAYER = 1;
const CREAT_LOWER_LAYER = 2;

/** The layers of an overlay that creat tells of, as the other calls of the family have them. */
function createdIn(creatFlags: number): number {
  if ((creatFlags & CREAT_UPPER_LAYER) !== 0) return UPPER_LAYER;
  return (creatFlags & CREAT_LOWER_LAYER) !== 0 ? LOWER_LAYER : 0;
}
