/** The OCI runtime specification of a container (config.json), which containerd and CRI hand out as JSON. */
import type { ByteString } from '../../events/byte-string.js';
import type { Container, Mount } from '../container.js';
import { bounded, boundedText } from './bounds.js';
import { at, listOf, textOf } from './json.js';

const PROPAGATION = /^r?(?:private|shared|slave|unbindable)$/;

export function specEnv(spec: unknown): readonly ByteString[] {
  return bounded(listOf(at(spec, 'process', 'env'))).map(boundedText);
}

/** Numbers of user and group, `0:0`; empty when the specification has none. */
export function specUser(spec: unknown): ByteString {
  const [uid, gid] = ['uid', 'gid'].map(key => at(spec, 'process', 'user', key));
  return typeof uid === 'number' ? `${uid}:${typeof gid === 'number' ? gid : 0}` : '';
}

/** What of the host is mounted into the container: not the file systems of its own, such as /proc. */
export function specMounts(spec: unknown): readonly Mount[] {
  const mounts = listOf(at(spec, 'mounts')).map(mount => ({
    mount,
    options: listOf(at(mount, 'options')).map(textOf),
  }));
  return bounded(
    mounts.filter(
      ({ mount, options }) =>
        at(mount, 'type') === 'bind' || options.includes('bind') || options.includes('rbind'),
    ),
  ).map(({ mount, options }) => ({
    source: boundedText(at(mount, 'source')),
    destination: boundedText(at(mount, 'destination')),
    mode: '',
    writable: !options.includes('ro'),
    propagation: options.find(option => PROPAGATION.test(option)) ?? 'private',
  }));
}

/** A namespace that is not among the container's own, or is that of the first process, is the host's. */
export function specHostNamespaces(spec: unknown): Pick<Container, 'hostPid' | 'hostNetwork' | 'hostIpc'> {
  const own = new Map(
    listOf(at(spec, 'linux', 'namespaces')).map(row => [textOf(at(row, 'type')), textOf(at(row, 'path'))]),
  );
  const host = (type: string): boolean => own.size > 0 && (own.get(type)?.startsWith('/proc/1/ns/') ?? true);
  return { hostPid: host('pid'), hostNetwork: host('network'), hostIpc: host('ipc') };
}

/**
 * Whether the container is as good as the host's root: the specification has no word for it. All that tools do for
 * "privileged" is that nothing of /proc is hidden and that no capability of the system is missing.
 */
export function specPrivileged(spec: unknown): boolean {
  const capabilities = listOf(at(spec, 'process', 'capabilities', 'bounding'));
  return (
    ['CAP_SYS_ADMIN', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO'].every(name => capabilities.includes(name)) &&
    listOf(at(spec, 'linux', 'maskedPaths')).length === 0
  );
}
