/** The other outcome of calls that the tests beside this one only see succeed, or only see fail. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AT_FDCWD,
  bytes,
  describeDriver,
  narrow,
  result,
  room,
  words,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const x64 = process.arch === 'x64';
const BAD = 777;
const EPERM = -1;
const ENOENT = -2;
const ESRCH = -3;
const EBADF = -9;
const EFAULT = -14;
const EEXIST = -17;
const EINVAL = -22;
const EMFILE = -24;
const NONE = 4294967295;

type Row = readonly [call: Call, params: Readonly<Record<string, unknown>>];

describeDriver('The driver on the other outcome', getBench => {
  let bench: Bench;
  before(() => {
    bench = getBench();
    writeFileSync(join(bench.directory, 'there'), 'x');
    mkdirSync(join(bench.directory, 'dir'));
  });

  /** Makes the calls of the rows after those of `first`, and compares their parameters. */
  function check(rows: readonly Row[], first: readonly Call[] = []): void {
    const { sent } = bench.perform([...first, ...rows.map(([call]) => call)]);
    const named = sent.filter(({ name }) => name !== 'syscall').slice(-rows.length);
    const shown = named.map(({ name, params }: Sent) => [name, params]);
    const expected = rows.map(([[name], params]) => [String(name).replace('prlimit64', 'prlimit'), params]);
    assert.deepEqual(shown, expected);
  }
  const at = (dirfd: number, path: string, name = 'path'): object => ({ dirfd, [name]: path });

  it('of paths that are made, moved and removed', () => {
    check([
      [['mkdirat', AT_FDCWD, 'dir', 0o700], { res: EEXIST, ...at(AT_FDCWD, 'dir'), mode: 0o700 }],
      [
        ['mknodat', AT_FDCWD, 'dir', 0o10600, 0],
        { res: EEXIST, dirfd: AT_FDCWD, path: 'dir', mode: 0x1180, dev: 0 },
      ],
      [
        ['renameat', BAD, 'a', AT_FDCWD, 'b'],
        { res: EBADF, olddirfd: BAD, oldpath: 'a', newdirfd: AT_FDCWD, newpath: 'b' },
      ],
      [
        ['symlinkat', 'target', BAD, 'link'],
        { res: EBADF, target: 'target', linkdirfd: BAD, linkpath: 'link' },
      ],
      ...(x64
        ? ([
            [
              ['creat', 'none/file', 0o600],
              { fd: ENOENT, name: 'none/file', mode: 0o600, dev: 0, ino: 0, creat_flags: 0 },
            ],
            [['link', 'none', 'new'], { res: ENOENT, oldpath: 'none', newpath: 'new' }],
            [['mknod', 'dir', 0o10600, 0], { res: EEXIST, path: 'dir', mode: 0x1180, dev: 0 }],
            [['rename', 'none', 'new'], { res: ENOENT, oldpath: 'none', newpath: 'new' }],
            [['mkdir', 'dir', 0o700], { res: EEXIST, path: 'dir', mode: 0o700 }],
            [['rmdir', 'none'], { res: ENOENT, path: 'none' }],
            [['mkdir', 'short', 0o700], { res: 0, path: 'short', mode: 0o700 }],
            [['rmdir', 'short'], { res: 0, path: 'short' }],
            [['link', 'there', 'gone'], { res: 0, oldpath: 'there', newpath: 'gone' }],
            [['unlink', 'gone'], { res: 0, path: 'gone' }],
          ] satisfies Row[])
        : []),
    ]);
  });

  it('of modes and owners', () => {
    const owner = { uid: 11, gid: 12 };
    check([
      [['fchmod', BAD, 0o600], { res: EBADF, fd: BAD, mode: 0x180 }],
      [
        ['fchmodat', AT_FDCWD, 'none', 0o600],
        { res: ENOENT, dirfd: AT_FDCWD, filename: 'none', mode: 0x180 },
      ],
      [['fchown', BAD, 11, 12], { res: EBADF, fd: BAD, ...owner }],
      [
        ['fchownat', AT_FDCWD, 'none', 11, 12, 0x100],
        { res: ENOENT, dirfd: AT_FDCWD, pathname: 'none', ...owner, flags: 0x400 },
      ],
      ...(x64
        ? ([
            [['chmod', 'none', 0o600], { res: ENOENT, filename: 'none', mode: 0x180 }],
            [['chown', 'none', 11, 12], { res: ENOENT, path: 'none', ...owner }],
            [['lchown', 'there', 11, 12], { res: 0, path: 'there', ...owner }],
          ] satisfies Row[])
        : []),
    ]);
  });

  it('of descriptors', () => {
    const first: Call[] = [['setrlimit', 7, words(3, 300)]];
    check(
      [
        [['dup3', 0, 0, 0], { res: EINVAL, oldfd: 0, newfd: 0, flags: 0 }],
        [['memfd_create', 'name', 0], { fd: EMFILE, name: 'name', flags: 0 }],
        ...(x64
          ? ([
              [['dup2', BAD, 1], { res: EBADF, oldfd: BAD, newfd: 1 }],
              [['pipe', room(8)], { res: EMFILE, fd1: -1, fd2: -1, ino: 0 }],
              [['eventfd', 5], { res: EMFILE, initval: 5, flags: 0 }],
              [['signalfd', BAD, words(1), 8], { res: EBADF, fd: BAD, mask: 1, flags: 0 }],
            ] satisfies Row[])
          : []),
      ],
      first,
    );
    if (x64)
      check([[['epoll_wait', result(0), room(16), 5, 0], { res: 0, maxevents: 5 }]], [['epoll_create1', 0]]);
    check([[['userfaultfd', 0], { res: 3, flags: 0 }]]);
    const { sent } = bench.perform([
      ['io_uring_setup', 4, room(120)],
      ['eventfd2', 0, 0],
      ['io_uring_register', result(0), 4, { token: 'd:%1' }, 1],
    ]);
    const { arg, ...registered } = sent.at(-1)!.params;
    assert.ok(Number(arg) > 0);
    assert.deepEqual(registered, { res: 0, fd: 3, opcode: 4, nr_args: 1 });
  });

  it('of processes, sessions and identities', () => {
    const drop: Call[] = [
      ['setresgid', 11, 11, 11],
      ['setresuid', 11, 11, 11],
    ];
    check([[['setpgid', 0x7ffffff, 0], { res: ESRCH, pid: 0x7ffffff, pgid: 0 }]]);
    check([[['tkill', 0x7ffffff, 0], { res: ESRCH, tid: 0x7ffffff, sig: 0 }]]);
    check([[['tgkill', 0x7ffffff, 0x7ffffff, 0], { res: ESRCH, pid: 0x7ffffff, tid: 0x7ffffff, sig: 0 }]]);
    check([[['prctl', 15, 1], { res: EFAULT, option: 15, arg2_str: null, arg2_int: 0 }]]);
    check([[['chroot', 'none'], { res: ENOENT, path: 'none' }]]);
    check(
      [
        [['setreuid', 0, -1], { res: EPERM, ruid: 0, euid: NONE }],
        [['setregid', -1, 0], { res: EPERM, rgid: NONE, egid: 0 }],
      ],
      drop,
    );
    const clone = bench.perform([['clone3', bytes(Buffer.alloc(64)), 8]]).one('clone3');
    assert.deepEqual([clone.params['res'], clone.params['exe'], clone.params['args']], [EINVAL, null, null]);
  });

  it('of a session that is begun', () => {
    // Whoever leads a group cannot begin one: this one joins its parent's.
    const { of, results } = bench.perform([
      ['getppid'],
      ['getpgid', result(0)],
      ['setpgid', 0, result(1)],
      ['setsid'],
    ]);
    assert.ok(results[3]! > 0, String(results[3]));
    assert.equal(of('setsid')[0]!.params['res'], results[3]);
  });

  it('of mounts and of bpf', () => {
    check([
      [
        ['mount', 'none', '/none/at/all', 'tmpfs', 6, 0],
        { res: ENOENT, dev: 'none', dir: '/none/at/all', type: 'tmpfs', flags: 6 },
      ],
    ]);
    // A map of one element.
    check([[['bpf', 0, narrow(2, 4, 4, 1, ...new Array<number>(14).fill(0)), 72], { fd: 3, cmd: 0 }]]);
  });
});
