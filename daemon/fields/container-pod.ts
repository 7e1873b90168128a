import type { ByteString } from '../events/byte-string.js';
import type { Container, Labels } from '../containers/container.js';
import type { Extractor } from './extractor.js';
import { ofContainer } from './container-reader.js';

/** Labels by which a container runtime of Kubernetes says which pod a container belongs to. */
const POD = {
  name: 'io.kubernetes.pod.name',
  namespace: 'io.kubernetes.pod.namespace',
  uid: 'io.kubernetes.pod.uid',
} as const;
const KUBERNETES_LABEL = 'io.kubernetes.';

const SHORT_ID_LENGTH = 12;

export function labelOf(labels: Labels, key: ByteString): ByteString | null {
  return labels.find(([name]) => name === key)?.[1] ?? null;
}

/** `key:value,key:value`; those that Kubernetes itself uses are left out. */
export function labelsText(labels: Labels): ByteString {
  return labels
    .filter(([key]) => !key.startsWith(KUBERNETES_LABEL))
    .map(([key, value]) => `${key}:${value}`)
    .join(',');
}

/** One label, by the key of the argument. */
export function labelField(labels: (container: Container) => Labels): Extractor {
  return {
    cost: 4,
    bind: argument => {
      const key = argument.kind === 'key' ? argument.key : argument.kind === 'index' ? argument.text : '';
      return { extract: ofContainer(container => labelOf(labels(container), key), null) };
    },
  };
}

function podField(label: string): Extractor {
  return { cost: 4, extract: ofContainer(({ labels }) => labelOf(labels, label), null) };
}

/** A field that only containers in a pod have. */
function sandboxField(read: (container: Container) => ByteString): Extractor {
  return {
    cost: 4,
    extract: ofContainer(container => (container.podSandboxId === '' ? null : read(container)), null),
  };
}

/** The pod of the container. */
export const containerPodFields = {
  'k8s.pod.name': podField(POD.name),
  'k8s.ns.name': podField(POD.namespace),
  'k8s.pod.id': podField(POD.uid),
  'k8s.pod.uid': podField(POD.uid),
  'k8s.pod.sandbox_id': sandboxField(({ podSandboxId }) => podSandboxId.slice(0, SHORT_ID_LENGTH)),
  'k8s.pod.full_sandbox_id': sandboxField(({ podSandboxId }) => podSandboxId),
  'k8s.pod.label': labelField(({ podSandboxLabels }) => podSandboxLabels),
  'k8s.pod.labels': {
    cost: 5,
    extract: ofContainer(({ podSandboxLabels }) => labelsText(podSandboxLabels), ''),
  },
  'k8s.pod.ip': sandboxField(({ ip }) => ip),
  'k8s.pod.cni.json': sandboxField(({ cniJson }) => cniJson),
};
