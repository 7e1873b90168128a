import type { ByteString } from '../events/byte-string.js';

/** Longest path that the reference keeps when it joins a directory and a name (reference/falco/events.md, limits). */
const REFERENCE_LIMIT = 1024;
const TOO_LONG = '/DIR_TOO_LONG/FILENAME_TOO_LONG';

/**
 * Answers that are kept: paths repeat, and the reader hands out the same string again, so that a comparison is one of
 * addresses. Of a path on its own the base is empty.
 */
const SLOTS = 1024;
const bases = new Array<ByteString>(SLOTS).fill('');
const paths = new Array<ByteString>(SLOTS).fill('');
const results = new Array<ByteString>(SLOTS).fill('');

/** Some characters tell most paths apart. */
function slotOf(base: ByteString, path: ByteString): number {
  const { length } = path;
  let hash = base.length + Math.imul(length, 31);
  hash = Math.imul(hash ^ path.charCodeAt(length - 1), 0x01000193);
  hash = Math.imul(hash ^ path.charCodeAt(length >> 1), 0x01000193);
  hash = Math.imul(hash ^ path.charCodeAt(length - (length >> 2) - 1), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/** Whether `normalise` would change anything. */
function isNormal(path: ByteString): boolean {
  if (path.charCodeAt(0) !== 0x2f) return false;
  let previousSlash = 0;
  for (let i = 1; i <= path.length; i++) {
    if (i < path.length && path.charCodeAt(i) !== 0x2f) continue;
    const length = i - previousSlash - 1;
    if (length === 0 && path.length > 1) return false;
    if (length === 1 && path.charCodeAt(i - 1) === 0x2e) return false;
    if (length === 2 && path.charCodeAt(i - 1) === 0x2e && path.charCodeAt(i - 2) === 0x2e) return false;
    previousSlash = i;
  }
  return true;
}

/** The absolute path without empty components, `.` and `..`, by text alone; no slash at the end, except of the root. */
export function normalise(path: ByteString): ByteString {
  if (isNormal(path)) return path;
  const parts: ByteString[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * `path` seen from the directory `base`. With `limited`, as in captures of the reference, a result of more than
 * 1,024 bytes is replaced by a marker.
 */
export function joinPath(base: ByteString, path: ByteString, limited: boolean): ByteString {
  const absolute = path.charCodeAt(0) === 0x2f;
  const from = absolute ? '' : base;
  const length = absolute ? path.length : base.length + path.length + 1;
  if (length > REFERENCE_LIMIT) return limited ? TOO_LONG : join(from, path);
  if (path === '' || (!absolute && base === '')) return join(from, path);
  const slot = slotOf(from, path);
  if (paths[slot] === path && bases[slot] === from) return results[slot]!;
  const result = join(from, path);
  bases[slot] = from;
  paths[slot] = path;
  results[slot] = result;
  return result;
}

function join(base: ByteString, path: ByteString): ByteString {
  if (path.charCodeAt(0) === 0x2f) return normalise(path);
  if (base === '') return path;
  // Current directories end with a slash: without a second one the path is mostly normal already.
  const joined = base.charCodeAt(base.length - 1) === 0x2f ? base + path : `${base}/${path}`;
  return base.charCodeAt(0) === 0x2f ? normalise(joined) : joined;
}

/** A directory as cwd is kept: with a slash at the end. */
export function asDirectory(path: ByteString): ByteString {
  return path.charCodeAt(path.length - 1) === 0x2f ? path : `${path}/`;
}
