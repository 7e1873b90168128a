/** The syslog output against a real rsyslogd: absent, restarted, slow. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { sendDatagram } from '../../../daemon/addon/datagram.js';
import { OutputQueue } from '../../../daemon/outputs/queue.js';
import { syslogMessage, SyslogTarget } from '../../../daemon/outputs/syslog.js';
import { eventually, sleep } from '../../support/process.js';
import { RestartableSyslog } from './restartable-syslog.js';

describe('The syslog output with a real rsyslogd', function () {
  let syslog: RestartableSyslog;
  let queue: OutputQueue;
  let said: string[];

  before(function () {
    if (existsSync('/usr/sbin/rsyslogd')) return;
    if (process.env['CI'] === 'true') throw new Error('rsyslogd is missing');
    this.skip();
  });
  beforeEach(() => {
    syslog = new RestartableSyslog();
    said = [];
    open(0);
  });
  afterEach(async () => {
    await queue.close();
    await syslog.remove();
  });

  function open(capacity: number): void {
    const target = new SyslogTarget(sendDatagram, syslog.socket);
    queue = new OutputQueue(target, {
      capacity,
      timeoutMs: 2000,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
  }
  const push = (text: string): void => queue.push(syslogMessage(4, Buffer.from(text), new Date()));
  const received = (): readonly string[] =>
    syslog.lines().map(line => line.slice(line.indexOf(' falco: ') + 8));
  const expected = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `message ${String(i)}`);
  const arrive = (count: number) =>
    eventually(`${String(count)} lines`, () => syslog.lines().length >= count, 10_000);

  it('writes lines of the traditional form', async () => {
    await syslog.start();
    push('10:00:00.000000001: Warning text (file=/etc/shadow)');
    await arrive(1);
    assert.match(
      syslog.lines()[0]!,
      /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ falco: 10:00:00\.000000001: Warning text \(file=\/etc\/shadow\)$/,
    );
  });

  it('loses nothing of a burst that comes faster than it is read', async () => {
    await syslog.start();
    for (const text of expected(20_000)) push(text);
    await arrive(20_000);
    assert.deepEqual(received(), expected(20_000));
    assert.equal(queue.statistics.dropped, 0);
    assert.ok(queue.statistics.retries > 0);
  });

  it('keeps what comes before there is a socket', async () => {
    for (const text of expected(500)) push(text);
    await sleep(100);
    assert.equal(queue.statistics.waiting, 500);
    assert.match(
      said.join(),
      /^error: Output 'syslog': cannot reach .*: no such file or directory; messages are kept/,
    );
    await syslog.start();
    await arrive(500);
    assert.deepEqual(received(), expected(500));
    assert.match(said.at(-1)!, /^notice: Output 'syslog': works again; messages lost so far: 0$/);
  });

  it('loses nothing and keeps the order when rsyslogd is restarted in the middle', async () => {
    await syslog.start();
    const total = 3000;
    for (let i = 0; i < total; i++) {
      push(`message ${String(i)}`);
      if (i === 1000) {
        // What rsyslogd has in its socket when it ends is lost with it; nobody can tell from outside.
        await arrive(1001);
        await syslog.stop();
      }
      if (i === 2000) {
        await sleep(300);
        await syslog.start();
      }
      if (i % 50 === 0) await sleep(1);
    }
    await arrive(total);
    assert.deepEqual(received(), expected(total));
    assert.deepEqual(
      { dropped: queue.statistics.dropped, waiting: queue.statistics.waiting },
      { dropped: 0, waiting: 0 },
    );
    assert.equal(said.length, 2, said.join('\n'));
  });

  it('never blocks while rsyslogd stands still, and delivers afterwards', async () => {
    await syslog.start();
    push('message 0');
    await arrive(1);
    syslog.pause();
    const start = performance.now();
    for (let i = 1; i < 2000; i++) push(`message ${String(i)}`);
    const took = performance.now() - start;
    assert.ok(took < 5000, `${String(took)} ms`);
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    await sleep(500);
    clearInterval(ticking);
    assert.ok(ticks > 25, `${String(ticks)} ticks of 50`);
    assert.ok(queue.statistics.waiting > 1000);
    syslog.resume();
    await arrive(2000);
    assert.deepEqual(received(), expected(2000));
  });

  it('counts exactly what its bound made it lose', async () => {
    await queue.close();
    open(100);
    for (const text of expected(1000)) push(text);
    assert.deepEqual(
      { dropped: queue.statistics.dropped, waiting: queue.statistics.waiting },
      { dropped: 900, waiting: 100 },
    );
    await syslog.start();
    await arrive(100);
    assert.deepEqual(received(), expected(100));
    assert.equal(queue.statistics.delivered + queue.statistics.dropped, 1000);
  });

  it('cuts a message that is longer than a datagram can be', async () => {
    await syslog.start();
    push('x'.repeat(300_000));
    push('after');
    await eventually('the next message', () => received().includes('after'), 5000);
    assert.equal(queue.statistics.cut, 1);
  });
});
