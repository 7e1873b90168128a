import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kernelAtLeast } from '../../support/live.js';
import {
  AT_FDCWD,
  bytes,
  describeDriver,
  drained,
  numberOf,
  result,
  room,
  word,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const x64 = process.arch === 'x64';
const EBADF = -9;
const EINVAL = -22;
const ESRCH = -3;
const ENOENT = -2;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
const NEWNS = 0x20000;
const NEWUTS = 0x4000000;

const plain = ({ name, params }: Sent): unknown => ({ is: name, ...params });

describeDriver('The driver on descriptors, signals, mounts and the rest', getBench => {
  let bench: Bench;
  before(() => {
    bench = getBench();
    mkdirSync(join(bench.directory, 'mnt'));
  });
  const run = (calls: readonly Call[], also: readonly string[] = []): Sent[] => [
    ...bench.perform(calls, also).sent,
  ];

  it('gives close and the dup family', () => {
    const sent = run([
      ['openat', AT_FDCWD, '.', 0],
      ['dup', result(0)],
      ['dup3', result(0), 100, CLOEXEC],
      ['close', 100],
      ['close', 100],
      ['dup', 777],
      ['close_range', 200, 300, 4],
      ['close_range', 2, 1, 0],
      ['close_range', 200, 300, 0],
      ...(x64 ? ([['dup2', result(0), 101]] satisfies Call[]) : []),
    ]).slice(1);
    const fd = sent[0]!.params['oldfd'];
    assert.deepEqual(sent.map(plain).slice(0, 8), [
      { is: 'dup', res: Number(fd) + 1, oldfd: fd },
      { is: 'dup3', res: 100, oldfd: fd, newfd: 100, flags: 0x1000 },
      { is: 'close', res: 0, fd: 100 },
      { is: 'close', res: EBADF, fd: 100 },
      { is: 'dup', res: EBADF, oldfd: 777 },
      { is: 'close_range', res: kernelAtLeast(5, 11) ? 0 : EINVAL, first: 200, last: 300, flags: 4 },
      { is: 'close_range', res: EINVAL, first: 2, last: 1, flags: 0 },
      { is: 'close_range', res: 0, first: 200, last: 300, flags: 0 },
    ]);
    if (x64) assert.deepEqual(plain(sent[8]!), { is: 'dup2', res: 101, oldfd: fd, newfd: 101 });
  });

  it('gives pipes, memory files and fcntl', () => {
    const sent = run([
      ['pipe2', room(8), CLOEXEC | NONBLOCK],
      ['pipe2', 0, 0],
      ['fcntl', word(0, 0, 0), 1030, 50],
      ['fcntl', 777, 3, 0],
      ['memfd_create', 'in memory', 1],
      ['userfaultfd', 0x1000000],
      ...(x64 ? ([['pipe', room(8)]] satisfies Call[]) : []),
    ]);
    const [pipe, bad, moved, failed, memory, fault] = sent as [Sent, Sent, Sent, Sent, Sent, Sent];
    const fd = pipe.params['fd1'];
    assert.deepEqual(
      [pipe.params['res'], pipe.params['fd2'], pipe.params['flags']],
      [0, Number(fd) + 1, 0x1040],
    );
    assert.ok(Number(pipe.params['ino']) > 0);
    assert.deepEqual(bad.params, { res: -14, fd1: -1, fd2: -1, ino: 0, flags: 0 });
    assert.deepEqual(moved.params, { res: 50, fd, cmd: 26, arg: 50 });
    assert.deepEqual(failed.params, { res: EBADF, fd: 777, cmd: 4, arg: 0 });
    assert.deepEqual(
      [memory.params['name'], memory.params['flags'], memory.context.file],
      ['in memory', 1, 'memfd:in memory'],
    );
    assert.deepEqual(fault.params, { res: EINVAL, flags: 0 });
    if (x64) assert.ok(Number(sent[6]!.params['ino']) > Number(pipe.params['ino']));
  });

  it('gives signals', () => {
    const { sent, pid } = bench.perform([
      ['kill', 0x7ffffff, 9],
      ['getpid'],
      ['tkill', result(1), 0],
      ['tgkill', result(1), result(1), 0],
      ['kill', -1, 99],
    ]);
    assert.deepEqual(sent.filter(({ name }) => /kill/.test(name)).map(plain), [
      { is: 'kill', res: ESRCH, pid: 0x7ffffff, sig: 9 },
      { is: 'tkill', res: 0, tid: pid, sig: 0 },
      { is: 'tgkill', res: 0, pid, tid: pid, sig: 0 },
      { is: 'kill', res: EINVAL, pid: -1, sig: 99 },
    ]);
  });

  it('gives namespaces and mounts', () => {
    const sent = run([
      ['openat', AT_FDCWD, '/proc/self/ns/uts', 0],
      ['unshare', NEWNS | NEWUTS],
      ['unshare', 0x1],
      ['mount', 'none', '/', 0, 0x4c000, 0],
      ['mount', 'tmpfs', 'mnt', 'tmpfs', 0xc0ed0000 + 6, 0],
      ['openat', AT_FDCWD, 'mnt/inside', 0o102, 0o600],
      ['umount2', 'mnt', 2],
      ['umount2', '/none', 8],
      ['setns', result(0), NEWUTS],
      ['setns', 777, 0],
    ]);
    assert.equal(sent[0]!.context.file, '');
    assert.deepEqual(sent.filter(({ name }) => name !== 'openat').map(plain), [
      { is: 'unshare', res: 0, flags: 0x20 | 0x80 },
      { is: 'unshare', res: EINVAL, flags: 0 },
      { is: 'mount', res: 0, dev: 'none', dir: '/', type: null, flags: 0x4c000 },
      { is: 'mount', res: 0, dev: 'tmpfs', dir: 'mnt', type: 'tmpfs', flags: 6 },
      { is: 'umount2', res: 0, name: 'mnt', flags: 2 },
      { is: 'umount2', res: ENOENT, name: '/none', flags: 8 },
      { is: 'setns', res: 0, fd: sent[0]!.params['fd'], nstype: 0x80 },
      { is: 'setns', res: EBADF, fd: 777, nstype: 0 },
    ]);
    assert.equal(sent[4]!.context.base1, bench.directory);
    assert.equal(sent[5]!.context.file, join(bench.directory, 'mnt/inside'));
  });

  it('gives ptrace with typed address and data', () => {
    const u64 = (index: number, value: number): string => {
      const out = Buffer.alloc(9);
      out[0] = index;
      out.writeBigUInt64LE(BigInt(value), 1);
      return out.toString('latin1');
    };
    const sent = run([
      ['ptrace', 0, 0, 0, 0],
      ['ptrace', 0x4206, 0x7ffffff, 5, 6],
      ['ptrace', 17, 1, 0, 9],
    ]);
    assert.deepEqual(sent.map(plain), [
      { is: 'ptrace', res: 0, addr: u64(0, 0), data: u64(0, 0), request: 1, pid: 0 },
      { is: 'ptrace', res: ESRCH, addr: u64(0, 0), data: u64(0, 0), request: 20, pid: 0x7ffffff },
      { is: 'ptrace', res: ESRCH, addr: u64(0, 0), data: u64(0, 0), request: 12, pid: 1 },
    ]);
  });

  it('gives modules and bpf', () => {
    const sent = run([
      ['init_module', bytes(Buffer.from('not a module'.padEnd(200, '.'))), 200, 'param=1'],
      ['finit_module', 777, 'param=2', 3],
      ['delete_module', 'no_such_module', 0o5000],
      ['bpf', 99, 0, 0],
    ]);
    const [init, finit, remove, bpf] = sent.map(({ params }) => params) as Sent['params'][];
    assert.equal(init!['img'], 'not a module'.padEnd(80, '.'));
    assert.deepEqual([init!['length'], init!['uargs']], [200, 'param=1']);
    assert.deepEqual([finit!['fd'], finit!['uargs'], finit!['flags']], [777, 'param=2', 3]);
    assert.deepEqual([remove!['name'], remove!['flags']], ['no_such_module', 3]);
    assert.deepEqual(bpf, { fd: EINVAL, cmd: 99 });
  });

  it('gives calls without an event of their own by number, also from 32-bit code', () => {
    const sent = run([
      ['sysinfo', room(200)],
      ...(x64 ? ([[{ ia32: 116, name: 'sysinfo' }, room(200)]] satisfies Call[]) : []),
    ]);
    for (const { name, params } of sent) {
      assert.equal(name, 'syscall');
      assert.deepEqual(params, { ID: params['ID'], nativeID: numberOf('sysinfo') });
      assert.ok(Number(params['ID']) > 0);
    }
    assert.equal(sent.length, x64 ? 2 : 1);
  });

  it('opens by handle with the path that the kernel finds', () => {
    const handle = Buffer.alloc(136);
    handle.writeUInt32LE(128, 0);
    const { sent, results } = bench.perform([
      ['openat', AT_FDCWD, 'handled', 0o102, 0o600],
      ['openat', AT_FDCWD, '.', 0],
      ['name_to_handle_at', AT_FDCWD, 'handled', bytes(handle), room(4), 0],
      ['open_by_handle_at', result(1), { token: 'p:2.2' }, 0o2],
      ['open_by_handle_at', 777, { token: 'p:2.2' }, 0],
    ]);
    if (results[2] !== 0) return;
    const [good, bad] = sent.filter(({ name }) => name === 'open_by_handle_at') as [Sent, Sent];
    const path = join(bench.directory, 'handled');
    assert.deepEqual(
      [good.params['path'], good.params['ino'], good.context.file, Number(good.params['flags']) & 3],
      [path, statSync(path).ino, path, 3],
    );
    assert.deepEqual([bad.params['fd'], bad.params['path'], bad.params['ino']], [EBADF, null, 0]);
  });

  it('sends only what is of interest', () => {
    const { driver } = bench;
    drained(driver);
    const { sent } = bench.perform([['getuid'], ['close', 777]]);
    assert.deepEqual([...new Set(sent.map(({ name }) => name))].sort(), ['close', 'getuid']);
  });
});
