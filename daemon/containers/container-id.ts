/**
 * Containers: which one a thread is in, told from its cgroup; and what the runtimes know of it.
 *
 * In: cgroup paths, answers of runtimes. Out: container ids and what is known of them. The state engine, fields and the
 * engine may import this room.
 */
import type { ByteString } from '../events/byte-string.js';
import {
  HOST_SIDE,
  ID_FORMS,
  NAMESPACED,
  NAME_FORMS,
  NSPAWN,
  PARENTS,
  type CgroupForm,
} from './cgroup-forms.js';
import type { ContainerKey, RuntimeKind } from './runtimes/runtime.js';

const SHORT_LENGTH = 12;
const ID_DIGITS = /^[0-9a-f]{64}$/;
/** In so many hierarchies has a group to be that might as well be one of the host. */
const ENOUGH = 2;
/** Cgroups whose container is kept at hand. */
const MOST_REMEMBERED = 4096;

/** A container as its cgroup tells of it. */
export interface CgroupContainer extends ContainerKey {
  /** See `uniqueKey`. */
  readonly key: ByteString;
  /** Empty where the cgroup does not tell. */
  readonly type: ByteString;
  /** Runtimes that may know it, the one that tells most first. */
  readonly runtimes: readonly RuntimeKind[];
  /**
   * Groups of the host may look alike: it counts only when the process has a pid namespace of its own, or when
   * containerd says that there is such a container.
   */
  readonly unproven: boolean;
}

/**
 * What tells a container from all others: the short ids of containers with names are the same as soon as their names
 * begin alike, and a name may be there in several namespaces.
 */
export function uniqueKey({ fullId, namespace }: ContainerKey): ByteString {
  return ID_DIGITS.test(fullId) ? fullId : `${namespace}/${fullId}`;
}

/** Processes start in the same few groups again and again. */
const remembered = new Map<ByteString, CgroupContainer | null>();

/**
 * The container whose cgroup one of `cgroups` (`controller=path`) lies in, that of the first that is one; of nested
 * containers, the innermost. null on the host.
 */
export function containerOf(cgroups: readonly ByteString[]): CgroupContainer | null {
  let possible: CgroupContainer | null = null;
  let times = 0;
  for (const cgroup of cgroups) {
    let found = remembered.get(cgroup);
    if (found === undefined) {
      found = containerOfPath(cgroup.slice(cgroup.indexOf('=') + 1));
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(cgroup, found);
    }
    if (found === null) continue;
    if (!found.unproven) return found;
    possible ??= found;
    if (found.id === possible.id) times++;
  }
  // Runtimes put a container into one group of all controllers; who limits one thing only makes one for it.
  return times >= ENOUGH ? possible : null;
}

function containerOfPath(path: ByteString): CgroupContainer | null {
  const components = path.split('/');
  for (let at = components.length - 1; at > 0; at--) {
    const component = components[at]!;
    if (component === '' || component === '..') continue;
    const found =
      byId(component, components[at - 1]!) ?? byName(component, components.slice(0, at).join('/'));
    if (found === null) continue;
    return found.type === NSPAWN && components[at + 1] === HOST_SIDE ? null : found;
  }
  return namespaced(path);
}

function byId(component: ByteString, parent: ByteString): CgroupContainer | null {
  for (const form of ID_FORMS) {
    const found = form.component?.exec(component);
    if (!found) continue;
    const around = found[0] === found[1] ? PARENTS.find(row => row.parent.test(parent)) : undefined;
    return container(found[1]!, form, around?.runtimes);
  }
  return null;
}

function byName(component: ByteString, around: ByteString): CgroupContainer | null {
  for (const form of NAME_FORMS) {
    if (form.under !== undefined && !around.endsWith(`/${form.under}`)) continue;
    const found = form.component?.exec(component);
    if (found) return container(found[1]!, form);
  }
  return null;
}

/** Names are ids as they are, as in the reference; long ids are known by their beginning. */
function container(
  name: ByteString,
  { type, runtimes, unproven }: CgroupForm,
  around: readonly RuntimeKind[] = runtimes,
): CgroupContainer {
  const fullId = type === NSPAWN ? unescaped(name) : name;
  const id = ID_DIGITS.test(fullId) ? fullId.slice(0, SHORT_LENGTH) : fullId;
  const key = uniqueKey({ id, fullId, namespace: '' });
  return { id, fullId, key, type, namespace: '', runtimes: around, unproven: unproven === true };
}

/** Names of units have what they must not contain as `\x2d`. */
function unescaped(name: ByteString): ByteString {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

function namespaced(path: ByteString): CgroupContainer | null {
  const found = NAMESPACED.live.exec(path);
  if (found === null) return null;
  const [, namespace = '', name = ''] = found;
  const { live } = NAMESPACED.unit;
  if (live.test(namespace) || live.test(name) || name.length > NAMESPACED.longest) return null;
  const container = { id: name.slice(0, SHORT_LENGTH), fullId: name, namespace };
  return {
    ...container,
    key: uniqueKey(container),
    type: '',
    runtimes: NAMESPACED.runtimes,
    unproven: true,
  };
}
