/** Runtimes that are not: each speaks its protocol about a few containers that a test makes up. */
import type { ServerResponse } from 'node:http';
import { openContainerd } from '../../daemon/containers/runtimes/containerd.js';
import { CALLS } from '../../daemon/containers/runtimes/containerd-messages.js';
import { openCri } from '../../daemon/containers/runtimes/cri.js';
import { criCalls, EVENT } from '../../daemon/containers/runtimes/cri-messages.js';
import { openDocker } from '../../daemon/containers/runtimes/docker.js';
import type { Patience } from '../../daemon/containers/runtimes/patience.js';
import { openPodman } from '../../daemon/containers/runtimes/podman.js';
import { encode, message, text } from '../../daemon/containers/runtimes/protobuf.js';
import type { RuntimeClient, RuntimeKind, RuntimeOptions } from '../../daemon/containers/runtimes/runtime.js';
import { answers, grpcServer, httpServer, streams, type UnixServer } from './unix-server.js';

/** Full id → name of the container. What a test changes is what the runtime says from then on. */
export type MadeUp = Map<string, string>;

export type Happening = 'created' | 'started' | 'removed';

export interface FakeRuntime extends UnixServer {
  /** Tells all who follow events. */
  emit(what: Happening, fullId: string): void;
}

/** Tries again so soon that tests need not wait; gives up no sooner than the daemon does, for a machine may be busy. */
export const SWIFT: Patience = {
  one: { time: 5000, size: 1024 * 1024 },
  list: { time: 10_000, size: 2 * 1024 * 1024 },
  look: 20,
  first: 30,
  longest: 100,
  again: [20, 50],
  refresh: 200,
};

/** Gives up soon, too: for those who will not answer. */
export const IMPATIENT: Patience = {
  ...SWIFT,
  one: { ...SWIFT.one, time: 300 },
  list: { ...SWIFT.list, time: 400 },
};

export interface RuntimeUnderTest {
  readonly kind: RuntimeKind;
  /** The client, swift unless it is told to be otherwise. */
  readonly open: (options: RuntimeOptions, patience?: Patience) => RuntimeClient;
  readonly fake: (path: string, containers: MadeUp) => Promise<FakeRuntime>;
  /** What carries its protocol. */
  readonly carrier: 'http' | 'grpc';
}

export const RUNTIMES: readonly RuntimeUnderTest[] = [
  {
    kind: 'docker',
    open: (options, patience = SWIFT) => openDocker(options, patience),
    fake: (path, containers) => fakeEngine(path, '', containers, { removed: 'destroy' }),
    carrier: 'http',
  },
  {
    kind: 'podman',
    open: (options, patience = SWIFT) => openPodman(options, patience),
    fake: (path, containers) => fakeEngine(path, '/v4.0.0/libpod', containers, { removed: 'remove' }),
    carrier: 'http',
  },
  {
    kind: 'cri',
    open: (options, patience = SWIFT) => openCri(options, patience),
    fake: fakeCri,
    carrier: 'grpc',
  },
  {
    kind: 'containerd',
    open: (options, patience = SWIFT) => openContainerd(options, patience),
    fake: fakeContainerd,
    carrier: 'grpc',
  },
];

async function fakeEngine(
  path: string,
  root: string,
  containers: MadeUp,
  { removed }: { readonly removed: string },
): Promise<FakeRuntime> {
  const followers = new Set<ServerResponse>();
  const routes = new Proxy<Record<string, unknown>>(
    {},
    {
      get(_, wanted) {
        const url = String(wanted);
        if (url === `${root}/events`) {
          return (answer: ServerResponse) => {
            answer.writeHead(200);
            answer.flushHeaders();
            followers.add(answer);
            answer.on('close', () => followers.delete(answer));
          };
        }
        if (url === `${root}/containers/json`) return [...containers.keys()].map(Id => ({ Id }));
        const [, id = ''] = /\/containers\/([^/]+)\/json$/.exec(url) ?? [];
        const name = containers.get(id);
        return name === undefined ? undefined : { Id: id, Name: `/${name}`, Config: { Image: 'httpd:2.4' } };
      },
    },
  );
  const server = await httpServer(path, routes);
  const actions = { created: 'create', started: 'start', removed };
  return {
    ...methodsOf(server),
    emit(what, ID) {
      const event = { Type: 'container', Action: actions[what], Actor: { ID } };
      for (const follower of followers) follower.write(`${JSON.stringify(event)}\n`);
    },
  };
}

async function fakeCri(path: string, containers: MadeUp): Promise<FakeRuntime> {
  const calls = criCalls('v1');
  const followers = new Set<(event: { containerId: string; type: number }) => void>();
  const server = await grpcServer(path, [
    answers(calls.version, () => ({ runtimeName: 'cri-o' })),
    answers(calls.listContainers, () => ({
      containers: [...containers.keys()].map(id => ({ id, state: 1 })),
    })),
    answers(calls.listSandboxes, () => ({})),
    answers(calls.containerStatus, ({ containerId }) => {
      const name = containers.get(containerId);
      return name === undefined ? undefined : { status: { id: containerId, metadata: { name } } };
    }),
    answers(calls.sandboxStatus, () => undefined),
    answers(calls.imageStatus, () => undefined),
    streams(calls.events, send => void followers.add(send)),
  ]);
  const types = { created: EVENT.created, started: EVENT.started, removed: EVENT.deleted };
  return {
    ...methodsOf(server),
    emit(what, containerId) {
      for (const send of followers) send({ containerId, type: types[what] });
    },
  };
}

async function fakeContainerd(path: string, containers: MadeUp): Promise<FakeRuntime> {
  const followers = new Set<
    (event: { namespace: string; topic: string; event: { value: Buffer } }) => void
  >();
  const inDefault = (headers: Readonly<Record<string, unknown>>): boolean =>
    headers['containerd-namespace'] === 'default';
  const server = await grpcServer(path, [
    answers(CALLS.namespaces, () => ({ namespaces: [{ name: 'moby' }, { name: 'default' }] })),
    answers(CALLS.containers, (_, headers) => ({
      containers: inDefault(headers) ? [...containers.keys()].map(id => ({ id })) : [],
    })),
    answers(CALLS.container, ({ id }, headers) => {
      const name = containers.get(id);
      if (name === undefined || !inDefault(headers)) return undefined;
      return { container: { id, labels: new Map([['nerdctl/name', name]]) } };
    }),
    streams(CALLS.events, send => void followers.add(send)),
  ]);
  const topics = { created: '/containers/create', started: '/tasks/start', removed: '/containers/delete' };
  return {
    ...methodsOf(server),
    emit(what, id) {
      const value = encode(message({ id: [1, text] }), { id });
      for (const send of followers) send({ namespace: 'default', topic: topics[what], event: { value } });
    },
  };
}

function methodsOf(server: UnixServer): UnixServer {
  return {
    get connections() {
      return server.connections;
    },
    hangUp: () => server.hangUp(),
    stop: () => server.stop(),
  };
}
