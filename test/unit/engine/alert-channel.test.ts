import assert from 'node:assert/strict';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { AlertReceiver, AlertSender } from '../../../daemon/engine/alert-channel.js';
import { Flow } from '../../../daemon/engine/flow.js';

const alert = (message: string): Alert => ({
  ...{ rule: 'R', priority: 4, source: 'syscall', tags: [], time: 1n, message },
  fields: { n: 2n ** 60n },
});

describe('The channel of alerts', () => {
  function channel(onAlert: (message: string) => void = () => undefined) {
    const flow = new Flow();
    const seen: string[] = [];
    const receiver = new AlertReceiver(flow, ({ message }) => {
      seen.push(message);
      onAlert(message);
    });
    let wakes = 0;
    const sender = new AlertSender(receiver.workerPort, new Flow(flow.shared), () => wakes++);
    const send = (message: string): void => {
      assert.ok(flow.claim());
      sender.send(alert(message));
    };
    return { flow, receiver, seen, send, wakes: () => wakes };
  }

  it('wakes the main thread once for many, and again when they were taken', () => {
    const { receiver, seen, send, wakes, flow } = channel();
    for (const message of ['a', 'b', 'c']) send(message);
    assert.equal(wakes(), 1);
    receiver.awake();
    assert.deepEqual(seen, ['a', 'b', 'c']);
    assert.equal(flow.underWay(), 0);
    send('d');
    assert.equal(wakes(), 2);
    receiver.finish();
    assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
  });

  it('lets others have their turn while many are taken, and keeps the order', async () => {
    const slow = (): void => {
      for (const end = performance.now() + 0.2; performance.now() < end;);
    };
    const { receiver, seen, send } = channel(slow);
    const sent = Array.from({ length: 500 }, (_, n) => String(n));
    sent.forEach(send);
    let turns = 0;
    receiver.awake();
    while (seen.length < sent.length) {
      turns++;
      await new Promise(setImmediate);
    }
    assert.deepEqual(seen, sent);
    assert.ok(turns > 10, `${turns} turns`);
    receiver.finish();
  });

  it('hands over at the end what is still there', () => {
    const { receiver, seen, send } = channel();
    for (let n = 0; n < 1000; n++) send(String(n));
    receiver.finish();
    assert.equal(seen.length, 1000);
  });
});
