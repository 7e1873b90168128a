import { posix } from 'node:path';
import type { ByteString } from '../events/byte-string.js';

/** By controller: the whole path of what this process, in a namespace of cgroups, sees as their root. */
export type CgroupRoots = ReadonlyMap<ByteString, ByteString>;

/**
 * Where the namespace of a process has its roots.
 *
 * @param shown its cgroups as /proc shows them to itself, `controller=path`
 * @param actual the same as the kernel knows them
 */
export function cgroupRoots(shown: readonly ByteString[], actual: readonly ByteString[]): CgroupRoots {
  const wholePaths = new Map(actual.map(splitCgroup));
  const roots = new Map<ByteString, ByteString>();
  for (const [controller, path] of shown.map(splitCgroup)) {
    const whole = wholePaths.get(controller);
    const inside = path === '/' ? '' : path;
    if (whole?.endsWith(inside) === true) roots.set(controller, whole.slice(0, whole.length - inside.length));
  }
  return roots;
}

/**
 * The whole path of a cgroup that /proc shows from `root`: what lies elsewhere begins with `/..` there. Where the root is
 * unknown, so is the part that both have in common.
 */
export function absoluteCgroup(shown: ByteString, root = ''): ByteString {
  if (root === '' && !shown.startsWith('/..')) return shown;
  return posix.normalize(shown === '/' ? root : root + shown);
}

function splitCgroup(cgroup: ByteString): readonly [controller: ByteString, path: ByteString] {
  const at = cgroup.indexOf('=/');
  return [cgroup.slice(0, at), cgroup.slice(at + 1)];
}
