/**
 * The JSON with which Docker and podman answer `…/containers/ID/json`: podman's own form (libpod) is Docker's with
 * `ImageName`, `ImageDigest` and `IsInfra` besides.
 */
import type { ByteString } from '../../events/byte-string.js';
import type { Container, Mount, PortMapping } from '../container.js';
import { bounded, boundedLabels, boundedText } from './bounds.js';
import { imageName, isImageId, withoutAlgorithm } from './image-name.js';
import { ipv4Number } from './ipv4.js';
import { at, listOf, numberOf, objectOf, textOf } from './json.js';
import { healthcheckOf, LAST_APPLIED_LABEL, podProbes } from './probes.js';
import type { RuntimeKind, RuntimeOptions } from './runtime.js';
import { secondsOf } from './time.js';

const SHORT_ID_LENGTH = 12;
const HOST = 'host';
/** What cri-dockerd and its forerunner say of a container of Kubernetes. */
const KIND_LABEL = 'io.kubernetes.docker.type';
const POD_SANDBOX = 'podsandbox';
/** Name of the container in its pod. */
const CONTAINER_LABEL = 'io.kubernetes.container.name';
/** Full id of the sandbox that a container belongs to. */
const SANDBOX_LABEL = 'io.kubernetes.sandbox.id';

/** What another question gave: the image, and the container whose network or pod this one shares. */
export interface Related {
  readonly image: unknown;
  readonly network: unknown;
  readonly sandbox: unknown;
}

/** Container of the answer; null when it is none. */
export function inspectedContainer(
  json: unknown,
  kind: RuntimeKind,
  options: Pick<RuntimeOptions, 'labelMaxLength' | 'withSize'>,
  { image, network, sandbox }: Related,
): Container | null {
  const fullId = textOf(at(json, 'Id'));
  if (fullId === '') return null;
  const config = objectOf(at(json, 'Config'));
  const host = objectOf(at(json, 'HostConfig'));
  const labels = boundedLabels(Object.entries(objectOf(config['Labels'])), options.labelMaxLength);
  const sandboxId = labelOf(config, SANDBOX_LABEL);
  return {
    id: fullId.slice(0, SHORT_ID_LENGTH),
    fullId,
    type: kind,
    name: boundedText(at(json, 'Name')).replace(/^\//, ''),
    ...imageOf(json, image),
    ip: ipOf(json) || ipOf(network) || ipOf(sandbox),
    cniJson: '',
    privileged: host['Privileged'] === true,
    hostPid: host['PidMode'] === HOST,
    hostNetwork: host['NetworkMode'] === HOST,
    hostIpc: host['IpcMode'] === HOST,
    labels,
    mounts: bounded(listOf(at(json, 'Mounts'))).map(mountOf),
    env: bounded(listOf(config['Env'])).map(boundedText),
    ports: bounded(portsOf(at(json, 'NetworkSettings', 'Ports'))),
    user: boundedText(config['User']),
    createdTime: secondsOf(textOf(at(json, 'Created'))),
    size: options.withSize ? numberOf(at(json, 'SizeRw')) : -1,
    healthcheck: healthcheckOf(at(config, 'Healthcheck', 'Test')),
    ...podProbes(
      textOf(at(sandbox, 'Config', 'Labels', LAST_APPLIED_LABEL)),
      labelOf(config, CONTAINER_LABEL),
    ),
    isPodSandbox: labelOf(config, KIND_LABEL) === POD_SANDBOX || at(json, 'IsInfra') === true,
    podSandboxId: sandboxId,
    podSandboxLabels: boundedLabels(
      Object.entries(objectOf(at(sandbox, 'Config', 'Labels'))),
      options.labelMaxLength,
    ),
  };
}

/** The image that the container was made of: its id, or the name under which it was asked for. */
export function imageKeyOf(json: unknown): ByteString {
  return textOf(at(json, 'Image')) || textOf(at(json, 'Config', 'Image'));
}

/** The container whose network this one shares; empty when it has its own. */
export function networkOwnerOf(json: unknown): ByteString {
  const mode = textOf(at(json, 'HostConfig', 'NetworkMode'));
  return mode.startsWith('container:') ? mode.slice('container:'.length) : '';
}

/** Full id of the sandbox of the container's pod; empty outside of pods. */
export function sandboxOf(json: unknown): ByteString {
  return labelOf(objectOf(at(json, 'Config')), SANDBOX_LABEL);
}

function labelOf(config: unknown, key: string): ByteString {
  return textOf(at(config, 'Labels', key));
}

type ImageFields = Pick<Container, 'image' | 'imageId' | 'imageRepository' | 'imageTag' | 'imageDigest'>;

function imageOf(json: unknown, image: unknown): ImageFields {
  const asked = boundedText(at(json, 'ImageName')) || boundedText(at(json, 'Config', 'Image'));
  // A container that was started by the id of its image: the image knows its names.
  const name = isImageId(asked) ? boundedText(listOf(at(image, 'RepoTags'))[0]) : asked;
  const { repository, tag, digest } = imageName(name);
  return {
    image: name || asked,
    imageId: withoutAlgorithm(textOf(at(json, 'Image'))),
    imageRepository: repository,
    // Without a tag and digest it was `latest` that was meant.
    imageTag: repository !== '' && tag === '' && digest === '' ? 'latest' : tag,
    imageDigest: digest || textOf(at(json, 'ImageDigest')) || digestOf(image, repository),
  };
}

/** Digest of the image in its registry: that of this repository, before that of another. */
function digestOf(image: unknown, repository: ByteString): ByteString {
  const names = listOf(at(image, 'RepoDigests')).map(name => imageName(textOf(name)));
  return (names.find(name => name.repository === repository) ?? names[0])?.digest ?? '';
}

function ipOf(json: unknown): ByteString {
  const settings = at(json, 'NetworkSettings');
  const networks = Object.values(objectOf(at(settings, 'Networks')));
  return (
    textOf(at(settings, 'IPAddress')) ||
    (networks.map(one => textOf(at(one, 'IPAddress'))).find(Boolean) ?? '')
  );
}

function mountOf(mount: unknown): Mount {
  return {
    source: boundedText(at(mount, 'Source')),
    destination: boundedText(at(mount, 'Destination')),
    mode: boundedText(at(mount, 'Mode')),
    writable: at(mount, 'RW') === true,
    propagation: boundedText(at(mount, 'Propagation')),
  };
}

/** `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}` */
function portsOf(ports: unknown): readonly PortMapping[] {
  return Object.entries(objectOf(ports)).flatMap(([port, bindings]) =>
    listOf(bindings).map(binding => ({
      hostIp: ipv4Number(textOf(at(binding, 'HostIp'))),
      hostPort: Number(textOf(at(binding, 'HostPort'))) || 0,
      containerPort: Number.parseInt(port, 10) || 0,
    })),
  );
}
