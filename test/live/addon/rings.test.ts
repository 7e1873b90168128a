import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { describeLive } from '../../support/live.js';
import type { DriverStats } from '../../../daemon/addon/driver.js';
import { attach, CLOSE, closeMany, collect, collectWhile, opened, type Seen } from './workload.js';

const dropped = (stats: DriverStats): number =>
  Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);

describeLive(
  'The rings',
  () => {
    let hop = '';
    before(() => (hop = cProgram('test/live/addon/hop.c')));

    for (const [what, options] of [
      ['each CPU has its own', {}],
      ['all CPUs share one', { cpusForEachBuffer: 0 }],
      ['the driver probes instead of loading directly', { flavor: 'raw_tp' }],
    ] as const) {
      it(`give every event of threads that change CPUs, in the order of each thread, when ${what}`, async function () {
        if (availableParallelism() < 2) this.skip();
        const [threads, count, first] = [4, 10_000, 2_000_000];
        const driver = opened(options);
        driver.setInterest([CLOSE]);
        attach(driver);
        const seen = await collectWhile(
          driver,
          hop,
          [threads, count, first].map(String),
          first,
          threads * count,
        );
        const stats = driver.stats();
        driver.close();
        assert.equal(dropped(stats), 0);
        assert.equal(seen.length, threads * count);
        assert.ok(new Set(seen.map(event => event.cpu)).size >= 2, 'the threads stayed on one CPU');
        const next = new Map<number, Seen>();
        let moves = 0;
        for (const event of seen) {
          const before = next.get(event.tid);
          if (before) {
            assert.equal(event.fd, before.fd + 1, `thread ${String(event.tid)} is out of order`);
            assert.ok(event.time >= before.time);
            if (event.cpu !== before.cpu) moves++;
          }
          next.set(event.tid, event);
        }
        assert.equal(next.size, threads);
        assert.ok(moves > 1000, `only ${String(moves)} moves`);
      });
    }

    it('give records in the order of time when each CPU has its own', async () => {
      const driver = opened();
      driver.setInterest([CLOSE]);
      attach(driver);
      const seen = await collectWhile(driver, hop, ['2', '20000', '2000000'], 2_000_000, 40_000);
      driver.close();
      const late = seen.filter((event, i) => i > 0 && event.time < seen[i - 1]!.time).length;
      assert.deepEqual([seen.length, late], [40_000, 0]);
    });

    it('stamp records with the time of day', () => {
      const driver = opened();
      driver.setInterest([CLOSE]);
      attach(driver);
      const before = BigInt(Date.now()) * 1_000_000n;
      closeMany(400_000, 1);
      const after = BigInt(Date.now() + 1) * 1_000_000n;
      const seen: Seen[] = [];
      collect(driver, 400_000, 1, seen);
      driver.close();
      assert.equal(seen.length, 1);
      // The two clocks may be adjusted against each other by some microseconds.
      assert.ok(seen[0]!.time > before - 100_000n && seen[0]!.time < after + 100_000n);
    });

    it('that are full lose events, and count each of them', () => {
      for (const cpusForEachBuffer of [0, 1]) {
        const driver = opened({ bufferBytes: 64 * 1024, cpusForEachBuffer });
        driver.setInterest([CLOSE]);
        attach(driver);
        closeMany(500_000, 5_000);
        driver.detach();
        const seen: Seen[] = [];
        const records = collect(driver, 500_000, 5_000, seen);
        const stats = driver.stats();
        driver.close();
        assert.ok(seen.length > 50 && seen.length < 5_000);
        assert.equal(records, stats.submitted);
        assert.equal(stats.seen, stats.submitted + dropped(stats));
        assert.ok(stats.dropped['ring_full_close']! >= 5_000 - seen.length - 100);
        assert.ok(stats.seen >= 5_000);
        for (const reason of Object.keys(stats.dropped)) {
          if (!reason.startsWith('ring_full')) assert.equal(stats.dropped[reason], 0, reason);
        }
        const cpus = stats.perCpu.reduce(
          (sum, cpu) => [sum[0]! + cpu.seen, sum[1]! + cpu.submitted, sum[2]! + cpu.dropped],
          [0, 0, 0],
        );
        assert.deepEqual(cpus, [stats.seen, stats.submitted, dropped(stats)]);
        // What was kept is the beginning, without a gap.
        assert.deepEqual(
          seen.slice(0, 50).map(event => event.fd),
          Array.from({ length: 50 }, (_, i) => 500_000 + i),
        );
      }
    });

    it('take up again after they were full', () => {
      const driver = opened({ bufferBytes: 64 * 1024 });
      driver.setInterest([CLOSE]);
      attach(driver);
      for (let round = 0; round < 30; round++) {
        closeMany(600_000, 1_000);
        collect(driver, 600_000, 1_000, []);
        const seen: Seen[] = [];
        closeMany(700_000, 20);
        collect(driver, 700_000, 20, seen);
        assert.equal(seen.length, 20);
      }
      driver.close();
    });

    it('give more than one batch holds in several, losing nothing', () => {
      const driver = opened({ batchBytes: 128 * 1024 });
      driver.setInterest([CLOSE]);
      attach(driver);
      closeMany(800_000, 6_000);
      driver.detach();
      const seen: Seen[] = [];
      const reported = driver.stats();
      collect(driver, 800_000, 6_000, seen);
      driver.close();
      assert.equal(dropped(reported), 0);
      assert.equal(seen.length, 6_000);
    });

    it('wake a reader that sleeps on them, and let it sleep while nothing comes', async () => {
      const driver = opened();
      attach(driver);
      // Threads that end anywhere on the machine are reported whatever the interest is: try until it was quiet.
      let quiet = false;
      for (let i = 0; i < 1000 && !quiet; i++) {
        collect(driver, 0, 0, []);
        const start = performance.now();
        quiet = !driver.wait(5) && performance.now() - start > 4;
      }
      assert.ok(quiet, 'the reader never slept');
      driver.setInterest([CLOSE]);
      const worker = collectWhile(driver, 'true', [], 0, 0);
      await worker;
      collect(driver, 0, 0, []);
      closeMany(900_000, 1);
      assert.equal(driver.wait(1000), true);
      driver.close();
    });
  },
  compilerFor('test/live/addon/hop.c'),
);
