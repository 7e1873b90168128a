/** A container of Kubernetes, from what CRI says of it, its pod and its image. */
import { toByteString, type ByteString } from '../../events/byte-string.js';
import type { Container, Mount, PortMapping } from '../container.js';
import { bounded, boundedLabels, boundedText } from './bounds.js';
import { NODE, type ContainerStatus, type Image, type PodSandboxStatus } from './cri-messages.js';
import { imageName, isImageId, withoutAlgorithm } from './image-name.js';
import { ipv4Number } from './ipv4.js';
import { at, listOf, numberOf, objectOf, parseJson, textOf } from './json.js';
import { LAST_APPLIED, podProbes } from './probes.js';
import { specEnv, specUser } from './runtime-spec.js';
import { secondsOfNanoseconds } from './time.js';

const SHORT_ID_LENGTH = 12;
/** Mount propagation by its number. */
const PROPAGATION = ['private', 'rslave', 'rshared'];
/** CRI-O keeps the result of CNI in an annotation of the sandbox. */
const CRIO_CNI_RESULT = 'io.kubernetes.cri-o.CNIResult';
const CONTAINERD_IMAGE_NAME = 'io.kubernetes.cri.image-name';
const MOST_CNI_JSON = 8192;

export interface Pod {
  readonly status: PodSandboxStatus;
  /** The runtime's own remarks: JSON that each has in a form of its own. */
  readonly info: unknown;
}

export interface Found {
  readonly status: ContainerStatus;
  readonly info: unknown;
  readonly pod: Pod | null;
  readonly image: Image | null;
}

interface CriOptions {
  /** containerd, cri-o, or cri for others. */
  readonly type: ByteString;
  readonly labelMaxLength: number;
}

/** The `info` of a verbose answer: a map with one JSON text. */
export function infoOf(info: ReadonlyMap<string, string>): unknown {
  return parseJson(info.get('info') ?? '');
}

export function criContainer({ status, info, pod, image }: Found, options: CriOptions): Container {
  const fullId = toByteString(status.id);
  const spec = at(info, 'runtimeSpec');
  const podNamespaces = pod?.status.linux.namespaces.options;
  const pid = numberOf(at(info, 'config', 'linux', 'security_context', 'namespace_options', 'pid'));
  return {
    ...podPart(pod, options),
    id: fullId.slice(0, SHORT_ID_LENGTH),
    fullId,
    type: options.type,
    name: boundedText(status.metadata.name),
    ...imageOf(status, spec, image),
    privileged: isPrivileged(info),
    hostPid: pid === NODE || podNamespaces?.pid === NODE,
    labels: labelsOf(status.labels, pod, options),
    mounts: bounded(status.mounts).map(mountOf),
    env: specEnv(spec),
    user: specUser(spec),
    createdTime: secondsOfNanoseconds(status.createdAt),
    size: -1,
    healthcheck: '',
    ...podProbes(pod?.status.annotations.get(LAST_APPLIED), boundedText(status.metadata.name)),
    isPodSandbox: false,
  };
}

/** The container that holds a pod's namespaces: the pod itself, as far as fields go. */
export function sandboxContainer(pod: Pod, options: CriOptions): Container {
  const fullId = toByteString(pod.status.id);
  const spec = at(pod.info, 'runtimeSpec');
  const image = boundedText(at(pod.info, 'image'));
  const { repository, tag, digest } = imageName(image);
  return {
    ...podPart(pod, options),
    id: fullId.slice(0, SHORT_ID_LENGTH),
    fullId,
    type: options.type,
    name: boundedText(pod.status.metadata.name),
    image,
    imageId: '',
    imageRepository: repository,
    imageTag: tag,
    imageDigest: digest,
    privileged: isPrivileged(pod.info),
    hostPid: pod.status.linux.namespaces.options.pid === NODE,
    labels: labelsOf(pod.status.labels, pod, options),
    mounts: [],
    env: specEnv(spec),
    user: specUser(spec),
    createdTime: secondsOfNanoseconds(pod.status.createdAt),
    size: -1,
    healthcheck: '',
    livenessProbe: '',
    readinessProbe: '',
    isPodSandbox: true,
  };
}

type PodPart = Pick<
  Container,
  'ip' | 'cniJson' | 'hostNetwork' | 'hostIpc' | 'ports' | 'podSandboxId' | 'podSandboxLabels'
>;

/** What all containers of a pod share. */
function podPart(pod: Pod | null, options: CriOptions): PodPart {
  const status = pod?.status;
  const namespaces = status?.linux.namespaces.options;
  return {
    ip: boundedText(status?.network.ip),
    cniJson: cniJsonOf(pod?.info),
    hostNetwork: namespaces?.network === NODE,
    hostIpc: namespaces?.ipc === NODE,
    ports: portsOf(pod?.info),
    podSandboxId: toByteString(status?.id ?? ''),
    podSandboxLabels: boundedLabels(status?.labels ?? [], options.labelMaxLength),
  };
}

/** Labels of the container; the pod's name, namespace and uid are put there where the kubelet did not. */
function labelsOf(
  labels: ReadonlyMap<string, string>,
  pod: Pod | null,
  options: CriOptions,
): Container['labels'] {
  const { name = '', namespace = '', uid = '' } = pod?.status.metadata ?? {};
  const ofPod = Object.entries({
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.uid': uid,
  }).filter(([key, value]) => value !== '' && !labels.has(key));
  return [...boundedLabels(ofPod, 0), ...boundedLabels(labels, options.labelMaxLength)];
}

type ImagePart = Pick<Container, 'image' | 'imageId' | 'imageRepository' | 'imageTag' | 'imageDigest'>;

function imageOf(status: ContainerStatus, spec: unknown, image: Image | null): ImagePart {
  const asked = boundedText(status.image.image);
  // The kubelet asks by id once it has pulled an image by name.
  const name = isImageId(asked)
    ? boundedText(image?.repoTags[0] ?? at(spec, 'annotations', CONTAINERD_IMAGE_NAME))
    : asked;
  const { repository, tag, digest } = imageName(name);
  const digests = (image?.repoDigests ?? []).map(text => imageName(boundedText(text)));
  const registered = digests.find(one => one.repository === repository) ?? digests[0];
  const reference = boundedText(status.imageRef);
  return {
    image: name || asked,
    imageId: withoutAlgorithm(boundedText(image?.id) || (isImageId(reference) ? reference : '')),
    imageRepository: repository || (registered?.repository ?? ''),
    imageTag: tag,
    imageDigest: digest || (registered?.digest ?? imageName(reference).digest),
  };
}

function isPrivileged(info: unknown): boolean {
  return (
    at(info, 'config', 'linux', 'security_context', 'privileged') === true ||
    // CRI-O
    at(info, 'privileged') === true
  );
}

function mountOf(mount: ContainerStatus['mounts'][number]): Mount {
  return {
    source: boundedText(mount.hostPath),
    destination: boundedText(mount.containerPath),
    mode: '',
    writable: !mount.readonly,
    propagation: PROPAGATION[mount.propagation] ?? '',
  };
}

function portsOf(info: unknown): readonly PortMapping[] {
  return bounded(listOf(at(info, 'config', 'port_mappings'))).map(port => ({
    hostIp: ipv4Number(textOf(at(port, 'host_ip'))),
    hostPort: numberOf(at(port, 'host_port')),
    containerPort: numberOf(at(port, 'container_port')),
  }));
}

/** The pod's network interfaces that have addresses, as JSON: containerd's result, or CRI-O's as it is. */
function cniJsonOf(info: unknown): ByteString {
  const crio = textOf(at(info, 'runtimeSpec', 'annotations', CRIO_CNI_RESULT));
  if (crio !== '') return crio.length > MOST_CNI_JSON ? '' : crio;
  const interfaces = Object.entries(objectOf(at(info, 'cniResult', 'Interfaces')))
    .filter(([, value]) => listOf(at(value, 'IPConfigs')).length > 0)
    .map(([name, value]) => [name, { IPConfigs: at(value, 'IPConfigs') }]);
  if (interfaces.length === 0) return '';
  const json = toByteString(JSON.stringify(Object.fromEntries(interfaces)));
  return json.length > MOST_CNI_JSON ? '' : json;
}
