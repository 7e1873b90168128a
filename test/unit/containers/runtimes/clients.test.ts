import assert from 'node:assert/strict';
import type { Container } from '../../../../daemon/containers/container.js';
import { SWIFT, RUNTIMES, type FakeRuntime, type MadeUp } from '../../../support/fake-runtimes.js';
import { eventually, sleep } from '../../../support/process.js';
import { socketPlace, type SocketPlace } from '../../../support/unix-server.js';
import { keyOf, watching, type Watching } from '../../../support/watching.js';

const [A, B, C] = ['a', 'b', 'c'].map(digit => digit.repeat(64)) as [string, string, string];
const never = new AbortController().signal;

for (const { kind, open, fake } of RUNTIMES) {
  describe(`The client of ${kind}`, () => {
    let place: SocketPlace;
    let containers: MadeUp;
    let runtime: FakeRuntime | undefined;
    let watch: Watching;
    const start = async (): Promise<void> => {
      runtime = await fake(place.path, containers);
    };

    beforeEach(() => {
      place = socketPlace();
      containers = new Map([[A, 'first']]);
      runtime = undefined;
    });
    afterEach(async () => {
      watch.close();
      await runtime?.stop();
      place.remove();
    });

    it('tells of the containers that are there, and of those that come and go', async () => {
      await start();
      watch = watching(open, place.path);
      assert.equal((await watch.container(A)).name, 'first');
      containers.set(B, 'second');
      runtime!.emit('created', B);
      assert.equal((await watch.container(B)).name, 'second');
      containers.set(B, 'renamed');
      runtime!.emit('started', B);
      await watch.container(B, ({ name }) => name === 'renamed');
      containers.delete(B);
      runtime!.emit('removed', B);
      await eventually('the end of a container is told', () => watch.removed.includes(B.slice(0, 12)));
      assert.equal(watch.client.answering, true);
      assert.deepEqual(watch.log, [`info: ${kind} at ${place.path} answers`]);
    });

    it('asks again about a container that starts before the runtime has it in its books', async () => {
      await start();
      // No list but the first.
      const patience = { ...SWIFT, refresh: 60_000 };
      watch = watching(options => open(options, patience), place.path);
      await watch.container(A);
      runtime!.emit('started', B);
      await sleep(10);
      containers.set(B, 'second');
      await watch.container(B);
    });

    it('finds with its lists what no event told', async () => {
      await start();
      watch = watching(open, place.path);
      await watch.container(A);
      containers.set(B, 'second');
      containers.delete(A);
      await watch.container(B);
      assert.deepEqual(watch.removed, [A.slice(0, 12)]);
    });

    it('looks a container up at once, and knows which are not there', async () => {
      await start();
      watch = watching(open, place.path);
      await watch.container(A);
      containers.set(C, 'third');
      const found = await watch.client.lookup(keyOf(C), never);
      assert.equal(found.kind, 'found');
      assert.equal((found as { container: Container }).container.name, 'third');
      assert.deepEqual(await watch.client.lookup(keyOf(B), never), { kind: 'unknown' });
    });

    it('waits for a socket that is not there yet, and for one that goes away', async () => {
      watch = watching(open, place.path);
      await eventually('the socket is looked for', () => watch.client.answering === false);
      const missing = await watch.client.lookup(keyOf(A), never);
      assert.deepEqual(missing, { kind: 'unavailable', reason: 'no such socket' });
      await start();
      await watch.container(A);
      await runtime!.stop();
      await eventually('the end is noticed', () => watch.client.answering === false);
      containers.set(B, 'second').delete(A);
      await start();
      await watch.container(B);
      await eventually('the end of a container is told', () => watch.removed.includes(A.slice(0, 12)));
      assert.deepEqual(watch.log, [
        `debug: ${kind} at ${place.path}: no such socket; waiting for it`,
        `info: ${kind} at ${place.path} answers`,
        `info: ${kind} at ${place.path}: the socket is gone; waiting for it`,
        `info: ${kind} at ${place.path} answers`,
      ]);
    });

    it('connects again when its connection is cut, with a full list, and says nothing of it', async () => {
      await start();
      watch = watching(open, place.path);
      await watch.container(A);
      for (const id of [B, C]) {
        runtime!.hangUp();
        containers.set(id, 'later');
        await watch.container(id);
      }
      containers.set(A, 'changed meanwhile');
      runtime!.hangUp();
      await watch.container(A, ({ name }) => name === 'changed meanwhile');
      assert.deepEqual(watch.log, [`info: ${kind} at ${place.path} answers`]);
    });

    it('gives no answer to somebody who does not wait for it', async () => {
      await start();
      watch = watching(open, place.path);
      await watch.container(A);
      const gone = await watch.client.lookup(keyOf(A), AbortSignal.abort());
      assert.equal(gone.kind, 'unavailable');
    });

    it('tells nothing any more once it is closed', async () => {
      await start();
      watch = watching(open, place.path);
      await watch.container(A);
      watch.close();
      containers.set(B, 'second');
      runtime!.emit('created', B);
      await sleep(300);
      assert.equal(watch.told.has(B), false);
      const { connections } = runtime!;
      await sleep(300);
      assert.equal(runtime!.connections, connections, 'it does not connect again');
    });
  });
}
