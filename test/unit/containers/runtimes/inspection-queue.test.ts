import assert from 'node:assert/strict';
import { failed, type Answer } from '../../../../daemon/containers/runtimes/answer.js';
import { InspectionQueue } from '../../../../daemon/containers/runtimes/inspection-queue.js';
import type { Container } from '../../../../daemon/containers/container.js';
import { sleep } from '../../../support/process.js';
import { keyOf } from '../../../support/watching.js';

const key = (n: number) => keyOf(n.toString(16).padStart(64, '0'));

describe('Questions about containers', () => {
  let asked: string[];
  let open: (() => void)[];
  let queue: InspectionQueue;
  /** Answers the questions that are under way. */
  const answerAll = async (): Promise<void> => {
    for (const settle of open.splice(0)) settle();
    await sleep(1);
  };
  beforeEach(() => {
    asked = [];
    open = [];
    queue = new InspectionQueue(({ fullId }) => {
      asked.push(fullId);
      return new Promise<Answer<Container>>(settle => open.push(() => settle(failed('tested'))));
    });
  });

  it('are asked a few at a time, in turn', async () => {
    for (let n = 0; n < 20; n++) void queue.ask(key(n));
    await sleep(1);
    assert.equal(asked.length, 8);
    await answerAll();
    assert.equal(asked.length, 16);
    await answerAll();
    await answerAll();
    assert.deepEqual(
      asked,
      Array.from({ length: 20 }, (_, n) => key(n).fullId),
    );
  });

  it('are asked before others when somebody waits, even if they have been waiting already', async () => {
    for (let n = 0; n < 30; n++) void queue.ask(key(n));
    void queue.askFirst(key(29));
    void queue.askFirst(key(40));
    await answerAll();
    assert.deepEqual(asked.slice(8, 10), [key(40).fullId, key(29).fullId]);
    while (open.length > 0) await answerAll();
    assert.equal(asked.length, 31);
  });

  it('are asked once while the answer is under way, and anew after a change', async () => {
    const [first, second] = [queue.ask(key(1)), queue.ask(key(1))];
    const third = queue.askAgain(key(1));
    await answerAll();
    assert.deepEqual([await first, await second], [failed('tested'), failed('tested')]);
    assert.equal(asked.length, 2);
    await answerAll();
    await third;
  });

  it('are refused when too many wait', async () => {
    for (let n = 0; n < 2008; n++) void queue.ask(key(n));
    const { kind } = await queue.ask(key(3000));
    assert.equal(kind, 'failed');
    while (open.length > 0) await answerAll();
    assert.equal(asked.length, 2008);
  });
});
