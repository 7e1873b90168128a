import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { syscallByName } from '../../../daemon/events/syscall-table.js';
import { kernelAtLeast } from '../../support/live.js';
import { AT_FDCWD, describeDriver, result, type Bench, type Call, type Sent } from './calls.js';

const ENOENT = -2;
const ENOTEMPTY = -39;
const ENOSYS = -38;
const EBADF = -9;
const O_DIRECTORY = process.arch === 'arm64' ? 0o40000 : 0o200000;
const x64 = process.arch === 'x64';

const plain = ({ name, params }: Sent): unknown => ({ is: name, ...params });
const bases = ({ context }: Sent): unknown => [context.base1, context.base2];

describeDriver('The driver on names of files', getBench => {
  let bench: Bench;
  let dir: string;
  let sub: string;
  before(() => {
    bench = getBench();
    dir = bench.directory;
    sub = join(dir, 'sub');
    mkdirSync(sub);
    for (const name of ['a', 'b', 'sub/c', 'sub/d', 'e']) writeFileSync(join(dir, name), '');
  });

  const run = (calls: readonly Call[]): Sent[] => [...bench.perform(calls).sent];

  it('gives rename, renameat and renameat2, and where each relative path starts', () => {
    const sent = run([
      ['openat', AT_FDCWD, 'sub', O_DIRECTORY],
      ['renameat', AT_FDCWD, 'a', result(0), 'a2'],
      ['renameat2', result(0), 'c', AT_FDCWD, join(dir, 'c2'), 1],
      ['renameat2', AT_FDCWD, '/none', 777, 'x', 0],
      ...(x64 ? ([['rename', 'b', join(sub, 'b2')]] satisfies Call[]) : []),
    ]).slice(1);
    const fd = sent[0]!.params['newdirfd'];
    assert.deepEqual(sent.map(plain).slice(0, 3), [
      { is: 'renameat', res: 0, olddirfd: -100, oldpath: 'a', newdirfd: fd, newpath: 'a2' },
      {
        is: 'renameat2',
        res: 0,
        olddirfd: fd,
        oldpath: 'c',
        newdirfd: -100,
        newpath: join(dir, 'c2'),
        flags: 1,
      },
      {
        is: 'renameat2',
        res: EBADF,
        olddirfd: -100,
        oldpath: '/none',
        newdirfd: 777,
        newpath: 'x',
        flags: 0,
      },
    ]);
    assert.deepEqual(sent.map(bases).slice(0, 3), [
      [dir, sub],
      [sub, ''],
      ['', ''],
    ]);
    if (!x64) return;
    assert.deepEqual(plain(sent[3]!), { is: 'rename', res: 0, oldpath: 'b', newpath: join(sub, 'b2') });
    assert.deepEqual(bases(sent[3]!), [dir, '']);
  });

  it('gives links and symbolic links; the target of a symbolic link has no base', () => {
    const sent = run([
      ['openat', AT_FDCWD, 'sub', O_DIRECTORY],
      ['linkat', result(0), 'd', AT_FDCWD, 'hard', 0x400],
      ['symlinkat', '/etc/shadow', result(0), 'soft'],
      ['linkat', AT_FDCWD, 'none', AT_FDCWD, 'x', 0],
      ...(x64
        ? ([
            ['link', 'e', 'e2'],
            ['symlink', 'relative/target', 'soft2'],
            ['symlink', 'again', 'soft2'],
          ] satisfies Call[])
        : []),
    ]).slice(1);
    const fd = sent[0]!.params['olddir'];
    assert.deepEqual(sent.map(plain).slice(0, 3), [
      { is: 'linkat', res: 0, olddir: fd, oldpath: 'd', newdir: -100, newpath: 'hard', flags: 0x400 },
      { is: 'symlinkat', res: 0, target: '/etc/shadow', linkdirfd: fd, linkpath: 'soft' },
      { is: 'linkat', res: ENOENT, olddir: -100, oldpath: 'none', newdir: -100, newpath: 'x', flags: 0 },
    ]);
    assert.deepEqual(sent.map(bases).slice(0, 3), [
      [sub, dir],
      [sub, ''],
      [dir, dir],
    ]);
    if (!x64) return;
    assert.deepEqual(sent.map(plain).slice(3), [
      { is: 'link', res: 0, oldpath: 'e', newpath: 'e2' },
      { is: 'symlink', res: 0, target: 'relative/target', linkpath: 'soft2' },
      { is: 'symlink', res: -17, target: 'again', linkpath: 'soft2' },
    ]);
    assert.deepEqual(sent.map(bases).slice(3), [
      [dir, dir],
      [dir, ''],
      [dir, ''],
    ]);
  });

  it('gives what makes and removes directories and nodes', () => {
    const sent = run([
      ['mkdirat', AT_FDCWD, 'm1', 0o2755],
      ['mknodat', AT_FDCWD, 'fifo', 0o10640, 0],
      ['mknodat', AT_FDCWD, 'null', 0o20600, 0x103],
      ['unlinkat', AT_FDCWD, 'fifo', 0],
      ['unlinkat', AT_FDCWD, 'm1', 0x200],
      ['unlinkat', AT_FDCWD, join(dir, 'sub'), 0x200],
      ...(x64
        ? ([
            ['mkdir', 'm2', 0o700],
            ['mknod', 'sock', 0o140600, 0],
            ['rmdir', 'm2'],
            ['unlink', '/none'],
          ] satisfies Call[])
        : []),
    ]);
    assert.deepEqual(sent.map(plain).slice(0, 6), [
      { is: 'mkdirat', res: 0, dirfd: -100, path: 'm1', mode: 0o2755 },
      { is: 'mknodat', res: 0, dirfd: -100, path: 'fifo', mode: 0o10640, dev: 0 },
      { is: 'mknodat', res: 0, dirfd: -100, path: 'null', mode: 0o20600, dev: 0x103 },
      { is: 'unlinkat', res: 0, dirfd: -100, name: 'fifo', flags: 0 },
      { is: 'unlinkat', res: 0, dirfd: -100, name: 'm1', flags: 0x200 },
      { is: 'unlinkat', res: ENOTEMPTY, dirfd: -100, name: join(dir, 'sub'), flags: 0x200 },
    ]);
    assert.deepEqual(sent.map(bases).slice(0, 6), [...Array<unknown>(5).fill([dir, '']), ['', '']]);
    if (!x64) return;
    assert.deepEqual(sent.map(plain).slice(6), [
      { is: 'mkdir', res: 0, path: 'm2', mode: 0o700 },
      { is: 'mknod', res: 0, path: 'sock', mode: 0o140600, dev: 0 },
      { is: 'rmdir', res: 0, path: 'm2' },
      { is: 'unlink', res: ENOENT, path: '/none' },
    ]);
  });

  it('gives fchmodat2, which has no event of its own, as fchmodat', () => {
    const [sent] = run([['fchmodat2', AT_FDCWD, 'none', 0o4755, 0]]);
    const res = kernelAtLeast(6, 6) ? ENOENT : ENOSYS;
    const asFchmodat = { is: 'fchmodat', res, dirfd: -100, filename: 'none', mode: 0o4755 };
    assert.deepEqual(plain(sent!), asFchmodat);
    const calls: readonly Call[] = [['fchmodat2', AT_FDCWD, 'none', 0o4755, 0]];
    const both = getBench().perform(calls, [], ['fchmodat2']).sent;
    const { x86_64: nativeId } = syscallByName('fchmodat2')!;
    assert.deepEqual(both.map(plain), [
      asFchmodat,
      { is: 'syscall', ID: both[1]!.params['ID'], nativeID: nativeId },
    ]);
  });

  it('gives changes of mode and owner', () => {
    const sent = run([
      ['openat', AT_FDCWD, 'e', 0],
      ['fchmodat', AT_FDCWD, 'e', 0o4755],
      ['fchmod', result(0), 0o1640],
      ['fchownat', AT_FDCWD, 'e', 1, 2, 0x100],
      ['fchownat', AT_FDCWD, '', -1, 0, 0x1000],
      ['fchown', result(0), 0, -1],
      ...(x64
        ? ([
            ['chmod', join(dir, 'e'), 0o600],
            ['chown', 'e', 3, 4],
            ['lchown', '/none', 5, -1],
          ] satisfies Call[])
        : []),
    ]).slice(1);
    const fd = sent[1]!.params['fd'];
    const none = 4294967295;
    assert.deepEqual(sent.map(plain).slice(0, 5), [
      { is: 'fchmodat', res: 0, dirfd: -100, filename: 'e', mode: 0o4755 },
      { is: 'fchmod', res: 0, fd, mode: 0o1640 },
      { is: 'fchownat', res: 0, dirfd: -100, pathname: 'e', uid: 1, gid: 2, flags: 0x400 },
      { is: 'fchownat', res: 0, dirfd: -100, pathname: '', uid: none, gid: 0, flags: 0x1000 },
      { is: 'fchown', res: 0, fd, uid: 0, gid: none },
    ]);
    assert.deepEqual(bases(sent[3]!), [dir, '']);
    if (!x64) return;
    assert.deepEqual(sent.map(plain).slice(5), [
      { is: 'chmod', res: 0, filename: join(dir, 'e'), mode: 0o600 },
      { is: 'chown', res: 0, path: 'e', uid: 3, gid: 4 },
      { is: 'lchown', res: ENOENT, path: '/none', uid: 5, gid: none },
    ]);
  });

  it('gives changes of the current directory with where they led', () => {
    const sent = run([
      ['chdir', 'sub'],
      ['chdir', 'none'],
      ['openat', AT_FDCWD, '..', O_DIRECTORY],
      ['fchdir', result(2)],
      ['fchdir', 777],
      ['chroot', 'sub'],
    ]);
    const [into, failed, , back, bad, root] = sent as [Sent, Sent, Sent, Sent, Sent, Sent];
    assert.deepEqual([into.params, into.context.file], [{ res: 0, path: 'sub' }, sub]);
    assert.deepEqual(
      [failed.params, failed.context.file, failed.context.base1],
      [{ res: ENOENT, path: 'none' }, '', sub],
    );
    assert.deepEqual([back.params['res'], back.context.file], [0, dir]);
    assert.deepEqual([bad.params, bad.context.file], [{ res: EBADF, fd: 777 }, '']);
    assert.deepEqual([root.params, root.context.base1], [{ res: 0, path: 'sub' }, dir]);
  });

  it('walks from a changed root to the real one', () => {
    const sent = run([
      ['chroot', 'sub'],
      ['openat', AT_FDCWD, '/d', 0],
      ['openat', AT_FDCWD, '/deep', 0o102, 0o600],
    ]);
    assert.deepEqual(
      sent.slice(1).map(({ params, context }) => [params['name'], context.file]),
      [
        ['/d', join(sub, 'd')],
        ['/deep', join(sub, 'deep')],
      ],
    );
  });
});
