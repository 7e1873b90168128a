import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  readFileSync,
  existsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  AT_FDCWD,
  describeDriver,
  drained,
  numberOf,
  strings,
  words,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';
import { tallyRecord } from './tally.js';

const x64 = process.arch === 'x64';
const ENOENT = -2;
const CLONE_VM = 0x8000;
const CLONE_FILES = 0x1;
const CHILD_IN_PIDNS = 0x20000000;

const list = (value: unknown): string[] => (value === null ? [] : String(value).split('\0').slice(0, -1));

describeDriver('The driver on processes', getBench => {
  let bench: Bench;
  let pgid: number;
  before(() => {
    bench = getBench();
    pgid = Number(readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ')[2]);
  });

  /** Runs a program and gives the records of its process. */
  function spawned(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Sent[] {
    bench.driver.setInterest(
      ['execve', 'execveat', 'clone', 'clone3', 'fork', 'vfork']
        .filter(name => x64 || !/fork/.test(name))
        .map(numberOf),
    );
    const { pid } = spawnSync(command, args, { cwd: bench.directory, env: { ...env }, argv0: 'argv zero' });
    bench.driver.setInterest([]);
    const sent = drained(bench.driver).filter(({ context }) => context.tgid === pid);
    for (const record of sent) tallyRecord(record);
    return sent;
  }

  it('gives everything about a program that starts', () => {
    const program = join(bench.directory, 'program');
    copyFileSync('/bin/true', program);
    symlinkSync('program', join(bench.directory, 'alias'));
    const file = statSync(program, { bigint: true });
    const [exec, exit] = spawned('./alias', ['one', '', 'three'], { A: '1', LONG: 'x'.repeat(100) }).filter(
      ({ name }) => name === 'execve' || name === 'procexit',
    ) as [Sent, Sent];
    const { params, context } = exec;
    assert.deepEqual([exec.name, params['res'], params['exe']], ['execve', 0, 'argv zero']);
    assert.deepEqual(list(params['args']), ['one', '', 'three']);
    assert.deepEqual(list(params['env']), ['A=1', `LONG=${'x'.repeat(100)}`]);
    assert.deepEqual([params['tid'], params['pid'], params['ptid']], [exec.tid, exec.tid, process.pid]);
    assert.deepEqual([params['cwd'], context.file, context.base1], [null, bench.directory, bench.directory]);
    assert.deepEqual([params['comm'], context.comm], ['alias', 'alias']);
    assert.deepEqual([params['filename'], params['trusted_exepath']], ['./alias', program]);
    assert.deepEqual([params['uid'], params['gid'], params['loginuid']], [0, 0, context.loginuid]);
    assert.deepEqual([params['pgid'], params['vpgid'], params['tty']], [pgid, pgid, 0]);
    assert.equal(BigInt(params['exe_ino'] as number), file.ino);
    assert.equal(BigInt(params['exe_ino_ctime'] as bigint), file.ctimeNs);
    assert.equal(BigInt(params['exe_ino_mtime'] as bigint), file.mtimeNs);
    assert.equal(params['flags'], 0x1);
    const status = readFileSync('/proc/self/status', 'latin1');
    for (const [name, key] of [
      ['cap_inheritable', 'CapInh'],
      ['cap_permitted', 'CapPrm'],
      ['cap_effective', 'CapEff'],
    ] as const) {
      assert.equal(
        BigInt(params[name] as bigint),
        BigInt(`0x${new RegExp(`${key}:\\s+(\\w+)`).exec(status)![1]!}`),
      );
    }
    const limit = /open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'latin1'))![1];
    assert.equal(params['fdlimit'], Number(limit));
    assert.ok(Number(params['vm_size']) > 0);
    assert.deepEqual(
      [exit.name, exit.params['status'], exit.params['ret'], exit.params['sig']],
      ['procexit', 0, 0, 0],
    );
    assert.equal(exit.params['reaper_tid'], 0);
  });

  it('gives the cgroups, controller by controller, and the one without', () => {
    const own = new Map<string, string>();
    for (const line of readFileSync('/proc/self/cgroup', 'latin1').trim().split('\n')) {
      const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line)!.slice(0) as [string, string, string];
      for (const name of controllers.split(',')) own.set(name, path);
    }
    const [exec] = spawned('/bin/true', []).filter(({ name }) => name === 'execve') as [Sent];
    const given = list(exec.params['cgroups']).map(item => item.split('=') as [string, string]);
    assert.deepEqual(
      given.map(([name]) => name),
      ['cpuset', 'cpu', 'cpuacct', 'io', 'memory', ''].filter(name =>
        given.some(([other]) => other === name),
      ),
    );
    assert.ok(given.length >= 4);
    for (const [name, path] of given) {
      const expected = own.get(name === 'io' ? 'blkio' : name);
      if (expected !== undefined) assert.equal(path, expected, name);
    }
  });

  it('names the interpreter of a script as its executable, and the script as its file', () => {
    const script = join(bench.directory, 'script');
    writeFileSync(script, '#!/bin/sh\nexit 3\n');
    chmodSync(script, 0o755);
    const records = spawned(script, ['x']);
    const exec = records.find(({ name }) => name === 'execve')!;
    assert.equal(exec.params['filename'], script);
    assert.match(String(exec.params['trusted_exepath']), /^(?:\/usr)?\/bin\/\w*sh$/);
    assert.deepEqual(list(exec.params['args']), [script, 'x']);
    const exit = records.find(({ name }) => name === 'procexit')!;
    assert.deepEqual([exit.params['status'], exit.params['ret']], [0x300, 3]);
  });

  it('gives a program in memory as such', () => {
    const run = spawnSync('python3', ['-c', 'import os; os.memfd_create("x")']).status === 0;
    if (!run) return;
    const code = `
import os
fd = os.memfd_create("hidden code")
os.write(fd, open("/bin/true", "rb").read())
os.execve(fd, ["disguised"], {})`;
    const exec = spawned('python3', ['-c', code], { PATH: process.env['PATH'] ?? '' })
      .filter(({ name, params }) => name === 'execve' && params['res'] === 0)
      .at(-1)!;
    assert.equal(exec.params['trusted_exepath'], 'memfd:hidden code');
    assert.equal(exec.params['flags'], 0x5);
    assert.equal(exec.params['exe'], 'disguised');
    assert.match(String(exec.params['filename']), /^\/(proc\/self|dev)\/fd\/\d+$/);
  });

  it('cuts long arguments at 4,096 bytes', () => {
    const [exec] = spawned('/bin/true', ['a'.repeat(3000), 'b'.repeat(100_000)], {
      E: 'e'.repeat(9000),
    }).filter(({ name }) => name === 'execve') as [Sent];
    assert.equal(String(exec.params['exe']).length + 1 + String(exec.params['args']).length, 4096);
    assert.ok(String(exec.params['args']).endsWith('b\0'));
    assert.equal(String(exec.params['env']).length, 4096);
  });

  it('gives calls that fail with what they were given and who made them', () => {
    const many = Array.from({ length: 20 }, (_, index) => `v${String(index)}`);
    const { sent, pid } = bench.perform([
      ['execve', './none', strings('zero', 'one', ''), strings('E=1', 'F=2')],
      ['execve', '/none', 0, 0],
      ['execveat', AT_FDCWD, 'none', strings(...many), strings(...many), 0],
    ]);
    const [first, second, third] = sent as [Sent, Sent, Sent];
    assert.deepEqual([first.name, second.name, third.name], ['execve', 'execve', 'execveat']);
    assert.deepEqual(
      [first.params['res'], first.params['exe'], list(first.params['args'])],
      [ENOENT, 'zero', ['one', '']],
    );
    assert.deepEqual(list(first.params['env']), ['E=1', 'F=2']);
    assert.deepEqual([first.params['filename'], first.context.base1], ['./none', bench.directory]);
    assert.deepEqual([first.params['comm'], first.params['tid']], ['calls', pid]);
    assert.match(String(first.params['trusted_exepath']), /build\/test\/calls$/);
    assert.deepEqual([second.params['exe'], second.params['args'], second.params['env']], ['', null, null]);
    assert.deepEqual(list(third.params['args']), many.slice(1, 16));
    assert.deepEqual(list(third.params['env']), many.slice(0, 16));
  });

  it('gives a clone in the parent and in the child', () => {
    const calls: Call[] = [
      ['clone', 0x11, 0, 0, 0, 0],
      ['clone', 0x20000011, 0, 0, 0, 0],
      ['clone3', words(0x400, 0, 0, 0, 17, 0, 0, 0), 64],
      ['clone', 0x10000, 0, 0, 0, 0],
    ];
    if (x64) calls.push(['fork'], ['vfork']);
    const { sent, results, pid } = bench.perform(calls);
    const made = sent.filter(({ name }) => /clone|fork/.test(name));
    const parents = made.filter(({ params }) => params['res'] !== 0);
    const children = made.filter(({ params }) => params['res'] === 0);
    assert.deepEqual(
      parents.map(({ params }) => params['res']),
      results,
    );
    assert.deepEqual(
      parents.map(({ name }) => name),
      calls.map(([name]) => name),
    );
    for (const { params } of parents) {
      assert.deepEqual(
        [params['tid'], params['pid'], params['ptid'], params['vtid']],
        [pid, pid, process.pid, pid],
      );
      assert.equal(params['pidns_init_start_ts'], 0);
    }
    assert.deepEqual(
      parents.map(({ params }) => params['flags']),
      [0, 0x40, CLONE_FILES, 0x2000, 0, 0].slice(0, calls.length),
    );
    assert.equal(parents[0]!.params['exe'], join(process.cwd(), 'build/test/calls'));
    assert.equal(parents[3]!.params['exe'], null);
    const tids = results.filter(value => value > 0);
    // On x86_64 the child itself reports, under the name and with the flags of the call.
    assert.deepEqual(
      children.map(({ tid }) => tid),
      tids,
    );
    for (const { params, tid, context } of children) {
      assert.deepEqual([params['tid'], params['pid'], params['ptid'], context.ppid], [tid, tid, pid, pid]);
      assert.equal(context.file, bench.directory);
      assert.equal(params['comm'], 'calls');
      assert.ok(Number(params['pidns_init_start_ts']) > 0);
    }
    if (!x64) return;
    assert.deepEqual(
      children.map(({ name }) => name),
      ['clone', 'clone', 'clone3', 'fork', 'vfork'],
    );
    assert.deepEqual(
      children.map(({ params }) => params['flags']),
      [0, 0x40 | CHILD_IN_PIDNS, CLONE_FILES, 0, 0],
    );
    assert.deepEqual([children[1]!.params['vtid'], children[1]!.params['vpid']], [1, 1]);
    assert.deepEqual([children[0]!.params['vtid'], children[0]!.params['vpid']], [tids[0], tids[0]]);
    const ends = sent.filter(({ name }) => name === 'procexit');
    assert.deepEqual(
      ends.map(({ tid, params }) => [tid, params['ret']]),
      tids.map(tid => [tid, 7]),
    );
  });

  it('gives threads with the true flags of clone3, and the end of each', () => {
    const records = spawned(process.execPath, [
      '-e',
      'new (require("worker_threads").Worker)("", { eval: true })',
    ]);
    const threads = records.filter(
      ({ name, params }) => /^clone/.test(name) && params['res'] === 0 && params['tid'] !== params['pid'],
    );
    assert.ok(threads.length > 3);
    for (const { params, tid, context } of threads) {
      assert.deepEqual([params['pid'], params['tid']], [context.tgid, tid]);
      const flags = Number(params['flags']);
      assert.equal(flags & 0x2000, 0x2000, 'CLONE_THREAD');
      assert.equal(flags & (CLONE_VM | CLONE_FILES | 0x2 | 0x800), CLONE_VM | CLONE_FILES | 0x2 | 0x800);
      if (x64)
        assert.equal(
          flags,
          0x2000 | CLONE_VM | CLONE_FILES | 0x2 | 0x800 | 0x1000 | 0x2000000 | 0x200 | 0x800000,
        );
    }
    const ends = new Set(records.filter(({ name }) => name === 'procexit').map(({ tid }) => tid));
    for (const { tid } of threads) assert.ok(ends.has(tid));
  });

  it('gives the signal that ended a process, and who gets its children', () => {
    const script = 'sleep 0.2 & kill -9 $$';
    const records = spawned('/bin/sh', ['-c', script]);
    const exit = records.filter(({ name }) => name === 'procexit').at(-1)!;
    assert.deepEqual(
      [exit.params['status'], exit.params['sig'], exit.params['core'], exit.params['ret']],
      [9, 9, 0, 0],
    );
    const reaper = Number(exit.params['reaper_tid']);
    assert.ok(reaper > 0 && existsSync(`/proc/${String(reaper)}`));
  });
});
