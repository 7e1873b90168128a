import { isArray, isObject, member, type JsonObject, type JsonValue } from '../events/json-value.js';
import type { Extractor, Extractors } from './extractor.js';
import { elements, ofAudit, partsAt, type PartRead } from './audit-reader.js';
import { follow, parsePointer } from './json-pointer.js';
import { textOf } from './json-text.js';

const POD_SECURITY = parsePointer('/requestObject/spec/securityContext');
const CONTAINERS = '/requestObject/spec/containers';
const CONTAINERS_POINTER = parsePointer(CONTAINERS);

/** Words of a command line, with one blank in between. */
function joined(value: JsonValue | undefined): readonly JsonValue[] {
  if (!isArray(value)) return elements(value);
  return [value.filter(word => typeof word === 'string').join(' ')];
}

/** An image without tag and digest: `gcr.io:443/a/b:1@sha256:…` is `gcr.io:443/a/b`. */
export function imageRepository(image: string): string {
  const named = image.split('@', 1)[0]!;
  const colon = named.lastIndexOf(':');
  return colon > named.lastIndexOf('/') ? named.slice(0, colon) : named;
}

function repository({ image }: JsonObject): readonly JsonValue[] {
  return typeof image === 'string' ? [imageRepository(image)] : [];
}

function security(name: string): PartRead {
  return container => [member(container['securityContext'], name)];
}

/** What counts for the container: its own value, else the pod's, else 0, which is root. */
function effective(name: string): PartRead {
  return (container, event) => {
    const own = member(container['securityContext'], name);
    return [own ?? member(follow(event, POD_SECURITY), name) ?? 0];
  };
}

/** The port of the host, else that of the container. */
const hostPorts: PartRead = container =>
  elements(container['ports']).map(port => member(port, 'hostPort') ?? member(port, 'containerPort'));

const LEAVES: Readonly<Record<string, PartRead>> = {
  name: container => [container['name']],
  image: container => [container['image']],
  'image.repository': repository,
  command: container => joined(container['command']),
  args: container => joined(container['args']),
  privileged: security('privileged'),
  allow_privilege_escalation: security('allowPrivilegeEscalation'),
  read_only_fs: security('readOnlyRootFilesystem'),
  run_as_user: security('runAsUser'),
  eff_run_as_user: effective('runAsUser'),
  run_as_group: security('runAsGroup'),
  eff_run_as_group: effective('runAsGroup'),
  proc_mount: security('procMount'),
  add_capabilities: container => elements(follow(container, ['securityContext', 'capabilities', 'add'])),
  host_port: hostPorts,
};

function leaves(prefix: string, pointer: string, without?: string): Extractors {
  const wanted = Object.entries(LEAVES).filter(([name]) => name !== without);
  return Object.fromEntries(wanted.map(([name, read]) => [`${prefix}.${name}`, partsAt(pointer, read)]));
}

/** A value of the first container. */
function ofFirst(name: string): Extractor {
  const read = LEAVES[name]!;
  return {
    cost: 3,
    extract: ofAudit(event => {
      const first = elements(follow(event, CONTAINERS_POINTER))[0];
      return isObject(first) ? textOf(read(first, event)[0]) : null;
    }),
  };
}

/** Whether one of the containers is privileged; no value where there are no containers. */
const anyPrivileged: Extractor = {
  cost: 3,
  extract: ofAudit(event => {
    const containers = elements(follow(event, CONTAINERS_POINTER));
    if (containers.length === 0) return null;
    return String(
      containers.some(container => follow(container, ['securityContext', 'privileged']) === true),
    );
  }),
};

/** The containers of the pod that a request is about. */
export const auditContainerFields: Extractors = {
  ...leaves('ka.req.pod.containers', CONTAINERS),
  ...leaves('ka.req.pod.initContainers', '/requestObject/spec/initContainers'),
  // They have no ports.
  ...leaves('ka.req.pod.ephemeralContainers', '/requestObject/spec/ephemeralContainers', 'host_port'),
  'ka.req.container.image': ofFirst('image'),
  'ka.req.container.image.repository': ofFirst('image.repository'),
  'ka.req.container.privileged': anyPrivileged,
};
