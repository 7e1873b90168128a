import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Container } from '../../../daemon/containers/container.js';
import { Metadata, type ContainerMessage } from '../../../daemon/containers/metadata.js';
import type {
  Lookup,
  RuntimeClient,
  RuntimeKind,
  RuntimeWatcher,
} from '../../../daemon/containers/runtimes/runtime.js';
import { containerOfImage, keyOf, sightOf } from '../../support/containers.js';
import { eventually } from '../../support/process.js';

const HERE = '/proc/self/status';
const NOWHERE = '/nonexistent/socket';

/** A runtime whose answers the test gives. */
class FakeRuntime implements RuntimeClient {
  answering: boolean | null = true;
  watcher: RuntimeWatcher | null = null;
  questions = 0;
  closed = false;

  constructor(
    readonly kind: RuntimeKind,
    private readonly answer: (question: number, signal: AbortSignal) => Promise<Lookup> | Lookup,
    readonly socket = HERE,
  ) {}

  async lookup(_: unknown, signal: AbortSignal): Promise<Lookup> {
    return this.answer(this.questions++, signal);
  }

  watch(watcher: RuntimeWatcher): void {
    this.watcher = watcher;
  }

  close(): void {
    this.closed = true;
  }
}

const found = (container: Container): Lookup => ({ kind: 'found', container });
const UNKNOWN: Lookup = { kind: 'unknown' };
const UNAVAILABLE: Lookup = { kind: 'unavailable', reason: 'test' };
const TIMES = { answer: 100, better: 20, again: [5, 5], keep: 20 };

const byDocker = containerOfImage('abc', 'by docker', 'httpd');
const byContainerd = containerOfImage('abc', 'by containerd', 'httpd');

const KEY = keyOf('abc');

const hang = (signal: AbortSignal): Promise<Lookup> =>
  new Promise(done => signal.addEventListener('abort', () => done(UNAVAILABLE)));
const after = (ms: number, lookup: Lookup): Promise<Lookup> =>
  new Promise(done => setTimeout(() => done(lookup), ms));

describe('what the runtimes know of containers', () => {
  let told: ContainerMessage[];
  let metadata: Metadata;
  const start = (...runtimes: FakeRuntime[]): void => {
    told = [];
    metadata = new Metadata(runtimes, message => told.push(message), TIMES);
    metadata.start();
  };
  afterEach(() => metadata.close());
  const first = (): Promise<ContainerMessage> => eventually('an answer', () => told[0], 1000);
  const nameOf = (message: ContainerMessage): string =>
    message.kind === 'known' ? message.container.name : message.kind;

  it('is asked for at once when a process is seen in a container, and once only', async () => {
    const docker = new FakeRuntime('docker', () => after(10, found(byDocker)));
    start(docker);
    metadata.sighted(sightOf('abc'));
    metadata.sighted(sightOf('abc'));
    assert.equal(nameOf(await first()), 'by docker');
    metadata.sighted(sightOf('abc'));
    assert.deepEqual(told.map(nameOf), ['by docker', 'by docker'], 'what is known is told again');
    assert.equal(docker.questions, 1);
  });

  it('is told from events without being asked for', () => {
    const docker = new FakeRuntime('docker', () => UNKNOWN);
    start(docker);
    docker.watcher!.onContainer(byDocker, KEY);
    assert.deepEqual(told.map(nameOf), ['by docker']);
  });

  it('comes from the runtime that tells most, whoever is faster', async () => {
    start(
      new FakeRuntime('docker', () => after(10, found(byDocker))),
      new FakeRuntime('containerd', () => found(byContainerd)),
    );
    metadata.sighted(sightOf('abc'));
    assert.equal(nameOf(await first()), 'by docker');
  });

  it('comes from another when that one hangs, or is known not to answer', async () => {
    const docker = new FakeRuntime('docker', (_, signal) => hang(signal));
    start(docker, new FakeRuntime('containerd', () => found(byContainerd)));
    metadata.sighted(sightOf('abc'));
    assert.equal(nameOf(await first()), 'by containerd');
    docker.answering = false;
    const before = docker.questions;
    metadata.sighted(sightOf('abcd'));
    await eventually('another answer', () => told[1], 1000);
    assert.equal(docker.questions, before);
  });

  it('is only asked of runtimes that can have made such a cgroup', async () => {
    const docker = new FakeRuntime('docker', () => found(byDocker));
    start(docker);
    metadata.sighted(sightOf('abc', { runtimes: ['podman'] }));
    assert.deepEqual(await first(), { kind: 'unknown', key: byDocker.fullId, late: false });
    assert.equal(docker.questions, 0);
  });

  it('is asked for again for a while, since cgroups are made before runtimes tell of them', async () => {
    start(new FakeRuntime('docker', question => (question < 2 ? UNKNOWN : found(byDocker))));
    metadata.sighted(sightOf('abc'));
    assert.equal(nameOf(await first()), 'by docker');
  });

  it('is given up when nobody knows the container; what is told later counts all the same', async () => {
    const docker = new FakeRuntime('docker', () => UNKNOWN);
    start(docker);
    metadata.sighted(sightOf('abc'));
    assert.deepEqual(await first(), { kind: 'unknown', key: byDocker.fullId, late: false });
    assert.equal(docker.questions, 3);
    docker.watcher!.onContainer(byDocker, KEY);
    assert.equal(nameOf(told[1]!), 'by docker');
  });

  it('may still come when a runtime that is there does not answer, and not when there is none', async () => {
    assert.ok(existsSync(HERE));
    start(new FakeRuntime('docker', () => UNAVAILABLE));
    metadata.sighted(sightOf('abc'));
    assert.deepEqual(await first(), { kind: 'unknown', key: byDocker.fullId, late: true });
    metadata.close();
    start(new FakeRuntime('docker', () => UNAVAILABLE, NOWHERE));
    metadata.sighted(sightOf('abc'));
    assert.deepEqual(await first(), { kind: 'unknown', key: byDocker.fullId, late: false });
  });

  it('is forgotten some time after the end of the container, unless it comes back', async () => {
    const docker = new FakeRuntime('docker', () => UNKNOWN);
    start(docker, new FakeRuntime('containerd', () => UNKNOWN));
    docker.watcher!.onContainer(byDocker, KEY);
    docker.watcher!.onRemoved(KEY);
    docker.watcher!.onContainer(byDocker, KEY);
    await after(40, UNKNOWN);
    assert.deepEqual(told.map(nameOf), ['by docker', 'by docker']);
    docker.watcher!.onRemoved(KEY);
    assert.equal(await eventually('the end', () => told[2]?.kind, 1000), 'gone');
  });

  it('is not forgotten because another runtime has let go of it, nor replaced by what that knows', () => {
    const [docker, containerd] = [
      new FakeRuntime('docker', () => UNKNOWN),
      new FakeRuntime('containerd', () => UNKNOWN),
    ];
    start(docker, containerd);
    docker.watcher!.onContainer(byDocker, KEY);
    containerd.watcher!.onContainer(byContainerd, KEY);
    containerd.watcher!.onRemoved(KEY);
    metadata.sighted(sightOf('abc'));
    assert.deepEqual(told.map(nameOf), ['by docker', 'by docker']);
  });

  it('is never what a user says where a runtime of the host knows better', () => {
    const socket = '/run/user/1000/podman/podman.sock';
    const user = new FakeRuntime('podman', () => UNKNOWN, socket);
    const containerd = new FakeRuntime('containerd', () => UNKNOWN);
    start(user, containerd);
    const lie = containerOfImage('abc', 'by a user', 'trusted');
    user.watcher!.onContainer(lie, KEY);
    containerd.watcher!.onContainer(byContainerd, KEY);
    user.watcher!.onContainer(lie, KEY);
    assert.deepEqual(told.map(nameOf), ['by a user', 'by containerd']);
  });

  it('is taken from a user for a bounded number of containers', () => {
    const user = new FakeRuntime('podman', () => UNKNOWN, '/run/user/1000/podman/podman.sock');
    start(user);
    for (let i = 0; i < 600; i++) user.watcher!.onContainer(byDocker, keyOf(`c${i}x`));
    assert.deepEqual([told.length, metadata.counters().refused], [500, 100]);
    user.watcher!.onRemoved(keyOf('c0x'));
    user.watcher!.onContainer(byDocker, keyOf('c599x'));
    assert.equal(told.length, 501);
  });

  it('is not asked for without bound', async () => {
    start(new FakeRuntime('docker', (_, signal) => hang(signal)));
    for (let i = 0; i < 1001; i++) metadata.sighted(sightOf(`c${i}x`));
    assert.equal(told.length, 1);
    assert.deepEqual(told[0], { kind: 'unknown', key: sightOf('c1000x').key, late: true });
    assert.deepEqual([metadata.counters().asked, metadata.counters().refused], [1000, 1]);
  });

  it('is waited for no longer than its end, as when other runtimes are configured', () => {
    start(new FakeRuntime('docker', (_, signal) => hang(signal)));
    metadata.sighted(sightOf('abc'));
    metadata.close();
    assert.deepEqual(told, [{ kind: 'unknown', key: sightOf('abc').key, late: true }]);
  });

  it('ends with all connections', () => {
    const docker = new FakeRuntime('docker', () => UNKNOWN);
    start(docker);
    metadata.close();
    assert.equal(docker.closed, true);
  });
});
