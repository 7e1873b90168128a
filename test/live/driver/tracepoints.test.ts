/** Events that are no system calls: signals, context switches, page faults. They come when they are asked for. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cProgram } from '../../support/c-program.js';
import {
  bytes,
  describeDriver,
  drained,
  result,
  TRACEFS,
  words,
  type Bench,
  type Call,
  type Performed,
  type Sent,
} from './calls.js';

const x64 = process.arch === 'x64';
const SIGURG = 23;
const SIGCHLD = 17;
const BLOCK = 0;
const UNBLOCK = 1;
const PAGE = 4096;
const NOT_PRESENT = 0x2;
const WRITE = 0x4;
const USER = 0x10;
const SUPERVISOR = 0x20;
const FIRST_KERNEL_ADDRESS = 1n << 63n;

const mask = (...signals: number[]): ReturnType<typeof words> =>
  words(signals.reduce((sum, signal) => sum + 2 ** (signal - 1), 0));

describeDriver('The driver on tracepoints', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));
  afterEach(() => {
    bench.driver.setTracepoints([]);
    drained(bench.driver);
  });

  function perform(tracepoints: readonly string[], calls: readonly Call[]): Performed {
    assert.equal(bench.driver.setTracepoints(tracepoints), null);
    return bench.perform(calls);
  }
  const page = (address: unknown): bigint => BigInt(address as number) & ~0xfffn;

  // A blocked signal is delivered when it is no longer blocked, and then, by default, does nothing.
  const signals: readonly Call[] = [
    ['rt_sigprocmask', BLOCK, mask(SIGURG, SIGCHLD), 0, 8],
    ['getpid'],
    ['kill', result(1), SIGURG],
    ['rt_sigprocmask', UNBLOCK, mask(SIGURG), 0, 8],
    ['clone', SIGCHLD, 0, 0, 0, 0],
    ['rt_sigprocmask', UNBLOCK, mask(SIGCHLD), 0, 8],
  ];

  it('gives signals with their sender, receiver and number', () => {
    const { pid, results, of } = perform(['signal_deliver'], signals);
    assert.deepEqual(
      of('signaldeliver').map(({ tid, params }) => ({ tid, ...params })),
      [
        { tid: pid, spid: pid, dpid: pid, sig: SIGURG },
        { tid: pid, spid: results[4], dpid: pid, sig: SIGCHLD },
      ],
    );
  });

  it('gives context switches with what the thread had when it left', () => {
    const { pid, of } = perform(['sched_switch'], [['nanosleep', words(0, 50_000_000), 0]]);
    const [left] = of('switch').filter(({ tid }) => tid === pid) as [Sent];
    assert.notEqual(left.params['next'], pid);
    assert.ok(Number(left.params['vm_size']) > 1000);
    assert.ok(Number(left.params['pgft_min']) > 0);
    assert.deepEqual(
      ['pgft_maj', 'vm_rss', 'vm_swap'].map(name => typeof left.params[name]),
      ['number', 'number', 'number'],
    );
  });

  if (x64) {
    it('gives page faults of programs and of the kernel on their behalf', () => {
      const { results, of } = perform(
        ['page_fault_user', 'page_fault_kernel'],
        [
          ['mmap', 0, PAGE, 3, 0x22, -1, 0],
          ['getcwd', result(0), PAGE],
          ['getpid', bytes(Buffer.alloc(3 * PAGE, 1))],
        ],
      );
      const faults = of('page_fault').map(({ params }) => params);
      const kernel = faults.find(({ addr }) => page(addr) === BigInt(results[0]!))!;
      assert.equal(kernel['error'], NOT_PRESENT | WRITE | SUPERVISOR);
      assert.ok(BigInt(kernel['ip'] as bigint) >= FIRST_KERNEL_ADDRESS);
      const user = faults.filter(({ error }) => error === (NOT_PRESENT | WRITE | USER));
      // One may bring many pages at once.
      assert.ok(user.length >= 1);
      for (const { ip } of user) assert.ok(Number(ip) > PAGE && BigInt(ip as number) < FIRST_KERNEL_ADDRESS);
    });

    it('keeps its records whole while its own reads fault', () => {
      const before = bench.driver.stats();
      const { of } = perform(
        ['page_fault_user', 'page_fault_kernel'],
        Array.from({ length: 50 }, (): Call => ['openat', -100, 8, 0]),
      );
      const sent = of('openat');
      assert.equal(sent.length, 50);
      for (const { params } of sent) assert.deepEqual([params['fd'], params['name']], [-14, null]);
      assert.ok(bench.driver.stats().faults - before.faults >= 50);
    });
  }

  it('gives none of them when they are not asked for, or no longer', () => {
    perform(['signal_deliver', 'sched_switch', 'page_fault_user', 'page_fault_kernel'], signals);
    const { sent } = perform([], signals);
    const names = new Set(sent.map(({ name }) => name));
    for (const name of ['signaldeliver', 'switch', 'page_fault']) assert.ok(!names.has(name), name);
  });

  it('leaves to others what perf counts of them', function () {
    const number = join(TRACEFS, 'events/raw_syscalls/sys_exit/id');
    if (!existsSync(number)) this.skip();
    const counted = execFileSync(cProgram('test/live/driver/counted.c'), [number], { encoding: 'utf8' });
    // The calls between the two looks, and the first look itself.
    assert.ok(Math.abs(Number(counted) - 10_000) < 10, counted);
  });

  it('knows no other names, and passes over them', () => {
    assert.equal(bench.driver.setTracepoints(['no_such_tracepoint', 'sched_process_exit']), null);
  });
});
