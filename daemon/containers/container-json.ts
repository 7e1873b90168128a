import { toByteString, toText, type ByteString } from '../events/byte-string.js';
import type { Container, Labels, Mount, PortMapping } from './container.js';

/** Names of the runtimes by the number that captures and plugins use (reference/falco/plugins.md 7.5.2). */
// prettier-ignore
const TYPES: Readonly<Record<number, string>> = {
  0: 'docker', 1: 'lxc', 2: 'libvirt-lxc', 3: 'mesos', 4: 'rkt', 5: 'custom', 6: 'cri', 7: 'containerd', 8: 'cri-o',
  9: 'bpm', 10: 'static', 11: 'podman', 0xfffe: 'host', 0xffff: 'unknown',
};

const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(TYPES).map(([number, name]) => [name, Number(number)] as const),
);
const UNKNOWN_TYPE = 0xffff;

/** The JSON that the container plugin would write of a container: `containerFromJson` reads it. */
export function containerToJson(container: Container): ByteString {
  const object = {
    type: NUMBERS.get(container.type) ?? UNKNOWN_TYPE,
    id: container.id,
    full_id: container.fullId,
    name: container.name,
    image: container.image,
    imageid: container.imageId,
    imagerepo: container.imageRepository,
    imagetag: container.imageTag,
    imagedigest: container.imageDigest,
    ip: container.ip,
    cni_json: container.cniJson,
    privileged: container.privileged,
    host_pid: container.hostPid,
    host_network: container.hostNetwork,
    host_ipc: container.hostIpc,
    labels: Object.fromEntries(container.labels),
    Mounts: container.mounts.map(mount => ({
      Source: mount.source,
      Destination: mount.destination,
      Mode: mount.mode,
      RW: mount.writable,
      Propagation: mount.propagation,
    })),
    env: container.env,
    port_mappings: container.ports.map(({ hostIp, hostPort, containerPort }) => ({
      HostIp: hostIp,
      HostPort: hostPort,
      ContainerPort: containerPort,
    })),
    User: container.user,
    created_time: container.createdTime,
    size: container.size,
    is_pod_sandbox: container.isPodSandbox,
    pod_sandbox_id: container.podSandboxId,
    pod_sandbox_labels: Object.fromEntries(container.podSandboxLabels),
  };
  // Texts are bytes: as they are, the JSON is as valid UTF-8 as they.
  return JSON.stringify({ container: object });
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(object: Json, key: string): ByteString {
  const value = object[key];
  return typeof value === 'string' ? toByteString(value) : '';
}

function number(object: Json, key: string, absent: number): number {
  const value = object[key];
  return typeof value === 'number' ? value : absent;
}

function labels(value: unknown): Labels {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, label]) =>
    typeof label === 'string' ? [[toByteString(key), toByteString(label)] as const] : [],
  );
}

function mounts(value: unknown): readonly Mount[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter(isObject).map(mount => ({
    source: text(mount, 'Source'),
    destination: text(mount, 'Destination'),
    mode: text(mount, 'Mode'),
    writable: mount['RW'] === true,
    propagation: text(mount, 'Propagation'),
  }));
}

function texts(value: unknown): readonly ByteString[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter(item => typeof item === 'string').map(toByteString);
}

function ports(value: unknown): readonly PortMapping[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter(isObject).map(mapping => ({
    hostIp: number(mapping, 'HostIp', 0),
    hostPort: number(mapping, 'HostPort', 0),
    containerPort: number(mapping, 'ContainerPort', 0),
  }));
}

/**
 * The container that the JSON of an event is about, in the layout of the container plugin or in that of older
 * captures, which have some keys less; null when it is none.
 */
export function containerFromJson(json: ByteString): Container | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(toText(json));
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const object = isObject(parsed['container']) ? parsed['container'] : parsed;
  const id = text(object, 'id');
  if (id === '') return null;
  return {
    id,
    fullId: text(object, 'full_id'),
    type: TYPES[Number(object['type'])] ?? 'unknown',
    name: text(object, 'name'),
    image: text(object, 'image'),
    imageId: text(object, 'imageid'),
    imageRepository: text(object, 'imagerepo'),
    imageTag: text(object, 'imagetag'),
    imageDigest: text(object, 'imagedigest'),
    ip: text(object, 'ip'),
    cniJson: text(object, 'cni_json'),
    privileged: object['privileged'] === true,
    hostPid: object['host_pid'] === true,
    hostNetwork: object['host_network'] === true,
    hostIpc: object['host_ipc'] === true,
    labels: labels(object['labels']),
    mounts: mounts(object['Mounts']),
    env: texts(object['env']),
    ports: ports(object['port_mappings']),
    user: text(object, 'User'),
    createdTime: number(object, 'created_time', 0),
    size: number(object, 'size', -1),
    // The reference does not write them down any more.
    healthcheck: '',
    livenessProbe: '',
    readinessProbe: '',
    isPodSandbox: object['is_pod_sandbox'] === true,
    podSandboxId: text(object, 'pod_sandbox_id'),
    podSandboxLabels: labels(object['pod_sandbox_labels']),
  };
}
