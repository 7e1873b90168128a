/**
 * Containers: which one a thread is in, told from its cgroup; later, what the runtimes know of it.
 *
 * In: cgroup paths. Out: container ids. The state engine, fields and the engine may import this room.
 */
import type { ByteString } from '../events/byte-string.js';

const ID_LENGTH = 64;
const SHORT_LENGTH = 12;
const SCOPE = '.scope';

/**
 * Id (12 characters) of the container whose cgroup one of `cgroups` (`controller=path`) lies in; empty when none
 * does. Knows the full 64-digit ids of docker, containerd, CRI-O and podman, as folders of their own
 * (`/docker/<id>`), as systemd scopes (`docker-<id>.scope`), with the runtime before a colon
 * (`…:cri-containerd:<id>`), below other groups and with groups of their own inside; of nested containers, the
 * innermost.
 */
export function containerIdOf(cgroups: readonly ByteString[]): ByteString {
  for (const cgroup of cgroups) {
    const id = containerIdOfPath(cgroup);
    if (id !== '') return id;
  }
  return '';
}

function containerIdOfPath(path: ByteString): ByteString {
  if (path.length < ID_LENGTH) return '';
  let end = path.length;
  while (end > 0) {
    const start = path.lastIndexOf('/', end - 1) + 1;
    const id = idOfComponent(path, start, end);
    if (id !== '') return id;
    end = start - 1;
  }
  return '';
}

function idOfComponent(path: ByteString, start: number, componentEnd: number): ByteString {
  const end = path.endsWith(SCOPE, componentEnd) ? componentEnd - SCOPE.length : componentEnd;
  const from = end - ID_LENGTH;
  if (from < start) return '';
  if (from > start) {
    const separator = path[from - 1];
    if (separator !== '-' && separator !== ':') return '';
    // The monitor of a container runs beside it, on the host: crio-conmon-<id>, libpod-conmon-<id>.
    if (path.endsWith('conmon', from - 1)) return '';
  }
  for (let i = from; i < end; i++) {
    const digit = path.charCodeAt(i);
    const hex = (digit >= 0x30 && digit <= 0x39) || (digit >= 0x61 && digit <= 0x66);
    if (!hex) return '';
  }
  return path.slice(from, from + SHORT_LENGTH);
}
