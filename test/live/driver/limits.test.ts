import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { DriverStats } from '../../../daemon/addon/driver.js';
import { AT_FDCWD, Bench, describeDriver, drained, numberOf, room, type Call } from './calls.js';
import { compilerFor } from '../../support/c-program.js';
import { describeLive, patience } from '../../support/live.js';

const UNDER_PRESSURE =
  process.arch === 'arm64'
    ? ['openat', 'close', 'mkdirat', 'unlinkat', 'clone', 'execve']
    : ['openat', 'close', 'mkdir', 'rmdir', 'clone', 'clone3', 'vfork', 'execve'];

const total = (dropped: Readonly<Record<string, number>>): number =>
  Object.values(dropped).reduce((sum, count) => sum + count, 0);

describeDriver('The driver counts', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));

  it('strings that it cut, and reads that failed', () => {
    const before = bench.driver.stats();
    const { sent } = bench.perform([
      ['openat', AT_FDCWD, 'x'.repeat(5000), 0],
      ['openat', AT_FDCWD, 8, 0],
    ]);
    const after = bench.driver.stats();
    assert.equal(String(sent[0]!.params['name']).length, 4095);
    assert.ok(after.truncated - before.truncated >= 1);
    assert.ok(after.faults - before.faults >= 1);
  });

  it('a path deeper than its walk goes, and gives the innermost part as such', () => {
    const code = `mkdir -p ${'d/'.repeat(120)} && cd ${'d/'.repeat(120)} && : > leaf`;
    const before = bench.driver.stats();
    bench.driver.setInterest([numberOf('openat')]);
    const { pid } = spawnSync('/bin/sh', ['-c', code], { cwd: bench.directory });
    bench.driver.setInterest([]);
    const leaf = drained(bench.driver).find(
      ({ params, context }) => context.tgid === pid && params['name'] === 'leaf',
    )!;
    assert.equal(leaf.context.file, `...${'/d'.repeat(95)}/leaf`);
    assert.ok(bench.driver.stats().truncated > before.truncated);
  });

  it('a deep path, whose inner part cannot pass for a program of the system', () => {
    const folder = `usr/bin/${'d/'.repeat(93)}`;
    const code = `mkdir -p ${folder} && cp /bin/true ${folder}passwd && ${folder}passwd`;
    bench.driver.setInterest([numberOf('execve')]);
    spawnSync('/bin/sh', ['-c', code], { cwd: bench.directory });
    bench.driver.setInterest([]);
    const deep = drained(bench.driver).find(({ params }) => params['comm'] === 'passwd')!;
    assert.equal(deep.params['trusted_exepath'], `.../usr/bin${'/d'.repeat(93)}/passwd`);
  });

  if (process.arch === 'x64') {
    it('32-bit calls that no 64-bit call stands for', () => {
      const before = bench.driver.stats();
      const { sent } = bench.perform([[{ ia32: 59, name: 'uname' }, room(400)]], ['uname']);
      assert.equal(sent.length, 0);
      assert.ok(bench.driver.stats().unmapped > before.unmapped);
    });
  }

  it('what it saw, and sends all of it', () => {
    const before = bench.driver.stats();
    bench.perform(Array.from({ length: 200 }, (): Call => ['getppid']));
    const after = bench.driver.stats();
    assert.ok(after.submitted - before.submitted >= 200);
    assert.equal(
      after.seen - before.seen,
      after.submitted - before.submitted + total(after.dropped) - total(before.dropped),
    );
  });

  it('the runs of its programs, when it is asked to', () => {
    assert.deepEqual(bench.driver.stats().programs, []);
    assert.equal(bench.driver.setRunStats(true), null);
    try {
      bench.perform(Array.from({ length: 200 }, (): Call => ['getppid']));
      const dispatch = bench.driver.stats().programs.find(({ name }) => name.startsWith('dispatch'))!;
      assert.ok(dispatch.runs >= 200 && dispatch.nanoseconds > 200 * 10, JSON.stringify(dispatch));
    } finally {
      bench.driver.setRunStats(false);
    }
    assert.deepEqual(bench.driver.stats().programs, []);
  });
});

/** Every family for itself: what was seen was sent, filtered, or lost for a reason. */
function assertAccounted({ families, seen, submitted, filtered, dropped }: DriverStats): void {
  for (const [name, family] of Object.entries(families)) {
    assert.equal(family.seen, family.submitted + family.filtered + total(family.dropped), name);
  }
  assert.equal(seen, submitted + filtered + total(dropped));
}

describeLive(
  'The driver, as it was told,',
  function (this: Mocha.Suite) {
    this.timeout(30_000 * patience);
    const using = (options: ConstructorParameters<typeof Bench>[0], body: (bench: Bench) => void): void => {
      const bench = new Bench(options);
      try {
        body(bench);
      } finally {
        bench.close();
      }
    };

    it('does not send calls that failed', () => {
      using({ dropFailedExit: true }, bench => {
        bench.driver.setInterest([numberOf('openat'), numberOf('execve')]);
        const { pid } = spawnSync('/bin/sh', ['-c', 'cat /none; cat /etc/hostname'], {
          cwd: bench.directory,
        });
        const sent = drained(bench.driver).filter(
          ({ context }) => context.tgid === pid || context.ppid === pid,
        );
        assert.ok(sent.some(({ params }) => params['name'] === '/etc/hostname'));
        assert.ok(sent.every(({ params }) => Number(params['fd'] ?? params['res'] ?? 0) >= 0));
        const stats = bench.driver.stats();
        assert.ok(stats.families['open']!.filtered > 0);
        assertAccounted(stats);
      });
    });

    it('never sends a call of the process to ignore', () => {
      using({ ignorePid: process.pid }, bench => {
        const { sent } = bench.perform([['openat', AT_FDCWD, 'x', 0]], ['openat']);
        assert.equal(sent.length, 1);
        bench.driver.setInterest(['close', 'openat', 'clone', 'clone3', 'execve'].map(numberOf));
        spawnSync('/bin/true');
        assert.deepEqual(
          drained(bench.driver).filter(({ context }) => context.tgid === process.pid),
          [],
        );
      });
    });

    it('names by category what a full ring lost, and sends the rest whole', () => {
      using({ bufferBytes: 65_536, cpusForEachBuffer: 0 }, bench => {
        const before = bench.driver.stats();
        const calls: Call[] = Array.from({ length: 250 }, (_, index) => [
          'openat',
          AT_FDCWD,
          `${'n'.repeat(2000)}${String(index)}`,
          0,
        ]);
        const { results } = bench.perform(calls);
        assert.equal(results.length, 250);
        const after = bench.driver.stats();
        assert.ok(after.dropped['ring_full_open']! - before.dropped['ring_full_open']! > 150);
        assertAccounted(after);
        // Other programs of a busy machine may fill so small a ring again: not ten times running.
        const sentAgain = (): boolean =>
          bench.perform([['openat', AT_FDCWD, 'after', 0]]).of('openat').length === 1;
        assert.ok(Array.from({ length: 10 }).some(sentAgain));
      });
    });

    it('accounts for every event of every family while all of them overrun a small ring', () => {
      using({ bufferBytes: 16_384, cpusForEachBuffer: 0 }, bench => {
        const { driver } = bench;
        assertAccounted(driver.stats());
        driver.setInterest(UNDER_PRESSURE.map(numberOf));
        const code =
          'i=0; while [ $i -lt 60 ]; do i=$((i+1)); mkdir d$i; cat d$i/none; rmdir d$i; done 2>/dev/null';
        spawnSync('/bin/sh', ['-c', code], { cwd: bench.directory });
        driver.detach();
        const delivered = drained(driver).length;
        const stats = driver.stats();
        assertAccounted(stats);
        assert.equal(stats.submitted, delivered);
        for (const family of ['open', 'close', 'execve', 'clone_fork', 'proc_exit', 'dir_file']) {
          assert.ok(stats.families[family]!.dropped['ring_full']! > 0, family);
        }
      });
    });

    it('carries as much of buffers as the snaplen says', () => {
      using({ snaplen: 200 }, bench => {
        const { sent } = bench.perform([['sendto', 777, 'd'.repeat(300), 300, 0, 0, 0]]);
        assert.equal(sent[0]!.params['data'], 'd'.repeat(200));
      });
    });
  },
  compilerFor('test/live/driver/calls.c'),
);
