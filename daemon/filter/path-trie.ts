/**
 * Paths by component: which values lie under one of many listed paths. `/etc` holds `/etc` and `/etc/passwd`, not
 * `/etcd`. A component of a listed path may be a glob; of those a walk tries all that fit.
 */
import type { ByteString } from '../events/byte-string.js';
import { compileGlob } from './glob.js';

interface TrieNode {
  /** A listed path ends here: everything below matches. */
  end: boolean;
  readonly literal: Map<ByteString, TrieNode>;
  readonly globs: {
    readonly pattern: ByteString;
    readonly matches: (name: ByteString) => boolean;
    readonly node: TrieNode;
  }[];
}

const makeNode = (): TrieNode => ({ end: false, literal: new Map(), globs: [] });

/** Components; an absolute path has an empty one first. Repeated and trailing slashes do not count. */
function components(path: ByteString): ByteString[] {
  const names = path.split('/').filter(name => name !== '');
  return path.startsWith('/') ? ['', ...names] : names;
}

function insert(root: TrieNode, path: ByteString): void {
  let node = root;
  for (const name of components(path)) {
    if (!/[*?[\\]/.test(name)) {
      let next = node.literal.get(name);
      if (next === undefined) node.literal.set(name, (next = makeNode()));
      node = next;
      continue;
    }
    let entry = node.globs.find(candidate => candidate.pattern === name);
    if (entry === undefined)
      node.globs.push((entry = { pattern: name, matches: compileGlob(name, false), node: makeNode() }));
    node = entry.node;
  }
  node.end = true;
}

/** Hot path; cuts one component at a time, without splitting the rest of the path. */
function under(node: TrieNode, path: ByteString, from: number): boolean {
  if (node.end) return true;
  let start = from;
  // The slash at the very beginning closes the empty component of an absolute path.
  if (from > 0) while (path.charCodeAt(start) === 47) start++;
  if (start >= path.length) return false;
  const slash = path.indexOf('/', start);
  const end = slash < 0 ? path.length : slash;
  const name = path.slice(start, end);
  const next = node.literal.get(name);
  if (next !== undefined && under(next, path, end + 1)) return true;
  for (let i = 0; i < node.globs.length; i++) {
    const glob = node.globs[i]!;
    if (glob.matches(name) && under(glob.node, path, end + 1)) return true;
  }
  return false;
}

/** Tests whether a path lies under one of `paths`. Everything lies under the empty path. */
export function compilePaths(paths: readonly ByteString[]): (path: ByteString) => boolean {
  const root = makeNode();
  for (const path of paths) insert(root, path);
  return path => under(root, path, 0);
}
