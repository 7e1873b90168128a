import type { ByteString } from '../events/byte-string.js';
import { CONTEXT } from '../events/context-params.js';
import { EVENT_COUNT } from '../events/event-table.js';
import type { RecordReader } from '../events/record.js';
import type { CurrentEvent } from './current-event.js';
import { FdType, newFd, type FdInfo } from './fd.js';
import { joinPath } from './path.js';
import { baseOf, resolvePath } from './resolve-path.js';

/** Where the calls that open files keep their arguments; -1: the call has no such argument. */
export interface OpenLayout {
  readonly name: number;
  readonly dirfd: number;
  readonly flags: number;
  readonly dev: number;
  readonly ino: number;
}

// prettier-ignore
const LAYOUTS: Readonly<Record<number, OpenLayout>> = {
  3:   { name: 1, dirfd: -1, flags:  2, dev: 4, ino: 5 }, // open
  59:  { name: 1, dirfd: -1, flags: -1, dev: 3, ino: 4 }, // creat
  307: { name: 2, dirfd:  1, flags:  3, dev: 5, ino: 6 }, // openat
  327: { name: 2, dirfd:  1, flags:  3, dev: 6, ino: 7 }, // openat2
  337: { name: 3, dirfd: -1, flags:  2, dev: 4, ino: 5 }, // open_by_handle_at
};

/** By event code: an object with such keys would be looked up by hash. */
const BY_CODE = Array.from({ length: EVENT_COUNT }, (_, code) => LAYOUTS[code]);

/** Layout of an event that opens a file. */
export function openLayout(type: number): OpenLayout | undefined {
  return BY_CODE[type];
}

const NO_NAME = '<NA>';
/** Calls for which the reference shows no type when they fail: open, open_by_handle_at. */
const WITHOUT_TYPE: ReadonlySet<number> = new Set([3, 337]);

/** What a failed open asked for; null when the event is no open. */
export function askedFile(view: CurrentEvent): FdInfo | null {
  const layout = openLayout(view.record.type);
  if (layout === undefined) return null;
  const fd = newFd(FdType.fileV2);
  fd.nameRaw = view.record.string(layout.name);
  fd.name = resolvePath(view, layout.name, fd.nameRaw);
  if (view.captured) {
    if (WITHOUT_TYPE.has(view.record.type)) fd.type = FdType.unknown;
    if (fd.name === NO_NAME) fd.nameRaw = NO_NAME;
  }
  if (layout.flags >= 0) fd.openFlags = view.record.uint32(layout.flags);
  return fd;
}

/** The textual form of a path that was opened, where it is not the kernel's; else empty. Hot path. */
export function aliasOf(view: CurrentEvent): ByteString {
  const layout = openLayout(view.record.type);
  if (layout === undefined || view.contextAt < 0) return '';
  const record = view.record;
  const file = view.contextAt + CONTEXT.file;
  if (sameText(record, layout.name, view.contextAt + CONTEXT.base1, file)) return '';
  const raw = record.string(layout.name);
  if (raw === '') return '';
  const alias = joinPath(raw.charCodeAt(0) === 0x2f ? '' : baseOf(view, layout.name), raw, false);
  return alias === record.string(file) ? '' : alias;
}

/** Whether `path` is the name, or the name below the base, byte for byte: the usual case, settled without strings. */
function sameText(record: RecordReader, name: number, base: number, path: number): boolean {
  const nameLength = textLength(record, name);
  const pathLength = textLength(record, path);
  const b = record.buffer;
  let at = record.start(path);
  if (b[record.start(name)] !== 0x2f) {
    const baseLength = textLength(record, base);
    if (baseLength === 0 || pathLength !== baseLength + 1 + nameLength) return false;
    const from = record.start(base);
    for (let i = 0; i < baseLength; i++) if (b[from + i] !== b[at + i]) return false;
    at += baseLength;
    if (b[at++] !== 0x2f) return false;
  } else if (pathLength !== nameLength) {
    return false;
  }
  const from = record.start(name);
  for (let i = 0; i < nameLength; i++) if (b[from + i] !== b[at + i]) return false;
  return true;
}

/** Bytes of a NUL-terminated parameter without its end. */
function textLength(record: RecordReader, index: number): number {
  const length = record.length(index);
  return length > 0 && record.buffer[record.start(index) + length - 1] === 0 ? length - 1 : length;
}
