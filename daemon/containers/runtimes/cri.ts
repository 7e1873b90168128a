/** CRI, the interface between Kubernetes and its runtimes (containerd, CRI-O), over gRPC. */
import type { ByteString } from '../../events/byte-string.js';
import type { Container } from '../container.js';
import { ENDED, failed, ok, type Answer } from './answer.js';
import { openClient } from './client.js';
import { followContainerd } from './containerd-events.js';
import { criContainer, infoOf, sandboxContainer, type Pod } from './cri-container.js';
import { criCalls, EVENT, EXITED, NODE, NOT_READY, type CriVersion, type Image } from './cri-messages.js';
import { openGrpcSocket, type GrpcSocket } from './grpc.js';
import { at, textOf } from './json.js';
import { PATIENCE, type Limits, type Patience } from './patience.js';
import type { LifeEvent, Protocol } from './protocol.js';
import type { ContainerKey, RuntimeClient, RuntimeOptions } from './runtime.js';
import { SmallCache } from './small-cache.js';

const SHORT_ID_LENGTH = 12;
const VERSIONS: readonly CriVersion[] = ['v1', 'v1alpha2'];
/** `container.type` by the name that the runtime gives itself. */
const TYPES: Readonly<Record<string, string>> = { containerd: 'containerd', 'cri-o': 'cri-o' };
/** Namespace of containerd in which its CRI keeps its containers. */
const CONTAINERD_NAMESPACE = 'k8s.io';

/** Milliseconds. */
const AT_ONCE = 1000;

const KINDS: Readonly<Record<number, LifeEvent['kind']>> = {
  [EVENT.created]: 'created',
  [EVENT.started]: 'started',
  [EVENT.deleted]: 'removed',
};

export function openCri(options: RuntimeOptions, patience: Patience = PATIENCE): RuntimeClient {
  return openClient('cri', options, criProtocol(options, patience), patience);
}

/** The runtime behind the socket, and the calls that it understands. */
interface Peer {
  readonly type: ByteString;
  readonly calls: ReturnType<typeof criCalls>;
}

function criProtocol(options: RuntimeOptions, patience: Patience): Protocol {
  const { one } = patience;
  const grpc = openGrpcSocket(options.socket);
  /** Pods and images do not change, once a pod has its network. */
  const pods = new SmallCache<Pod>();
  const images = new SmallCache<Image>();
  let known: Peer | null = null;

  const peer = async (signal: AbortSignal): Promise<Answer<Peer>> => {
    if (known !== null) return ok(known);
    const answer = await meet(grpc, one, signal);
    if (answer.kind === 'ok') known = answer.value;
    return answer;
  };

  const podOf = async (calls: Peer['calls'], id: string, signal: AbortSignal): Promise<Answer<Pod>> => {
    const cached = pods.get(id);
    if (cached !== undefined) return ok(cached);
    const answer = await grpc.call(calls.sandboxStatus, { podSandboxId: id, verbose: true }, one, signal);
    if (answer.kind !== 'ok') return answer;
    const pod = { status: answer.value.status, info: infoOf(answer.value.info) };
    const { network, linux } = pod.status;
    if (network.ip !== '' || linux.namespaces.options.network === NODE) pods.set(id, pod);
    return ok(pod);
  };

  const imageOf = async (calls: Peer['calls'], name: string, signal: AbortSignal): Promise<Image | null> => {
    const cached = images.get(name);
    if (cached !== undefined || name === '') return cached ?? null;
    const answer = await grpc.call(calls.imageStatus, { image: { image: name } }, one, signal);
    if (answer.kind !== 'ok') return null;
    images.set(name, answer.value.image);
    return answer.value.image;
  };

  const sandboxIdOf = async (
    calls: Peer['calls'],
    id: string,
    info: unknown,
    signal: AbortSignal,
  ): Promise<string> => {
    const told = textOf(at(info, 'sandboxID'));
    if (told !== '') return told;
    const answer = await grpc.call(calls.listContainers, { filter: { id } }, one, signal);
    return answer.kind === 'ok' ? (answer.value.containers[0]?.podSandboxId ?? '') : '';
  };

  const inspect = async (key: ContainerKey, signal: AbortSignal): Promise<Answer<Container>> => {
    const who = await peer(signal);
    if (who.kind !== 'ok') return who;
    const { calls, type } = who.value;
    const as = { type, labelMaxLength: options.labelMaxLength };
    const answer = await grpc.call(
      calls.containerStatus,
      { containerId: key.fullId, verbose: true },
      one,
      signal,
    );
    if (answer.kind === 'unknown') {
      const pod = await podOf(calls, key.fullId, signal);
      return pod.kind === 'ok' ? ok(sandboxContainer(pod.value, as)) : pod;
    }
    if (answer.kind !== 'ok') return answer;
    const { status } = answer.value;
    const info = infoOf(answer.value.info);
    const [pod, image] = await Promise.all([
      sandboxIdOf(calls, status.id, info, signal).then(id => (id === '' ? null : podOf(calls, id, signal))),
      imageOf(calls, status.imageRef || status.image.image, signal),
    ]);
    return ok(criContainer({ status, info, pod: pod?.kind === 'ok' ? pod.value : null, image }, as));
  };

  return {
    async list(signal) {
      const who = await peer(signal);
      if (who.kind !== 'ok') return who;
      const { calls } = who.value;
      const [containers, sandboxes] = await Promise.all([
        grpc.call(calls.listContainers, {}, patience.list, signal),
        grpc.call(calls.listSandboxes, {}, patience.list, signal),
      ]);
      if (containers.kind !== 'ok' || sandboxes.kind !== 'ok') {
        // It may be another runtime the next time.
        known = null;
        return containers.kind !== 'ok' ? containers : failedOf(sandboxes);
      }
      return ok([
        ...sandboxes.value.items.filter(one => one.state !== NOT_READY).map(one => keyOf(one.id)),
        ...containers.value.containers.filter(one => one.state !== EXITED).map(one => keyOf(one.id)),
      ]);
    },
    inspect,
    async follow(onEvent, signal) {
      const who = await peer(signal);
      if (who.kind !== 'ok') return failedOf(who);
      const { calls, type } = who.value;
      const start = Date.now();
      const end = await grpc.follow(
        calls.events,
        {},
        event => {
          const kind = KINDS[event.type];
          if (kind !== undefined && event.containerId !== '')
            onEvent({ kind, key: keyOf(event.containerId) });
          return undefined;
        },
        signal,
      );
      // CRI-O, unless it is told to have events, ends them at once.
      if (end === ENDED && Date.now() - start < AT_ONCE) return { kind: 'unsupported' };
      // Before 1.7, containerd tells of its containers under its own name only.
      if (end.kind !== 'unsupported' || type !== 'containerd') return end;
      return followContainerd(
        grpc,
        CONTAINERD_NAMESPACE,
        event => onEvent({ ...event, key: keyOf(event.key.fullId) }),
        signal,
      );
    },
    close: () => grpc.close(),
  };
}

/** Asks who is there, in the newest version of the interface that it speaks. */
async function meet(grpc: GrpcSocket, one: Limits, signal: AbortSignal): Promise<Answer<Peer>> {
  for (const version of VERSIONS) {
    const calls = criCalls(version);
    const answer = await grpc.call(calls.version, { version }, one, signal);
    if (answer.kind === 'ok') return ok({ calls, type: TYPES[answer.value.runtimeName] ?? 'cri' });
    if (answer.kind !== 'unsupported') return answer;
  }
  return failed('it does not speak CRI');
}

function failedOf(answer: Answer<unknown>): Answer<never> {
  return answer.kind === 'ok' ? failed('') : answer;
}

function keyOf(fullId: string): ContainerKey {
  return { id: fullId.slice(0, SHORT_ID_LENGTH), fullId, namespace: CONTAINERD_NAMESPACE };
}
