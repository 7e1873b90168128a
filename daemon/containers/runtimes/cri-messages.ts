/**
 * CRI v1, the interface between Kubernetes and its runtimes: the calls, messages and fields that we use, with their
 * public numbers. v1alpha2 has the same under another name.
 */
import type { Method } from './grpc.js';
import { bool, int32, int64, list, map, message, text, type MessageType, type Value } from './protobuf.js';

const labels = map(text);

/** Namespaces that a pod or container may share with the host. */
export const NODE = 2;

// prettier-ignore
export const podMetadata = message({ name: [1, text], uid: [2, text], namespace: [3, text], attempt: [4, int32] });
export const containerMetadata = message({ name: [1, text], attempt: [2, int32] });
export const imageSpec = message({ image: [1, text] });
export const namespaceOption = message({ network: [1, int32], pid: [2, int32], ipc: [3, int32] });
// prettier-ignore
export const mount = message({ containerPath: [1, text], hostPath: [2, text], readonly: [3, bool], propagation: [5, int32] });

export const containerStatus = message({
  id: [1, text],
  metadata: [2, containerMetadata],
  state: [3, int32],
  createdAt: [4, int64],
  image: [8, imageSpec],
  imageRef: [9, text],
  labels: [12, labels],
  annotations: [13, labels],
  mounts: [14, list(mount)],
});
export type ContainerStatus = Value<typeof containerStatus>;

export const podSandboxStatus = message({
  id: [1, text],
  metadata: [2, podMetadata],
  state: [3, int32],
  createdAt: [4, int64],
  network: [5, message({ ip: [1, text] })],
  linux: [6, message({ namespaces: [1, message({ options: [2, namespaceOption] })] })],
  labels: [7, labels],
  annotations: [8, labels],
});
export type PodSandboxStatus = Value<typeof podSandboxStatus>;

export const image = message({ id: [1, text], repoTags: [2, list(text)], repoDigests: [3, list(text)] });
export type Image = Value<typeof image>;

const listedContainer = message({ id: [1, text], podSandboxId: [2, text], state: [6, int32] });
const listedSandbox = message({ id: [1, text], state: [3, int32] });

/** States of a container: created, running, exited, unknown. */
export const EXITED = 2;
/** States of a sandbox: ready, not ready. */
export const NOT_READY = 1;

/** What an event of GetContainerEvents tells: created, started, stopped, deleted. */
export const EVENT = { created: 0, started: 1, stopped: 2, deleted: 3 } as const;

export type CriVersion = 'v1' | 'v1alpha2';

/** The calls, under the name of a version. */
export function criCalls(version: CriVersion) {
  const runtime = <Q, R>(name: string, request: MessageType<Q>, answer: MessageType<R>): Method<Q, R> => ({
    path: `/runtime.${version}.RuntimeService/${name}`,
    request,
    answer,
  });
  const empty = message({});
  return {
    version: runtime('Version', message({ version: [1, text] }), message({ runtimeName: [2, text] })),
    listContainers: runtime(
      'ListContainers',
      message({ filter: [1, message({ id: [1, text] })] }),
      message({ containers: [1, list(listedContainer)] }),
    ),
    listSandboxes: runtime('ListPodSandbox', empty, message({ items: [1, list(listedSandbox)] })),
    containerStatus: runtime(
      'ContainerStatus',
      message({ containerId: [1, text], verbose: [2, bool] }),
      message({ status: [1, containerStatus], info: [2, map(text)] }),
    ),
    sandboxStatus: runtime(
      'PodSandboxStatus',
      message({ podSandboxId: [1, text], verbose: [2, bool] }),
      message({ status: [1, podSandboxStatus], info: [2, map(text)] }),
    ),
    events: runtime('GetContainerEvents', empty, message({ containerId: [1, text], type: [2, int32] })),
    imageStatus: {
      path: `/runtime.${version}.ImageService/ImageStatus`,
      request: message({ image: [1, imageSpec] }),
      answer: message({ image: [1, image] }),
    },
  };
}
