import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputQueue } from '../../../../daemon/outputs/queue.js';
import { SpoolPlace } from '../../../../daemon/outputs/spool/place.js';
import { eventually } from '../../../support/process.js';
import { FakeTarget } from '../fake-target.js';

const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `message ${String(from + i)}`);

describe('An output with a spool', () => {
  let root: string;
  let folder: string;
  let said: string[];
  let target: FakeTarget;
  let place: SpoolPlace;
  let queue: OutputQueue;

  function start(maxBytes = 64 << 20, capacity = 0): void {
    target = new FakeTarget();
    said = [];
    place = new SpoolPlace({ folder, maxBytes });
    queue = new OutputQueue(target, {
      capacity,
      timeoutMs: 2000,
      report: (level, text) => said.push(`${level}: ${text}`),
      place,
    });
  }
  const push = (messages: readonly string[]): void => messages.forEach(text => queue.push(Buffer.from(text)));
  const away = (): void => {
    target.answer = () => ({ taken: 0, state: 'down', reason: 'x' });
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'falco-place-'));
    folder = join(root, 'spool');
  });
  afterEach(async () => {
    await queue.close(1000);
    rmSync(root, { recursive: true });
  });

  it('delivers in order what comes while the target is ready', async () => {
    start();
    place.open();
    push(texts(0, 5000));
    assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
    assert.deepEqual(target.taken, texts(0, 5000));
    assert.deepEqual([queue.statistics.delivered, queue.statistics.spooled, said], [5000, 0, []]);
  });

  it('keeps what its target does not take, and delivers it after the next start before what comes then', async () => {
    start();
    place.open();
    away();
    push(texts(0, 20_000));
    assert.deepEqual(await queue.drain(50), { lost: 0, kept: 20_000 });
    await queue.close(1000);
    start();
    assert.equal(place.open(), 20_000);
    push(texts(20_000, 20_100));
    assert.deepEqual(await queue.drain(10_000), { lost: 0, kept: 0 });
    assert.deepEqual(target.taken, texts(0, 20_100));
  });

  it('keeps more than memory would hold, and little of it in memory', async () => {
    start();
    place.open();
    away();
    const long = 'x'.repeat(1000);
    for (let i = 0; i < 40; i++) {
      push(texts(i * 1000, (i + 1) * 1000).map(text => `${text} ${long}`));
      await eventually('all is on disk', () => queue.statistics.spooled === (i + 1) * 1000);
    }
    assert.ok(place.offered.bytes < 2 << 20, `${String(place.offered.bytes)} bytes of 40 MB`);
    target.answer = messages => target.take(messages, messages.length);
    assert.deepEqual(await queue.drain(10_000), { lost: 0, kept: 0 });
    assert.deepEqual(
      target.taken.map(text => text.slice(0, text.length - 1001)),
      texts(0, 40_000),
    );
  });

  it('counts what its bound makes it drop, and says so once', async () => {
    start(1 << 20);
    place.open();
    away();
    for (let i = 0; i < 50; i++) {
      push(texts(i * 1000, (i + 1) * 1000).map(text => text.padEnd(100)));
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    // A megabyte on disk, and a little more than one in memory.
    await eventually('all is on disk', () => queue.statistics.waiting < 25_000);
    await place.settle();
    const { dropped, waiting } = queue.statistics;
    assert.equal(dropped + waiting, 50_000);
    assert.equal(said.filter(text => text.includes('its spool is full (1 MB)')).length, 1, said.join('\n'));
    target.answer = messages => target.take(messages, messages.length);
    assert.deepEqual(await queue.drain(10_000), { lost: 0, kept: 0 });
    assert.equal(queue.statistics.delivered + queue.statistics.dropped, 50_000);
    assert.equal(target.taken.at(-1)!.trim(), 'message 49999');
  });

  it('delivers from memory while its disk takes nothing, and uses it when it does again', async () => {
    writeFileSync(folder, 'no folder');
    start();
    place.open();
    push(texts(0, 100));
    await eventually('they are delivered', () => target.taken.length === 100);
    assert.deepEqual(said, [
      `error: Output 'fake': cannot use the spool ${folder}: file already exists; messages wait in memory`,
    ]);
    away();
    push(texts(100, 200));
    assert.deepEqual([queue.statistics.waiting, queue.statistics.spooled], [100, 0]);
    rmSync(folder);
    await eventually('they are on disk', () => queue.statistics.spooled === 100);
    target.answer = messages => target.take(messages, messages.length);
    assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
    assert.deepEqual(target.taken, texts(0, 200));
  });

  it('loses what finds no room in memory while its disk takes nothing', async () => {
    writeFileSync(folder, 'no folder');
    start(64 << 20, 10);
    place.open();
    away();
    push(texts(0, 30));
    assert.deepEqual(await queue.drain(20), { lost: 10, kept: 0 });
    assert.equal(queue.statistics.dropped, 30);
  });

  it('touches no disk before it is opened', async () => {
    writeFileSync(folder, 'no folder');
    start();
    push(['a']);
    assert.deepEqual(await queue.drain(1000), { lost: 0, kept: 0 });
    assert.deepEqual([target.taken, said], [['a'], []]);
  });
});
