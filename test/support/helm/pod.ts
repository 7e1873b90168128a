/**
 * Runs the pods of a chart as a kubelet would, through CRI: volumes, environment, security context and arguments are those
 * that were rendered.
 */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerConfig, Kubelet, Pod } from '../cri.js';
import { configMapVolume, type ConfigMapVolume } from './config-map-volume.js';
import type { KubernetesObject, Rendered } from './helm.js';

export interface ChartPod {
  /** Id of the daemon's container. */
  readonly id: string;
  /** Lines that it printed, alerts and log. */
  lines(): readonly string[];
  /** As after `helm upgrade`, once the kubelet has brought new ConfigMaps into the pod. */
  update(rendered: Rendered): void;
  remove(): Promise<void>;
}

interface VolumeSpec {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly hostPath?: { readonly path: string };
}

interface SecurityContext {
  readonly privileged?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly mountPropagation?: string;
  }[];
  readonly securityContext: SecurityContext;
}

interface PodSpec {
  readonly containers: readonly [ContainerSpec];
  readonly volumes: readonly VolumeSpec[];
}

const UID = '0d4c6a52-6c5f-4f0a-8d2e-9a41f7e1c3b5';
/** Numbers of CRI. */
const PROPAGATION: Readonly<Record<string, number>> = { None: 0, HostToContainer: 1 };
const SECCOMP: Readonly<Record<string, number>> = { RuntimeDefault: 0, Unconfined: 1 };

/** @param folder of this pod alone; it gets its volumes and its log */
export async function runChartPod(
  kubelet: Kubelet,
  rendered: Rendered,
  folder: string,
  node: string,
): Promise<ChartPod> {
  const { containers, volumes } = podSpec(rendered);
  const [container] = containers;
  const maps = new Map<string, ConfigMapVolume>();
  const places = new Map<string, string>();
  for (const { name, configMap, hostPath } of volumes) {
    const place = hostPath?.path ?? join(folder, name);
    places.set(name, place);
    if (hostPath !== undefined) continue;
    if (configMap !== undefined) maps.set(configMap.name, configMapVolume(place));
    else {
      mkdirSync(place);
      chmodSync(place, 0o777);
    }
  }
  const update = (now: Rendered): void => {
    for (const [name, volume] of maps) volume.write(dataOf(now.objects, name));
  };
  update(rendered);
  const pod = await kubelet.runPod({
    metadata: { name: 'falco-x', uid: UID, namespace: 'monitoring', attempt: 0 },
    hostname: 'falco-x',
    logDirectory: folder,
    labels: new Map([
      ['io.kubernetes.pod.name', 'falco-x'],
      ['io.kubernetes.pod.namespace', 'monitoring'],
      ['io.kubernetes.pod.uid', UID],
    ]),
    linux: {
      cgroupParent: `/kubepods/burstable/pod${UID}`,
      securityContext: { privileged: container.securityContext.privileged === true },
    },
  });
  const config: ContainerConfig = {
    metadata: { name: container.name },
    image: { image: container.image },
    // What is `args` in a pod replaces CMD; CRI calls it so, too.
    command: [...container.args],
    envs: container.env.map(({ name, value }) => ({ key: name, value: value ?? node })),
    mounts: container.volumeMounts.map(({ name, mountPath, readOnly, mountPropagation }) => ({
      ...{ hostPath: places.get(name)!, containerPath: mountPath, readonly: readOnly === true },
      propagation: PROPAGATION[mountPropagation ?? 'None']!,
    })),
    labels: new Map([['io.kubernetes.container.name', container.name]]),
    logPath: 'falco.log',
    linux: { securityContext: securityContext(container.securityContext) },
  };
  const id = await started(kubelet, pod, config);
  return {
    id,
    // Each is a time, a stream and a letter before what was printed.
    lines: () =>
      readFileSync(join(folder, 'falco.log'), 'utf8')
        .split('\n')
        .map(line => line.replace(/^\S+ std\w+ [FP] /, '')),
    update,
    remove: () => kubelet.removePod(pod),
  };
}

async function started(kubelet: Kubelet, pod: Pod, config: ContainerConfig): Promise<string> {
  try {
    return await kubelet.runContainer(pod, config);
  } catch (error) {
    await kubelet.removePod(pod);
    throw error;
  }
}

function podSpec({ objects }: Rendered): PodSpec {
  const workload = objects.find(({ kind }) => ['DaemonSet', 'Deployment'].includes(kind))!;
  return (workload['spec'] as { template: { spec: PodSpec } }).template.spec;
}

function dataOf(objects: readonly KubernetesObject[], name: string): Readonly<Record<string, string>> {
  const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (map === undefined) throw new Error(`there is no ConfigMap ${name}`);
  return map['data'] as Readonly<Record<string, string>>;
}

function securityContext(spec: SecurityContext) {
  const number = (value: number | undefined) => (value === undefined ? undefined : { value: BigInt(value) });
  const [user, group] = [number(spec.runAsUser), number(spec.runAsGroup)];
  return {
    privileged: spec.privileged === true,
    capabilities: { add: [...(spec.capabilities?.add ?? [])], drop: [...(spec.capabilities?.drop ?? [])] },
    readonlyRootfs: spec.readOnlyRootFilesystem === true,
    noNewPrivs: spec.allowPrivilegeEscalation === false,
    seccomp: { profileType: SECCOMP[spec.seccompProfile?.type ?? 'Unconfined']! },
    ...(user !== undefined && { runAsUser: user }),
    ...(group !== undefined && { runAsGroup: group }),
  };
}
