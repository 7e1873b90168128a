/** containerd's own API over gRPC, for containers that neither Kubernetes nor Docker made. */
import { ok, type Answer } from './answer.js';
import { openClient } from './client.js';
import { containerdContainer } from './containerd-container.js';
import { followContainerd } from './containerd-events.js';
import { imageIdOf } from './containerd-image.js';
import { CALLS } from './containerd-messages.js';
import { openGrpcSocket, type CallHeaders } from './grpc.js';
import { PATIENCE, type Patience } from './patience.js';
import type { Protocol } from './protocol.js';
import type { ContainerKey, RuntimeClient, RuntimeOptions } from './runtime.js';
import { SmallCache } from './small-cache.js';

const SHORT_ID_LENGTH = 12;
const MOST_NAMESPACES = 64;
/** Namespaces whose containers others know better: CRI and Docker. */
const OF_OTHERS: readonly string[] = ['k8s.io', 'moby'];
/** What containerd takes for a namespace or an id; a cgroup may be called anything. */
const NAME = /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;

export function openContainerd(options: RuntimeOptions, patience: Patience = PATIENCE): RuntimeClient {
  return openClient('containerd', options, containerdProtocol(options, patience), patience);
}

function containerdProtocol(options: RuntimeOptions, patience: Patience): Protocol {
  const { one } = patience;
  const grpc = openGrpcSocket(options.socket);
  /** Id of an image by the digest of what its name stands for. */
  const imageIds = new SmallCache<string>();

  const namespaces = async (signal: AbortSignal): Promise<Answer<readonly string[]>> => {
    const answer = await grpc.call(CALLS.namespaces, {}, one, signal);
    if (answer.kind !== 'ok') return answer;
    return ok(answer.value.namespaces.map(({ name }) => name).slice(0, MOST_NAMESPACES));
  };

  const digestOf = async (name: string, headers: CallHeaders, signal: AbortSignal): Promise<string> => {
    if (name === '') return '';
    const answer = await grpc.call(CALLS.image, { name }, one, signal, headers);
    return answer.kind === 'ok' ? answer.value.image.target.digest : '';
  };

  const idOf = async (digest: string, headers: CallHeaders, signal: AbortSignal): Promise<string> => {
    const cached = digest === '' ? '' : imageIds.get(digest);
    if (cached !== undefined) return cached;
    const id = await imageIdOf(grpc, digest, headers, one, signal);
    if (id !== '') imageIds.set(digest, id);
    return id;
  };

  const sizeOf = async (
    snapshot: { readonly snapshotter: string; readonly key: string },
    headers: CallHeaders,
    signal: AbortSignal,
  ): Promise<number> => {
    if (!options.withSize) return -1;
    const answer = await grpc.call(CALLS.usage, snapshot, one, signal, headers);
    return answer.kind === 'ok' ? Number(answer.value.size) : -1;
  };

  return {
    async list(signal) {
      const names = await namespaces(signal);
      if (names.kind !== 'ok') return names;
      const keys: ContainerKey[] = [];
      for (const namespace of names.value) {
        if (OF_OTHERS.includes(namespace)) continue;
        const headers = inNamespace(namespace);
        const answer = await grpc.call(CALLS.containers, {}, patience.list, signal, headers);
        if (answer.kind !== 'ok') return answer;
        for (const { id } of answer.value.containers) {
          keys.push({ id: id.slice(0, SHORT_ID_LENGTH), fullId: id, namespace });
        }
      }
      return ok(keys);
    },
    async inspect(key, signal) {
      if (!NAME.test(key.fullId)) return { kind: 'unknown' };
      const names = key.namespace === '' ? await namespaces(signal) : ok([key.namespace]);
      if (names.kind !== 'ok') return names;
      for (const namespace of names.value) {
        if (OF_OTHERS.includes(namespace) || !NAME.test(namespace)) continue;
        const headers = inNamespace(namespace);
        const answer = await grpc.call(CALLS.container, { id: key.fullId }, one, signal, headers);
        if (answer.kind === 'unknown') continue;
        if (answer.kind !== 'ok') return answer;
        const { container } = answer.value;
        const { image, snapshotter, snapshotKey } = container;
        const [imageDigest, size] = await Promise.all([
          digestOf(image, headers, signal),
          sizeOf({ snapshotter, key: snapshotKey }, headers, signal),
        ]);
        const imageId = await idOf(imageDigest, headers, signal);
        return ok(containerdContainer(container, { imageDigest, imageId, size }, options.labelMaxLength));
      }
      return { kind: 'unknown' };
    },
    follow: (onEvent, signal) =>
      followContainerd(
        grpc,
        '',
        event => {
          if (!OF_OTHERS.includes(event.key.namespace)) onEvent(event);
        },
        signal,
      ),
    close: () => grpc.close(),
  };
}

function inNamespace(namespace: string): CallHeaders {
  return { 'containerd-namespace': namespace };
}
