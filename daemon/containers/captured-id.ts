/**
 * Containers as the C++ Falco tells them from cgroups: for captures, which are seen with its eyes.
 * Source: reference/falco/plugins.md 7.5.1.
 */
import type { ByteString } from '../events/byte-string.js';

const ID_LENGTH = 64;
const SHORT_LENGTH = 12;
const FULL_ID = /^[0-9a-f]{64}$/;

/** What stands in front of a full id, at the last place where it stands, and behind it. */
const LAYOUTS: readonly (readonly [prefix: string, suffix: string])[] = [
  ['/', ''],
  ['/docker-', '.scope'],
  ['/crio-', ''],
  ['/cri-containerd-', '.scope'],
  ['/crio-', '.scope'],
  [':cri-containerd:', ''],
  ['/nerdctl-', '.scope'],
  ['/libpod-', '.scope'],
  ['/libpod-', '.scope/container'],
  ['/libpod-', ''],
  ['/libpod-payload-', '.scope'],
  ['/libpod-payload-', '.scope/container'],
  ['/libpod-payload-', ''],
];

/** Runtimes whose ids are names: lxc, libvirt, bpm. */
const NAMES: readonly RegExp[] = [
  /\/lxc\/([^/]+)/,
  /\/lxc\.payload\/([^/]+)/,
  /\/lxc\.payload\.([^/]+)/,
  /\/([^/]+)\.libvirt-lxc$/,
  /-lxc\\x2d([^/]+)\.scope(?:\/libvirt)?$/,
  /\/libvirt\/lxc\/([^/]+)/,
  /bpm-([^/]+)\.scope$/,
];

/** A namespace of containerd; what follows is the id, which may be any word. */
const NAMESPACE = /\/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\//;
const UNIT = /\.(?:service|slice|scope)$/;

/** Id of the container of the first of `cgroups` (`controller=path`) that is one; empty when none is. */
export function capturedContainerId(cgroups: readonly ByteString[]): ByteString {
  for (const cgroup of cgroups) {
    if (cgroup.endsWith('=/')) continue;
    const id = idOfPath(cgroup.slice(cgroup.indexOf('=') + 1));
    if (id !== '') return id;
  }
  return '';
}

function idOfPath(path: ByteString): ByteString {
  for (const [prefix, suffix] of LAYOUTS) {
    const at = path.lastIndexOf(prefix);
    if (at < 0 || !path.endsWith(suffix)) continue;
    const id = path.slice(at + prefix.length, path.length - suffix.length);
    if (FULL_ID.test(id)) return id.slice(0, SHORT_LENGTH);
  }
  for (const name of NAMES) {
    const found = name.exec(path);
    if (found !== null) return found[1]!;
  }
  return namespacedId(path);
}

function namespacedId(path: ByteString): ByteString {
  const namespace = NAMESPACE.exec(path);
  if (namespace === null) return '';
  const id = path.slice(namespace.index + namespace[0].length);
  return id.length > ID_LENGTH || UNIT.test(id) ? '' : id.slice(0, SHORT_LENGTH);
}
