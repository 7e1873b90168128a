import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { bpfObjects, bpfObjectsGone, programLengths } from '../../support/bpf.js';
import { collectGarbage } from '../../support/garbage.js';
import { describeLive } from '../../support/live.js';
import { startProcess } from '../../support/process.js';
import { attach, CLOSE, closeMany, collect, opened, runnableFlavors, type Seen } from './workload.js';

const workload = JSON.stringify(new URL('./workload.js', import.meta.url).href);

/** Source of a worker or process: opens a driver, attaches it, sees its own calls, and says so with `say`. */
const user = (say: string): string => `
  import(${workload}).then(({ opened, attach, closeMany, collect, CLOSE }) => {
    const driver = globalThis.driver = opened();
    driver.setInterest([CLOSE]);
    attach(driver);
    closeMany(900000, 100);
    const seen = [];
    collect(driver, 900000, 100, seen);
    const text = 'seen ' + seen.length;
    ${say}
  });`;

function descriptors(): string[] {
  return readdirSync('/proc/self/fd')
    .map(fd => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter(target => target.includes('bpf') || target.includes('eventpoll'));
}

describeLive(
  'The driver',
  () => {
    it('is short enough for kernels that interpret it', () => {
      for (const flavor of runnableFlavors()) {
        const driver = opened({ flavor });
        const lengths = programLengths(bpfObjects('self').programs);
        driver.close();
        assert.ok(lengths.length > 3);
        // A called function is reached by 16 bits of distance (native/addon/loader.cc).
        assert.ok(Math.max(...lengths) < 30_000, lengths.join());
      }
    });

    it('opens, attaches, drains, detaches and closes twenty times in one process, and leaves nothing', async () => {
      const before = descriptors();
      const rss: number[] = [];
      for (let round = 0; round < 20; round++) {
        const driver = opened();
        driver.setInterest([CLOSE]);
        const seen: Seen[] = [];
        for (const first of [100_000, 200_000]) {
          attach(driver);
          closeMany(first, 50);
          driver.detach();
          closeMany(first, 50);
          collect(driver, first, 50, seen);
        }
        assert.equal(seen.length, 100);
        const objects = bpfObjects('self');
        assert.ok(objects.programs.length > 2 && objects.maps.length > 2);
        driver.close();
        driver.close();
        if (round % 10 === 9) await bpfObjectsGone(objects);
        collectGarbage();
        rss.push(process.memoryUsage.rss());
      }
      assert.deepEqual(descriptors(), before);
      const growth = rss[19]! - rss[9]!;
      assert.ok(growth < 16e6, `ten rounds grew the process by ${String(growth)} bytes`);
    });

    it('throws when it is used after it was closed', () => {
      const driver = opened();
      driver.close();
      for (const use of [
        () => driver.drain(),
        () => driver.wait(0),
        () => driver.attach(),
        () => driver.stats(),
        () => driver.scan(),
      ]) {
        assert.throws(use, /the driver is closed/);
      }
    });

    it('serves two instances at once, each with its own interest', () => {
      const first = opened();
      const second = opened({ flavor: 'raw_tp' });
      first.setInterest([CLOSE]);
      attach(first);
      attach(second);
      closeMany(300_000, 100);
      const seen: [Seen[], Seen[]] = [[], []];
      collect(first, 300_000, 100, seen[0]);
      collect(second, 300_000, 100, seen[1]);
      assert.deepEqual([seen[0].length, seen[1].length], [100, 0]);
      first.close();
      second.setInterest([CLOSE]);
      closeMany(300_000, 100);
      collect(second, 300_000, 100, seen[1]);
      assert.equal(seen[1].length, 100);
      second.close();
    });

    it('runs in worker threads, and goes with a worker that ends, or is ended, without closing it', async () => {
      const before = descriptors();
      for (const ending of [
        'process.exit()',
        '',
        'setInterval(() => {}, 1000)',
        'for (;;) driver.wait(50)',
      ]) {
        const worker = new Worker(
          user(`require('node:worker_threads').parentPort.postMessage(text); ${ending}`),
          {
            eval: true,
            trackUnmanagedFds: false,
          },
        );
        const exit = new Promise(done => worker.on('exit', done));
        assert.equal(
          await new Promise((done, fail) => worker.on('message', done).on('error', fail)),
          'seen 100',
        );
        const objects = bpfObjects('self');
        if (ending.includes('(;;)') || ending.includes('setInterval')) await worker.terminate();
        await exit;
        await bpfObjectsGone(objects);
      }
      assert.deepEqual(descriptors(), before);
    });

    it('is closed by the collector when it was forgotten', async () => {
      const child = startProcess(process.execPath, [
        '--expose-gc',
        '-e',
        `${user('console.log(text)').replace('globalThis.driver = ', '')}
         setTimeout(() => { gc(); setTimeout(() => {
           const { readdirSync, readlinkSync } = require('node:fs');
           const left = readdirSync('/proc/self/fd').filter(fd => { try { return readlinkSync('/proc/self/fd/' + fd).includes('bpf'); } catch { return false; } });
           console.log('left', left.length);
         }, 100); }, 3000);`,
      ]);
      await child.line('stdout', /^seen 100$/, 15_000);
      await child.line('stdout', /^left 0$/, 15_000);
      await child.ended;
    });

    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      it(`leaves nothing in the kernel when its process ends by ${signal}`, async () => {
        const child = startProcess(process.execPath, [
          '-e',
          `${user('console.log(text)')} setInterval(() => {}, 1000);`,
        ]);
        await child.line('stdout', /^seen 100$/, 15_000);
        const objects = bpfObjects(child.pid);
        assert.ok(objects.programs.length > 2 && objects.maps.length > 2 && objects.links.length > 0);
        assert.deepEqual((await child.stop(signal)).signal, signal);
        await bpfObjectsGone(objects);
      });
    }
  },
  ['bpftool'],
);
