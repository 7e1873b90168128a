/** A container from what containerd keeps of it: a few words, and the specification that the OCI runtime was given. */
import { toByteString } from '../../events/byte-string.js';
import type { Container } from '../container.js';
import { boundedLabels, boundedText } from './bounds.js';
import type { ContainerdContainer } from './containerd-messages.js';
import { imageName, withoutAlgorithm } from './image-name.js';
import { parseJson } from './json.js';
import { specEnv, specHostNamespaces, specMounts, specPrivileged, specUser } from './runtime-spec.js';

const SHORT_ID_LENGTH = 12;
const HEXADECIMAL_ID = /^[0-9a-f]{64}$/;
/** nerdctl keeps the name of a container in a label; others have no name but the id. */
const NAME_LABEL = 'nerdctl/name';

/** What other services of containerd know. */
export interface Extras {
  readonly imageDigest: string;
  readonly imageId: string;
  readonly size: number;
}

export function containerdContainer(
  row: ContainerdContainer,
  { imageDigest, imageId, size }: Extras,
  labelMaxLength: number,
): Container {
  const spec = parseJson(Buffer.from(row.spec.value).toString('utf8'));
  const image = boundedText(row.image);
  const { repository, tag, digest } = imageName(image);
  const fullId = toByteString(row.id);
  const id = fullId.slice(0, SHORT_ID_LENGTH);
  const { hostPid, hostNetwork, hostIpc } = specHostNamespaces(spec);
  return {
    id,
    fullId,
    type: 'containerd',
    name: boundedText(row.labels.get(NAME_LABEL)) || (HEXADECIMAL_ID.test(fullId) ? id : fullId),
    image,
    imageId: withoutAlgorithm(boundedText(imageId)),
    imageRepository: repository,
    imageTag: tag,
    imageDigest: digest || boundedText(imageDigest),
    ip: '',
    cniJson: '',
    privileged: specPrivileged(spec),
    hostPid,
    hostNetwork,
    hostIpc,
    labels: boundedLabels(row.labels, labelMaxLength),
    mounts: specMounts(spec),
    env: specEnv(spec),
    ports: [],
    user: specUser(spec),
    createdTime: Number(row.createdAt.seconds),
    size,
    healthcheck: '',
    livenessProbe: '',
    readinessProbe: '',
    isPodSandbox: false,
    podSandboxId: '',
    podSandboxLabels: [],
  };
}
