/** What differs from runtime to runtime behind the same interface. */
import assert from 'node:assert/strict';
import { openCri } from '../../../../daemon/containers/runtimes/cri.js';
import { criCalls, type CriVersion } from '../../../../daemon/containers/runtimes/cri-messages.js';
import { SWIFT } from '../../../support/fake-runtimes.js';
import { sleep } from '../../../support/process.js';
import {
  answers,
  ends,
  grpcServer,
  socketPlace,
  type SocketPlace,
  type UnixServer,
} from '../../../support/unix-server.js';
import { keyOf, watching, type Watching } from '../../../support/watching.js';

const [ID, POD_ID] = ['a'.repeat(64), 'b'.repeat(64)];
const never = new AbortController().signal;

describe('The client of CRI', () => {
  let place: SocketPlace;
  let server: UnixServer;
  let watch: Watching;
  let asked: Record<string, number>;
  /** A runtime with one container, that ends events at once as CRI-O does. */
  const start = async (version: CriVersion, name: string): Promise<void> => {
    const calls = criCalls(version);
    const count = (call: string): void => void (asked[call] = (asked[call] ?? 0) + 1);
    server = await grpcServer(place.path, [
      answers(calls.version, () => ({ runtimeName: name })),
      answers(calls.listContainers, () => {
        count('list');
        return { containers: [{ id: ID, podSandboxId: POD_ID, state: 1 }] };
      }),
      answers(calls.listSandboxes, () => ({ items: [] })),
      answers(calls.containerStatus, ({ containerId }) => {
        count('container');
        return containerId === ID
          ? { status: { id: ID, metadata: { name: 'httpd' }, imageRef: 'image' } }
          : undefined;
      }),
      answers(calls.sandboxStatus, ({ podSandboxId }) => {
        count('pod');
        if (podSandboxId !== POD_ID) return undefined;
        return { status: { id: POD_ID, metadata: { name: 'web-0' }, network: { ip: '10.0.0.7' } } };
      }),
      answers(calls.imageStatus, () => {
        count('image');
        return { image: { id: 'c'.repeat(64), repoTags: ['shop/web:7'] } };
      }),
      ends(calls.events),
    ]);
    watch = watching(options => openCri(options, SWIFT), place.path);
    await watch.container(ID);
  };
  beforeEach(() => {
    place = socketPlace();
    asked = {};
  });
  afterEach(async () => {
    watch.close();
    await server.stop();
    place.remove();
  });

  it('lives with a runtime that has no events', async () => {
    await start('v1', 'cri-o');
    await sleep(500);
    assert.ok(asked['list']! <= 4, `${asked['list']} lists`);
    assert.deepEqual([asked['container'], server.connections], [1, 1]);
    assert.deepEqual(watch.log, [`info: cri at ${place.path} answers`]);
  });

  it('speaks the older form of the interface where there is no newer one', async () => {
    await start('v1alpha2', 'containerd');
    assert.equal(watch.told.get(ID)?.name, 'httpd');
  });

  for (const [name, type] of [
    ['containerd', 'containerd'],
    ['cri-o', 'cri-o'],
    ['another', 'cri'],
  ] as const) {
    it(`calls a container of ${name} ${type}`, async () => {
      await start('v1', name);
      assert.equal(watch.told.get(ID)?.type, type);
    });
  }

  it('finds the pod of a container by the list where the runtime does not tell it', async () => {
    await start('v1', 'another');
    const { podSandboxId, ip, labels } = watch.told.get(ID)!;
    assert.deepEqual([podSandboxId, ip], [POD_ID, '10.0.0.7']);
    assert.deepEqual(labels, [['io.kubernetes.pod.name', 'web-0']]);
  });

  it('asks about a pod and an image once', async () => {
    await start('v1', 'cri-o');
    for (let n = 0; n < 3; n++) await watch.client.lookup(keyOf(ID), never);
    assert.deepEqual([asked['container'], asked['pod'], asked['image']], [4, 1, 1]);
  });
});
