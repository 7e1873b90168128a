/** Makes pods and containers through the CRI socket of a runtime, as the kubelet does. */
import { openGrpcSocket, type Method } from '../../daemon/containers/runtimes/grpc.js';
import {
  containerMetadata,
  imageSpec,
  mount,
  namespaceOption,
  podMetadata,
} from '../../daemon/containers/runtimes/cri-messages.js';
import {
  bool,
  int32,
  int64,
  list,
  map,
  message,
  text,
  type Draft,
  type MessageType,
  type Value,
} from '../../daemon/containers/runtimes/protobuf.js';

const keyValue = message({ key: [1, text], value: [2, text] });
const portMapping = message({
  protocol: [1, int32],
  containerPort: [2, int32],
  hostPort: [3, int32],
  hostIp: [4, text],
});
const sandboxConfig = message({
  metadata: [1, podMetadata],
  hostname: [2, text],
  logDirectory: [3, text],
  portMappings: [5, list(portMapping)],
  labels: [6, map(text)],
  annotations: [7, map(text)],
  linux: [
    8,
    message({
      cgroupParent: [1, text],
      securityContext: [2, message({ namespaceOptions: [1, namespaceOption], privileged: [6, bool] })],
    }),
  ],
});
const securityContext = message({
  capabilities: [1, message({ add: [1, list(text)], drop: [2, list(text)] })],
  privileged: [2, bool],
  namespaceOptions: [3, namespaceOption],
  runAsUser: [5, message({ value: [1, int64] })],
  readonlyRootfs: [7, bool],
  noNewPrivs: [11, bool],
  runAsGroup: [12, message({ value: [1, int64] })],
  /** 0: the profile of the runtime; 1: none. */
  seccomp: [15, message({ profileType: [1, int32] })],
});
const containerConfig = message({
  metadata: [1, containerMetadata],
  image: [2, imageSpec],
  command: [3, list(text)],
  envs: [6, list(keyValue)],
  mounts: [7, list(mount)],
  labels: [9, map(text)],
  annotations: [10, map(text)],
  logPath: [11, text],
  linux: [15, message({ securityContext: [2, securityContext] })],
});
const podId = message({ podSandboxId: [1, text] });
const containerId = message({ containerId: [1, text] });
const empty = message({});

function runtime<Q, R>(name: string, request: MessageType<Q>, answer: MessageType<R>): Method<Q, R> {
  return { path: `/runtime.v1.RuntimeService/${name}`, request, answer };
}
const CALLS = {
  runPod: runtime('RunPodSandbox', message({ config: [1, sandboxConfig] }), podId),
  stopPod: runtime('StopPodSandbox', podId, empty),
  removePod: runtime('RemovePodSandbox', podId, empty),
  create: runtime(
    'CreateContainer',
    message({ podSandboxId: [1, text], config: [2, containerConfig], sandboxConfig: [3, sandboxConfig] }),
    containerId,
  ),
  start: runtime('StartContainer', containerId, empty),
  stop: runtime('StopContainer', message({ containerId: [1, text], timeout: [2, int64] }), empty),
  remove: runtime('RemoveContainer', containerId, empty),
  status: runtime(
    'ContainerStatus',
    containerId,
    message({ status: [1, message({ exitCode: [7, int32] })] }),
  ),
  exec: runtime(
    'ExecSync',
    message({ containerId: [1, text], cmd: [2, list(text)], timeout: [3, int64] }),
    message({ exitCode: [3, int32] }),
  ),
};

export type PodConfig = Draft<Value<typeof sandboxConfig>>;
export type ContainerConfig = Draft<Value<typeof containerConfig>>;

export interface Pod {
  readonly id: string;
  readonly config: PodConfig;
}

export interface Kubelet {
  runPod(config: PodConfig): Promise<Pod>;
  /** Creates and starts a container; gives its id. */
  runContainer(pod: Pod, config: ContainerConfig): Promise<string>;
  /** Runs a command in a container to its end, as for a probe; gives its exit code. */
  exec(id: string, command: readonly string[]): Promise<number>;
  /** Asks it to end, and kills it after so many seconds; gives its exit code. */
  stopContainer(id: string, seconds: number): Promise<number>;
  removeContainer(id: string): Promise<void>;
  removePod(pod: Pod): Promise<void>;
  close(): void;
}

export function openKubelet(socket: string): Kubelet {
  const grpc = openGrpcSocket(socket);
  const ending = new AbortController();
  const limits = { time: 30_000, size: 1024 * 1024 };
  const call = async <Q, R>(method: Method<Q, R>, request: Draft<Q>): Promise<R> => {
    const answer = await grpc.call(method, request, limits, ending.signal);
    if (answer.kind !== 'ok') throw new Error(`${method.path}: ${JSON.stringify(answer)}`);
    return answer.value;
  };
  return {
    async runPod(config) {
      const { podSandboxId } = await call(CALLS.runPod, { config });
      return { id: podSandboxId, config };
    },
    async runContainer(pod, config) {
      const made = await call(CALLS.create, { podSandboxId: pod.id, config, sandboxConfig: pod.config });
      await call(CALLS.start, made);
      return made.containerId;
    },
    async exec(id, command) {
      const { exitCode } = await call(CALLS.exec, { containerId: id, cmd: [...command], timeout: 10n });
      return exitCode;
    },
    async stopContainer(id, seconds) {
      await call(CALLS.stop, { containerId: id, timeout: BigInt(seconds) });
      const { status } = await call(CALLS.status, { containerId: id });
      return status.exitCode;
    },
    async removeContainer(id) {
      await call(CALLS.stop, { containerId: id, timeout: 0n });
      await call(CALLS.remove, { containerId: id });
    },
    async removePod(pod) {
      await call(CALLS.stopPod, { podSandboxId: pod.id });
      await call(CALLS.removePod, { podSandboxId: pod.id });
    },
    close() {
      ending.abort();
      grpc.close();
    },
  };
}
