import assert from 'node:assert/strict';
import { OutputQueue } from '../../../daemon/outputs/queue.js';
import type { Attempt } from '../../../daemon/outputs/target.js';
import { FakeTarget } from './fake-target.js';

const EMPTY = { lost: 0, kept: 0 };
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => String(from + i));
const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe('The queue of an output', () => {
  let target: FakeTarget;
  let said: string[];
  let queue: OutputQueue;
  const open = (capacity = 0, timeoutMs = 2000): void => {
    target = new FakeTarget();
    said = [];
    queue = new OutputQueue(target, {
      capacity,
      timeoutMs,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
  };
  const push = (texts: readonly string[]): void => texts.forEach(text => queue.push(Buffer.from(text)));
  afterEach(() => void queue.close());

  it('hands a message over at once when the target is ready', () => {
    open();
    push(['a']);
    assert.deepEqual(target.taken, ['a']);
    assert.deepEqual(queue.statistics, {
      name: 'fake',
      delivered: 1,
      failed: 0,
      dropped: 0,
      waiting: 0,
      spooled: 0,
      retries: 0,
      cut: 0,
    });
  });

  it('keeps the order while the target is full, and offers again by itself', async () => {
    open();
    let room = 0;
    target.answer = messages => target.take(messages, room, room === 0 ? 'busy' : 'ready');
    push(numbers(0, 1000));
    assert.deepEqual(target.taken, []);
    room = 7;
    assert.deepEqual(await queue.drain(2000), EMPTY);
    assert.deepEqual(target.taken, numbers(0, 1000));
    assert.deepEqual(said, []);
  });

  it('reports a target that is away once, and when it is back', async () => {
    open();
    target.answer = () => ({ taken: 0, state: 'down', reason: 'no such file' });
    push(['a', 'b']);
    await later(200);
    assert.deepEqual(said, ["error: Output 'fake': no such file; messages are kept and tried again"]);
    assert.ok(target.offers <= 5, `${String(target.offers)} offers`);
    target.answer = messages => target.take(messages, messages.length);
    assert.deepEqual(await queue.drain(1000), EMPTY);
    assert.deepEqual(target.taken, ['a', 'b']);
    assert.equal(said[1], "notice: Output 'fake': works again; messages lost so far: 0");
    assert.equal(said.length, 2);
  });

  it('loses what does not fit, counts it, and reports the first', async () => {
    open(3);
    target.answer = () => ({ taken: 0, state: 'busy' });
    push(numbers(0, 10));
    assert.deepEqual(
      { dropped: queue.statistics.dropped, waiting: queue.statistics.waiting },
      { dropped: 7, waiting: 3 },
    );
    assert.deepEqual(said, [
      "error: Output 'fake': 3 messages wait already, new ones are lost until there is room",
    ]);
    target.answer = messages => target.take(messages, messages.length);
    assert.deepEqual(await queue.drain(1000), EMPTY);
    assert.deepEqual(target.taken, ['0', '1', '2']);
    assert.equal(said[1], "notice: Output 'fake': works again; messages lost so far: 7");
  });

  it('holds 64 MB when no number is set', () => {
    open();
    target.answer = () => ({ taken: 0, state: 'busy' });
    const megabyte = Buffer.alloc(1 << 20);
    for (let i = 0; i < 70; i++) queue.push(megabyte);
    assert.deepEqual(
      { dropped: queue.statistics.dropped, waiting: queue.statistics.waiting },
      { dropped: 6, waiting: 64 },
    );
  });

  it('counts everything as lost once the target is gone, and does not offer again', async () => {
    open();
    target.answer = () => ({ taken: 0, state: 'gone', reason: 'cannot write: broken pipe' });
    push(numbers(0, 5));
    await later(20);
    assert.equal(target.offers, 1);
    assert.deepEqual(
      { dropped: queue.statistics.dropped, waiting: queue.statistics.waiting },
      { dropped: 5, waiting: 0 },
    );
    assert.deepEqual(said, [
      "error: Output 'fake': cannot write: broken pipe; nothing more is written there",
    ]);
    assert.deepEqual(await queue.drain(10), EMPTY);
  });

  it('waits for a target that answers later, and reports one that does not in time', async () => {
    open(0, 30);
    let answer: (attempt: Attempt) => void = () => undefined;
    target.answer = () => new Promise(resolve => (answer = resolve));
    push(['a', 'b']);
    await later(80);
    assert.equal(target.offers, 1);
    assert.deepEqual(said, ['critical: "fake" output timeout, 2 messages wait']);
    target.answer = messages => target.take(messages, messages.length);
    answer({ taken: 1, state: 'ready' });
    assert.deepEqual(await queue.drain(1000), EMPTY);
    assert.deepEqual(target.taken, ['b']);
  });

  it('reports a target that stays full', async () => {
    open(0, 20);
    target.answer = () => ({ taken: 0, state: 'busy' });
    push(['a']);
    await later(150);
    assert.deepEqual(said, ['critical: "fake" output timeout, 1 messages wait']);
  });

  it('gives up after the time that a drain has, and says how many are left', async () => {
    open();
    target.answer = () => ({ taken: 0, state: 'down', reason: 'x' });
    push(['a', 'b', 'c']);
    assert.deepEqual(await queue.drain(40), { lost: 3, kept: 0 });
    assert.equal(queue.statistics.dropped, 3);
  });

  it('tries once more at the end, and does not wait, when the target never was there', async () => {
    open();
    target.absent = true;
    target.answer = () => ({ taken: 0, state: 'down', reason: 'x' });
    push(['a']);
    const start = Date.now();
    const offers = target.offers;
    assert.deepEqual(await queue.drain(5000), { lost: 1, kept: 0 });
    assert.equal(target.offers, offers + 1);
    assert.ok(Date.now() - start < 1000, 'it waited');
  });

  it('takes messages that its own reports make, without being confused', async () => {
    target = new FakeTarget();
    let down = true;
    target.answer = messages =>
      down ? { taken: 0, state: 'down', reason: 'x' } : target.take(messages, messages.length);
    queue = new OutputQueue(target, {
      capacity: 3,
      timeoutMs: 10,
      report: (_level, text) => queue.push(Buffer.from(text)),
    });
    push(numbers(0, 10));
    down = false;
    assert.deepEqual(await queue.drain(1000), EMPTY);
    assert.deepEqual(target.taken.slice(0, 3), [
      '0',
      "Output 'fake': x; messages are kept and tried again",
      '1',
    ]);
    assert.match(target.taken[3]!, /works again; messages lost so far: 9/);
  });

  it('does not hold up the others', async () => {
    open();
    const stuck = new OutputQueue(
      Object.assign(new FakeTarget(), { answer: () => new Promise<Attempt>(() => undefined) }),
      {
        capacity: 0,
        timeoutMs: 5000,
        report: () => undefined,
      },
    );
    for (const text of numbers(0, 100)) {
      stuck.push(Buffer.from(text));
      queue.push(Buffer.from(text));
    }
    assert.deepEqual(await queue.drain(1000), EMPTY);
    assert.deepEqual(target.taken, numbers(0, 100));
    assert.equal(stuck.statistics.waiting, 100);
    await stuck.close();
  });
});
