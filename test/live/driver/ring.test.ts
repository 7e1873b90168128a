/** What programs do through an io_uring comes as the events of the calls that they would have made. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cProgram } from '../../support/c-program.js';
import { kernelAtLeast } from '../../support/live.js';
import { AT_FDCWD, describeDriver, drained, numberOf, type Bench, type Sent } from './calls.js';

const ECANCELED = -125;
const ENOENT = -2;
/** Descriptors that only the ring has: those of its own table, from here on. */
const RING_FILE = 2 ** 30;
const UNKNOWN = 2 ** 31 - 1;
const CREATED = 0x4000;
const LARGE = 0x800;

// prettier-ignore
const CALLS = [
  'openat', 'openat2', 'mkdirat', 'symlinkat', 'linkat', 'renameat2', 'unlinkat', 'socket', 'connect', 'accept4', 'close',
];

describeDriver('The driver on io_uring', getBench => {
  let bench: Bench;
  let program: string;
  before(() => {
    bench = getBench();
    program = cProgram('test/live/driver/ring.c');
  });
  afterEach(() => {
    for (const name of ['file', 'soft']) rmSync(join(bench.directory, name), { force: true });
  });

  interface Ran {
    readonly port: number;
    readonly listening: number;
    readonly results: readonly number[];
    readonly sent: readonly Sent[];
  }

  function run(args: readonly string[], names: readonly string[] = CALLS): Ran {
    const { driver, directory } = bench;
    drained(driver);
    driver.setInterest(names.map(numberOf));
    assert.equal(driver.setTracepoints(['io_uring']), null);
    const child = spawnSync(program, args, { cwd: directory, encoding: 'latin1' });
    driver.setInterest([]);
    driver.setTracepoints([]);
    if (child.status === 3) throw new Error('no io_uring here');
    const [port, listening, ...results] = child.stdout.trim().split('\n').map(Number) as [number, number];
    const own = drained(driver).filter(
      ({ name, context }) => context.tgid === child.pid && name !== 'procexit',
    );
    const first = own.findIndex(({ params }) => params['name'] === 'file');
    // The last operation, for whose completion nobody waits, may be under way when the program ends: the kernel cancels it.
    const last = own.at(-1)?.params['fd'] === ECANCELED ? -1 : own.length;
    return { port, listening, results, sent: own.slice(first, last) };
  }

  const IPV4 = 2;
  const endpoint = (port: number): string => {
    const out = Buffer.from([127, 0, 0, 1, 0, 0]);
    out.writeUInt16LE(port, 4);
    return out.toString('latin1');
  };

  for (const args of [[], ['sqpoll']]) {
    const way = args.length > 0 ? ', submitted by a thread of the kernel' : '';
    it(`gives each operation as the call that it stands for, with its result${way}`, function () {
      if (!kernelAtLeast(6, 0)) this.skip();
      const { port, listening, results, sent } = run(args);
      const { ino, dev } = statSync(join(bench.directory, 'file'));
      const paths = (a: string, b: string, at = ''): object => ({
        [`olddir${at}`]: AT_FDCWD,
        oldpath: a,
        [`newdir${at}`]: AT_FDCWD,
        newpath: b,
      });
      const file = { dirfd: AT_FDCWD, name: 'file', dev, ino };
      const connected = sent.find(({ name }) => name === 'connect')!.params['tuple'] as string;
      assert.equal(connected.slice(0, 1), String.fromCharCode(IPV4));
      assert.equal(connected.slice(7), endpoint(port));
      const [opened, async, , , , , , , , , , socket, , accepted] = results as number[];
      assert.ok(results.slice(0, 3).every(value => value >= 0) && socket! > 0 && accepted! > 0);
      assert.deepEqual(
        sent.map(({ name, params }) => {
          const { flags, ...rest } = params;
          return { is: name, ...rest, ...(flags === undefined ? {} : { flags: Number(flags) & ~LARGE }) };
        }),
        [
          { is: 'openat', fd: opened, ...file, flags: 0x7 | CREATED, mode: 0o640 },
          { is: 'openat', fd: async, ...file, flags: 0x1, mode: 0 },
          { is: 'openat', fd: RING_FILE + 2, ...file, dev: 0, ino: 0, flags: 0x2, mode: 0 },
          {
            ...{ is: 'openat2', fd: ENOENT, dirfd: AT_FDCWD, name: 'missing', flags: 0x1, mode: 0 },
            ...{ resolve: 0x8, dev: 0, ino: 0 },
          },
          { is: 'mkdirat', res: 0, dirfd: AT_FDCWD, path: 'made', mode: 0o750 },
          { is: 'symlinkat', res: 0, target: 'target', linkdirfd: AT_FDCWD, linkpath: 'soft' },
          { is: 'linkat', res: 0, ...paths('file', 'hard'), flags: 0x400 },
          { is: 'renameat2', res: 0, ...paths('hard', 'moved', 'fd'), flags: 1 },
          { is: 'unlinkat', res: 0, dirfd: AT_FDCWD, name: 'moved', flags: 0 },
          { is: 'unlinkat', res: 0, dirfd: AT_FDCWD, name: 'made', flags: 0x200 },
          { is: 'unlinkat', res: ENOENT, dirfd: AT_FDCWD, name: 'nothing', flags: 0 },
          { is: 'socket', fd: socket, domain: 2, type: 0x80001, proto: 0, flags: 0x1000 },
          {
            ...{ is: 'connect', res: 0, tuple: connected, fd: socket },
            addr: `\x02${endpoint(port)}`,
          },
          {
            ...{ is: 'accept4', fd: accepted, tuple: connected, queuepct: 0, queuelen: 0, queuemax: 5 },
            flags: 0x40,
          },
          { is: 'close', res: 0, fd: opened },
          // Nobody says what became of it: it passes for successful.
          { is: 'openat', fd: UNKNOWN, ...file, dev: 0, ino: 0, flags: 0x1, mode: 0 },
        ],
      );
      const path = join(bench.directory, 'file');
      for (const { context, tid } of sent) assert.deepEqual([tid, context.comm], [context.tgid, 'ring']);
      assert.deepEqual(
        sent.slice(0, 4).map(({ context }) => [context.file, context.base1]),
        [
          [path, bench.directory],
          [path, bench.directory],
          ['', bench.directory],
          ['', bench.directory],
        ],
      );
      assert.ok(listening > 0);
    });
  }

  it('knows the paths of operations that wait, however many others are under way', function () {
    if (!kernelAtLeast(6, 0)) this.skip();
    drained(bench.driver);
    bench.driver.setInterest([numberOf('unlinkat'), numberOf('accept4')]);
    assert.equal(bench.driver.setTracepoints(['io_uring']), null);
    const child = spawnSync(program, ['full'], { cwd: bench.directory, encoding: 'latin1' });
    bench.driver.setInterest([]);
    bench.driver.setTracepoints([]);
    assert.equal(child.status, 0);
    const own = drained(bench.driver).filter(({ context }) => context.tgid === child.pid);
    const first = own.filter(({ params }) => params['name'] === 'first');
    assert.deepEqual(
      first.map(({ params }) => params['res']),
      [ENOENT],
    );
    // What there is no room for is told at once.
    const later = own.filter(({ params }) => params['name'] === 'later' && params['res'] === 0);
    assert.ok(later.length >= 600 - 512, String(later.length));
  });

  it('gives operations whose completion nobody takes', function () {
    if (!kernelAtLeast(6, 0)) this.skip();
    drained(bench.driver);
    bench.driver.setInterest([numberOf('mkdirat')]);
    assert.equal(bench.driver.setTracepoints(['io_uring']), null);
    const child = spawnSync(program, ['overflow'], { cwd: bench.directory, encoding: 'latin1' });
    bench.driver.setInterest([]);
    bench.driver.setTracepoints([]);
    assert.equal(child.status, 0);
    const sent = drained(bench.driver).filter(
      ({ name, context }) => context.tgid === child.pid && name === 'mkdirat',
    );
    assert.deepEqual(
      sent.map(({ params }) => params),
      [{ res: 0, dirfd: AT_FDCWD, path: 'file', mode: 0o700 }],
    );
  });

  it('gives only the operations whose calls are of interest', function () {
    if (!kernelAtLeast(6, 0)) this.skip();
    const { sent } = run([], ['openat', 'mkdirat']);
    assert.deepEqual([...new Set(sent.map(({ name }) => name))].sort(), ['mkdirat', 'openat']);
  });
});
