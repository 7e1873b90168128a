import { joinUnsigned } from '../events/integer.js';
import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { Container } from '../containers/container.js';
import { containerMountFields, mountText } from './container-mount.js';
import { containerPodFields, labelField, labelsText } from './container-pod.js';
import { ofContainer, ofContainerOrCgroup } from './container-reader.js';
import { withoutValue, type Extractor, type Extractors } from './extractor.js';
import type { BoundField, FieldValue } from './field.js';
import { pidnsStart, span } from './proc-exe.js';
import { ofThread } from './thread-reader.js';
import { fieldTable } from './tables/fields.js';

const HOST = 'host';

/** What the runtime tells of the container; on the host a fixed value. */
function told(read: (container: Container) => FieldValue, host: FieldValue): Extractor {
  return { cost: 3, extract: ofContainer(read, host) };
}

function containerId(evt: EventView): ByteString | null {
  if (evt.container !== null) return evt.container.id;
  if (evt.thread === null) return null;
  return evt.thread.containerId === '' ? HOST : evt.thread.containerId;
}

const nameTold = ofContainer(({ name }) => name, HOST);

/** Where the cgroup has the name of a container instead of its id, and there is no runtime to ask, that is its name. */
function containerName(evt: EventView): FieldValue {
  const told = nameTold(evt);
  if (told !== null || evt.thread === null) return told;
  const seen = evt.containers.seen(evt.thread.containerKey);
  return seen !== null && seen.runtimes.length === 0 ? seen.fullId : null;
}

const known: Extractors = {
  'container.id': { cost: 1, extract: containerId },
  'container.full_id': { cost: 3, extract: ofContainerOrCgroup('fullId', HOST) },
  'container.name': { cost: 3, extract: containerName },
  'container.type': { cost: 3, extract: ofContainerOrCgroup('type', HOST) },
  'container.image': told(({ image }) => image, ''),
  'container.image.id': told(({ imageId }) => imageId, ''),
  'container.image.repository': told(({ imageRepository }) => imageRepository, ''),
  'container.image.tag': told(({ imageTag }) => imageTag, ''),
  'container.image.digest': told(({ imageDigest }) => imageDigest, ''),
  // The reference keeps these for old rules, without values.
  'container.healthcheck': told(({ healthcheck }) => healthcheck || null, null),
  'container.liveness_probe': told(({ livenessProbe }) => livenessProbe || null, null),
  'container.readiness_probe': told(({ readinessProbe }) => readinessProbe || null, null),
  'container.ip': told(({ ip }) => ip, ''),
  'container.label': labelField(({ labels }) => labels),
  'container.labels': told(({ labels }) => labelsText(labels), ''),
  'container.mounts': told(({ mounts }) => mounts.map(mountText).join(' '), ''),
  ...containerMountFields,
  'container.cni.json': told(({ cniJson }) => cniJson, ''),
  'container.privileged': told(({ privileged }) => privileged, false),
  'container.host_pid': told(({ hostPid }) => hostPid, false),
  'container.host_network': told(({ hostNetwork }) => hostNetwork, false),
  'container.host_ipc': told(({ hostIpc }) => hostIpc, false),
  ...containerPodFields,
  'container.start_ts': { cost: 2, extract: ofThread(pidnsStart) },
  'container.duration': {
    cost: 2,
    extract: ofThread((thread, evt) =>
      span(joinUnsigned(evt.record.tsHigh, evt.record.tsLow), pidnsStart(thread, evt) ?? 0),
    ),
  },
};

/** What the container's cgroup, or the kernel, tells: never of a runtime. */
const TOLD_AT_ONCE: ReadonlySet<string> = new Set([
  'container.id',
  'container.full_id',
  'container.start_ts',
  'container.duration',
]);

/** Whether a runtime has to be asked for the value. */
export function isFromRuntime({ row }: BoundField): boolean {
  return row.class === 'container' && Object.hasOwn(known, row.name) && !TOLD_AT_ONCE.has(row.name);
}

/** The container of the thread. The other fields of the class compile and have no value. */
export const containerFields: Extractors = {
  ...Object.fromEntries(
    fieldTable.filter(row => row.class === 'container').map(row => [row.name, withoutValue]),
  ),
  ...known,
};
