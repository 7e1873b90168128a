import type { ByteString } from '../events/byte-string.js';
import { paramIndex, type EventRow } from '../events/event-table.js';
import type { EventView } from '../state/event.js';
import { FdType } from '../state/fd.js';
import { joinPath } from '../state/path.js';
import { AT_FDCWD, baseOf, directoryOf, resolvePath } from '../state/resolve-path.js';
import { failed } from './evt-result.js';
import type { Extractor, Extractors } from './extractor.js';

/** Names of the parameters that hold the paths of an event. */
type PathRow =
  { readonly name: string } | { readonly fd: string } | { readonly source: string; readonly target: string };

const OPEN: PathRow = { name: 'name' };
const PATH: PathRow = { name: 'path' };
const OLD_TO_NEW: PathRow = { source: 'oldpath', target: 'newpath' };
/** A link is the source here, and what it leads to the target. */
const LINK: PathRow = { source: 'newpath', target: 'oldpath' };
const SYMLINK: PathRow = { source: 'linkpath', target: 'target' };

// prettier-ignore
const PATHS: Readonly<Record<string, PathRow>> = {
  open:              OPEN,
  openat:            OPEN,
  openat2:           OPEN,
  creat:             OPEN,
  open_by_handle_at: PATH,
  mkdir:             PATH,
  mkdirat:           PATH,
  rmdir:             PATH,
  unlink:            PATH,
  unlinkat:          OPEN,
  umount:            OPEN,
  umount2:           OPEN,
  chmod:             { name: 'filename' },
  fchmodat:          { name: 'filename' },
  fchmod:            { fd: 'fd' },
  chown:             PATH,
  lchown:            PATH,
  fchownat:          { name: 'pathname' },
  fchown:            { fd: 'fd' },
  rename:            OLD_TO_NEW,
  renameat:          OLD_TO_NEW,
  renameat2:         OLD_TO_NEW,
  link:              LINK,
  linkat:            LINK,
  symlink:           SYMLINK,
  symlinkat:         SYMLINK,
  mount:             { source: 'dev', target: 'dir' },
};

interface PathParams {
  readonly name: number;
  readonly source: number;
  readonly target: number;
  /** The path is that of the descriptor. */
  readonly ofFd: boolean;
}

const cache = new Map<EventRow, PathParams | null>();

function paramsOf(row: EventRow): PathParams | null {
  let params = cache.get(row);
  if (params === undefined) {
    const paths = row.exit ? PATHS[row.name] : undefined;
    params =
      paths === undefined
        ? null
        : {
            name: 'name' in paths ? paramIndex(row, paths.name) : -1,
            source: 'source' in paths ? paramIndex(row, paths.source) : -1,
            target: 'source' in paths ? paramIndex(row, paths.target) : -1,
            ofFd: 'fd' in paths,
          };
    cache.set(row, params);
  }
  return params;
}

/** The calls of the open family tell their path even when they failed. */
function tellsPath(evt: EventView): boolean {
  return evt.row.createsFd || !failed(evt);
}

/** Calls of whose directory descriptors the reference makes nothing. */
const BELOW_CWD: ReadonlySet<string> = new Set(['linkat', 'renameat']);
const UNKNOWN = '<UNKNOWN>';

/**
 * As the reference has it in captures: below a directory descriptor when it is one of the table, which "the current
 * directory" is not; an open shows what its descriptor shows.
 */
function capturedPath(evt: EventView, index: number, raw: ByteString): ByteString {
  if (evt.row.createsFd && evt.fd !== null && evt.fdNum >= 0) return evt.fd.name;
  if (raw.charCodeAt(0) === 0x2f) return resolvePath(evt, index);
  if (BELOW_CWD.has(evt.row.name))
    return joinPath(evt.thread === null ? '' : directoryOf(evt, evt.thread, AT_FDCWD), raw, true);
  const relative = evt.row.params.find(
    param => param.dirfd >= 0 && (param.index === index || isLinkTarget(evt, index)),
  );
  if (relative === undefined) return joinPath(baseOf(evt, index), raw, true);
  const directory =
    evt.thread === null ? null : evt.threads.fd(evt.thread, evt.record.number(relative.dirfd));
  if (directory?.type === FdType.directory) return joinPath(directory.name, raw, true);
  return evt.row.createsFd ? UNKNOWN : UNKNOWN + raw;
}

/** What a symbolic link leads to counts as a path beside it. */
function isLinkTarget(evt: EventView, index: number): boolean {
  return paramsOf(evt.row)?.target === index && evt.row.name === 'symlinkat';
}

function path(which: 'name' | 'source' | 'target', raw: boolean): Extractor {
  return {
    cost: 4,
    extract: (evt): ByteString | null => {
      const params = paramsOf(evt.row);
      if (params === null || !tellsPath(evt)) return null;
      if (params.ofFd) return which === 'name' && evt.fd !== null ? evt.fd.name : null;
      const index = params[which];
      if (index < 0 || !evt.record.present(index)) return null;
      const text = evt.record.string(index);
      if (raw || text === '') return text;
      return evt.captured ? capturedPath(evt, index, text) : resolvePath(evt, index);
    },
  };
}

/** The paths that an event on the file system is about. */
export const fsPathFields: Extractors = {
  'fs.path.name': path('name', false),
  'fs.path.nameraw': path('name', true),
  'fs.path.source': path('source', false),
  'fs.path.sourceraw': path('source', true),
  'fs.path.target': path('target', false),
  'fs.path.targetraw': path('target', true),
};
