/** The parts of a DaemonSet or Deployment that tests look into. */
import type { KubernetesObject } from '../../support/helm/helm.js';

export interface Mount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
}

export interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly Mount[];
  readonly [probe: string]: unknown;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly hostPath?: { readonly path: string };
  readonly projected?: { readonly sources: readonly { readonly secret: { readonly name: string } }[] };
}

export interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly Volume[];
}

export interface Workload {
  readonly workload: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: Pod;
  /** The daemon's. */
  readonly container: Container;
  /** Folders of the host that the pod sees. */
  readonly hostPaths: readonly string[];
}

export function workloadOf(objects: readonly KubernetesObject[]): Workload {
  const found = objects.filter(({ kind }) => ['DaemonSet', 'Deployment'].includes(kind));
  if (found.length !== 1) throw new Error(`there are ${String(found.length)} DaemonSets and Deployments`);
  const workload = found[0]!;
  const { template } = workload['spec'] as {
    template: { metadata: Pick<Workload, 'labels' | 'annotations'>; spec: Pod };
  };
  const { metadata, spec: pod } = template;
  const hostPaths = pod.volumes.flatMap(({ hostPath }) => (hostPath === undefined ? [] : [hostPath.path]));
  const container = pod.containers.find(({ name }) => name === 'falco')!;
  return { workload, ...metadata, pod, container, hostPaths };
}
