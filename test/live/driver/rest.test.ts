/** Events that ask, wait, map memory, set limits, make descriptors of a kind of their own, and the like. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AT_FDCWD,
  bytes,
  describeDriver,
  result,
  room,
  word,
  words,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const x64 = process.arch === 'x64';
const EBADF = -9;
const EINVAL = -22;
const ENOENT = -2;
const EFAULT = -14;
const ESRCH = -3;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
const BAD = 777;
const PAGE = 4096;

const plain = ({ name, params }: Sent): Record<string, unknown> => ({ is: name, ...params });
/** A value that the kernel chose: only that there is one is asked. */
const SOME = Symbol('some value');
const packed = (width: 2 | 4 | 8, ...values: number[]): ReturnType<typeof bytes> => {
  const buffer = Buffer.alloc(width * values.length);
  values.forEach((value, i) => {
    if (width === 8) buffer.writeBigInt64LE(BigInt(value), 8 * i);
    else buffer.writeIntLE(value, width * i, width);
  });
  return bytes(buffer);
};

/** What a call is expected to send; only on architectures that have the call. */
interface Case {
  readonly call: Call;
  readonly sends: Record<string, unknown>;
}
const on = (has: boolean, ...cases: Case[]): Case[] => (has ? cases : []);
const one = (call: Call, sends: Record<string, unknown>): Case => ({ call, sends });

describeDriver('The driver on everything else', getBench => {
  let bench: Bench;
  before(() => {
    bench = getBench();
    writeFileSync(join(bench.directory, 'there'), 'x');
    mkdirSync(join(bench.directory, 'dir'));
  });

  const sentBy = (calls: readonly Call[]): Sent[] =>
    bench.perform(calls).sent.filter(({ name }) => name !== 'syscall');

  /** Makes the calls of the cases, after those of `first`, and compares whole events. */
  function check(cases: readonly Case[], first: readonly Call[] = []): void {
    const sent = sentBy([...first, ...cases.map(({ call }) => call)]).slice(-cases.length);
    const expected = cases.map(({ sends }) => sends);
    const shown = sent.map((event, i) => {
      const values = plain(event);
      for (const [name, value] of Object.entries(expected[i] ?? {}))
        if (value === SOME && values[name] !== null && values[name] !== undefined) values[name] = SOME;
      return values;
    });
    assert.deepEqual(shown, expected);
  }

  it('gives what asks about files', () => {
    const found = room(256);
    check([
      ...on(
        x64,
        one(['stat', 'there', found], { is: 'stat', res: 0, path: 'there' }),
        one(['stat', 'nowhere', found], { is: 'stat', res: ENOENT, path: 'nowhere' }),
        one(['lstat', './dir', found], { is: 'lstat', res: 0, path: './dir' }),
        one(['lstat', '', found], { is: 'lstat', res: ENOENT, path: '' }),
        one(['access', 'there', 4], { is: 'access', res: 0, name: 'there', mode: 4 }),
        one(['access', 'nowhere', 3], { is: 'access', res: ENOENT, name: 'nowhere', mode: 3 }),
        one(['getdents', BAD, found, 256], { is: 'getdents', res: EBADF, fd: BAD }),
      ),
      one(['fstat', 0, found], { is: 'fstat', res: 0, fd: 0 }),
      one(['fstat', BAD, found], { is: 'fstat', res: EBADF, fd: BAD }),
      one(['newfstatat', AT_FDCWD, 'there', found, 0x100], {
        ...{ is: 'newfstatat', res: 0, dirfd: AT_FDCWD, path: 'there', flags: 0x100 },
      }),
      one(['newfstatat', BAD, 'there', found, 0x1000], {
        ...{ is: 'newfstatat', res: EBADF, dirfd: BAD, path: 'there', flags: 0x1000 },
      }),
      one(['getcwd', room(4096), 4096], {
        is: 'getcwd',
        res: bench.directory.length + 1,
        path: bench.directory,
      }),
      one(['getcwd', room(2), 2], { is: 'getcwd', res: -34, path: null }),
      one(['getdents64', BAD, found, 256], { is: 'getdents64', res: EBADF, fd: BAD }),
      one(['ioctl', BAD, 0x5401, 1234], {
        is: 'ioctl',
        res: EBADF,
        fd: BAD,
        request: 0x5401,
        argument: 1234,
      }),
      one(['flock', BAD, 6], { is: 'flock', res: EBADF, fd: BAD, operation: 6 }),
    ]);
  });

  it('tells with a relative path where it starts', () => {
    const sent = sentBy([
      ['newfstatat', AT_FDCWD, 'there', room(256), 0],
      ...(x64 ? ([['access', 'there', 0]] satisfies Call[]) : []),
    ]);
    for (const { context } of sent) assert.equal(context.base1, bench.directory);
  });

  it('gives directories and locks that are taken', () => {
    const first: Call[] = [
      ['openat', AT_FDCWD, 'dir', x64 ? 0o200000 : 0o40000],
      ['openat', AT_FDCWD, 'there', 2],
    ];
    check(
      [
        one(['getdents64', result(0), room(1024), 1024], { is: 'getdents64', res: 48, fd: 3 }),
        ...on(x64, one(['getdents', result(0), room(1024), 1024], { is: 'getdents', res: 0, fd: 3 })),
        one(['flock', result(1), 2], { is: 'flock', res: 0, fd: 4, operation: 2 }),
        one(['ioctl', result(1), 0x5451, 0], { is: 'ioctl', res: 0, fd: 4, request: 0x5451, argument: 0 }),
      ],
      first,
    );
  });

  it('gives memory that is mapped, protected, locked and given back', () => {
    const { sent, results } = bench.perform([
      ['mmap', 0, 2 * PAGE, 3, 0x8022, -1, 0],
      ['mprotect', result(0), PAGE, 0x1],
      ['mlock', result(0), PAGE],
      ['mlock2', result(0), PAGE, 1],
      ['munlock', result(0), PAGE],
      ['munmap', result(0), 2 * PAGE],
      ['brk', 0],
      ['mlockall', 7],
      ['munlockall'],
      ['mmap', 0, PAGE, 4, 2, BAD, 3 * PAGE],
      ['munmap', 1, 0],
      ['mprotect', 1, 0x10, 7],
      ['mlock', 1 << 12, PAGE],
      ['munlock', 1 << 12, PAGE],
      ['mlock2', 1 << 12, PAGE, 8],
      ['mlockall', 0],
    ]);
    const at = BigInt(results[0]!);
    const address = Number(at);
    // How much memory a process has is its own matter.
    const sizes = (params: Sent['params']): unknown => {
      const { vm_size: size, ...rest } = params;
      if (size !== undefined) assert.ok(Number(size) > 1000, String(size));
      delete (rest as Record<string, unknown>)['vm_rss'];
      delete (rest as Record<string, unknown>)['vm_swap'];
      return rest;
    };
    assert.deepEqual(
      sent.map(({ name, params }) => ({ is: name, ...(sizes(params) as object) })),
      [
        { is: 'mmap', res: address, addr: 0, length: 2 * PAGE, prot: 3, flags: 0x8a, fd: -1, offset: 0 },
        { is: 'mprotect', res: 0, addr: address, length: PAGE, prot: 1 },
        { is: 'mlock', res: 0, addr: address, len: PAGE },
        { is: 'mlock2', res: 0, addr: address, len: PAGE, flags: 1 },
        { is: 'munlock', res: 0, addr: address, len: PAGE },
        { is: 'munmap', res: 0, addr: address, length: 2 * PAGE },
        { is: 'brk', res: results[6], addr: 0 },
        { is: 'mlockall', res: 0, flags: 7 },
        { is: 'munlockall', res: 0 },
        { is: 'mmap', res: EBADF, addr: 0, length: PAGE, prot: 4, flags: 2, fd: BAD, offset: 3 * PAGE },
        { is: 'munmap', res: EINVAL, addr: 1, length: 0 },
        { is: 'mprotect', res: EINVAL, addr: 1, length: 16, prot: 7 },
        { is: 'mlock', res: -12, addr: PAGE, len: PAGE },
        { is: 'munlock', res: -12, addr: PAGE, len: PAGE },
        { is: 'mlock2', res: EINVAL, addr: PAGE, len: PAGE, flags: 0 },
        { is: 'mlockall', res: EINVAL, flags: 0 },
      ],
    );
  });

  it('gives limits', () => {
    const NOFILE = 7;
    check(
      [
        one(['setrlimit', 4, words(0, 0)], { is: 'setrlimit', res: 0, cur: 0, max: 0, resource: 4 }),
        one(['getrlimit', 4, room(16)], { is: 'getrlimit', res: 0, cur: 0, max: 0, resource: 4 }),
        one(['getrlimit', 99, room(16)], { is: 'getrlimit', res: EINVAL, cur: -1, max: -1, resource: 0xff }),
        one(['setrlimit', NOFILE, 1], { is: 'setrlimit', res: EFAULT, cur: 0, max: 0, resource: NOFILE }),
        one(['prlimit64', 0, NOFILE, words(90, 100), room(16)], {
          ...{
            is: 'prlimit',
            res: 0,
            newcur: 90,
            newmax: 100,
            oldcur: 200,
            oldmax: 300,
            pid: 0,
            resource: NOFILE,
          },
        }),
        one(['prlimit64', 0x7ffffff, NOFILE, 0, room(16)], {
          ...{ is: 'prlimit', res: ESRCH, newcur: 0, newmax: 0, oldcur: -1, oldmax: -1 },
          ...{ pid: 0x7ffffff, resource: NOFILE },
        }),
      ],
      [['setrlimit', NOFILE, words(200, 300)]],
    );
  });

  it('gives what waits', () => {
    const polled = (fd: number, events: number, revents: number): string => {
      const entry = Buffer.alloc(8);
      entry.writeInt32LE(fd);
      entry.writeInt16LE(events, 4);
      entry.writeInt16LE(revents, 6);
      return entry.toString('hex');
    };
    const list = (...all: (readonly [fd: number, flags: number])[]): string => {
      const buffer = Buffer.alloc(2 + 10 * all.length);
      buffer.writeUInt16LE(all.length);
      all.forEach(([fd, flags], i) => {
        buffer.writeBigInt64LE(BigInt(fd), 2 + 10 * i);
        buffer.writeInt16LE(flags, 10 + 10 * i);
      });
      return buffer.toString('latin1');
    };
    const two = { token: `b:${polled(BAD, 1, 0)}${polled(-1, 4, 0)}` };
    const many = { token: `b:${polled(BAD, 1, 0).repeat(20)}` };
    check([
      ...on(
        x64,
        one(['poll', two, 2, 0], { is: 'poll', res: 1, fds: list([BAD, 0x40], [-1, 0]), timeout: 0 }),
        one(['poll', 1, 1, -1], { is: 'poll', res: EFAULT, fds: list(), timeout: -1 }),
        one(['poll', many, 20, 5], {
          ...{
            is: 'poll',
            res: 20,
            fds: list(...Array.from({ length: 16 }, () => [BAD, 0x40] as const)),
            timeout: 5,
          },
        }),
        one(['select', 0, 0, 0, 0, words(0, 0)], { is: 'select', res: 0 }),
        one(['select', -1, 0, 0, 0, 0], { is: 'select', res: EINVAL }),
        one(['epoll_wait', BAD, room(16), 5, 0], { is: 'epoll_wait', res: EBADF, maxevents: 5 }),
      ),
      one(['ppoll', two, 2, words(0, 5000), words(0x204), 8], {
        // The kernel leaves in it what is left of the time.
        ...{ is: 'ppoll', res: 1, fds: list([BAD, 0x40], [-1, 0]), sigmask: 0x204, timeout: SOME },
      }),
      one(['ppoll', 1, 1, 0, 0, 8], { is: 'ppoll', res: EFAULT, fds: list(), timeout: 0, sigmask: 0 }),
      one(['nanosleep', words(0, 1000), 0], { is: 'nanosleep', res: 0, interval: 1000 }),
      one(['nanosleep', words(1, -1), 0], { is: 'nanosleep', res: EINVAL, interval: 999_999_999 }),
      one(['futex', room(4), 0x81, 5], { is: 'futex', res: 0, addr: SOME, op: 0x81, val: 5 }),
      one(['futex', 0, 99, 1], { is: 'futex', res: -38, addr: 0, op: 0, val: 1 }),
    ]);
  });

  it('gives descriptors of a kind of their own', () => {
    check([
      ...on(
        x64,
        one(['eventfd', 5], { is: 'eventfd', res: 3, initval: 5, flags: 0 }),
        one(['signalfd', -1, words(0x204), 8], { is: 'signalfd', res: 4, fd: -1, mask: 0x204, flags: 0 }),
        one(['inotify_init'], { is: 'inotify_init', res: 5, flags: 0 }),
        one(['epoll_create', 7], { is: 'epoll_create', res: 6, size: 7 }),
        one(['epoll_create', -1], { is: 'epoll_create', res: EINVAL, size: -1 }),
      ),
      one(['eventfd2', 9, CLOEXEC | NONBLOCK], { is: 'eventfd2', res: SOME, flags: 0x1040, initval: 9 }),
      one(['eventfd2', 9, 0xf0000], { is: 'eventfd2', res: EINVAL, flags: 0x1000, initval: 9 }),
      one(['signalfd4', -1, words(0x400), 8, CLOEXEC], {
        ...{ is: 'signalfd4', res: SOME, flags: 0x1000, fd: -1, mask: 0x400 },
      }),
      one(['signalfd4', BAD, words(1), 8, 0], { is: 'signalfd4', res: EBADF, flags: 0, fd: BAD, mask: 1 }),
      one(['timerfd_create', 1, NONBLOCK], { is: 'timerfd_create', res: SOME, clockid: 1, flags: 0x40 }),
      one(['timerfd_create', 99, 0], { is: 'timerfd_create', res: EINVAL, clockid: 99, flags: 0 }),
      one(['inotify_init1', NONBLOCK], { is: 'inotify_init1', res: SOME, flags: 0x40 }),
      one(['inotify_init1', 1], { is: 'inotify_init1', res: EINVAL, flags: 0 }),
      one(['epoll_create1', CLOEXEC], { is: 'epoll_create1', res: SOME, flags: 1 }),
      one(['epoll_create1', 1], { is: 'epoll_create1', res: EINVAL, flags: 0 }),
      one(['pidfd_open', 1, NONBLOCK], { is: 'pidfd_open', fd: SOME, pid: 1, flags: 1 }),
      one(['pidfd_open', 0x7ffffff, 0], { is: 'pidfd_open', fd: ESRCH, pid: 0x7ffffff, flags: 0 }),
      one(['pidfd_getfd', BAD, 5, 0], { is: 'pidfd_getfd', fd: EBADF, pid_fd: BAD, target_fd: 5, flags: 0 }),
    ]);
    check(
      [
        one(['pidfd_getfd', result(1), 0, 0], {
          is: 'pidfd_getfd',
          fd: 4,
          pid_fd: 3,
          target_fd: 0,
          flags: 0,
        }),
      ],
      [['getpid'], ['pidfd_open', result(0), 0]],
    );
  });

  it('gives the ids that are asked for', () => {
    check(
      [
        one(['getuid'], { is: 'getuid', uid: 1001 }),
        one(['geteuid'], { is: 'geteuid', euid: 1002 }),
        one(['getgid'], { is: 'getgid', gid: 2001 }),
        one(['getegid'], { is: 'getegid', egid: 2002 }),
        one(['getresuid', room(4), room(4), room(4)], {
          ...{ is: 'getresuid', res: 0, ruid: 1001, euid: 1002, suid: 1003 },
        }),
        one(['getresgid', room(4), room(4), room(4)], {
          ...{ is: 'getresgid', res: 0, rgid: 2001, egid: 2002, sgid: 2003 },
        }),
        one(['getresuid', 1, 1, 1], { is: 'getresuid', res: EFAULT, ruid: 0, euid: 0, suid: 0 }),
        one(['getresgid', 1, 1, 1], { is: 'getresgid', res: EFAULT, rgid: 0, egid: 0, sgid: 0 }),
      ],
      [
        ['setresgid', 2001, 2002, 2003],
        ['setresuid', 1001, 1002, 1003],
      ],
    );
  });

  it('gives semaphores', () => {
    const none = { sem_num_1: 0, sem_op_1: 0, sem_flg_1: 0 };
    check(
      [
        one(['semop', result(0), packed(2, 0, 5, 0x1000, 1, 2, 0x800), 2], {
          ...{ is: 'semop', res: 0, nsops: 2, sem_num_0: 0, sem_op_0: 5, sem_flg_0: 2 },
          ...{ sem_num_1: 1, sem_op_1: 2, sem_flg_1: 1, semid: SOME },
        }),
        one(['semop', result(0), packed(2, 1, -1, 0x800), 1], {
          ...{
            is: 'semop',
            res: 0,
            nsops: 1,
            sem_num_0: 1,
            sem_op_0: -1,
            sem_flg_0: 1,
            ...none,
            semid: SOME,
          },
        }),
        one(['semop', -1, packed(2, 1, 1, 0), 1], {
          ...{
            is: 'semop',
            res: EINVAL,
            nsops: 1,
            sem_num_0: 0,
            sem_op_0: 0,
            sem_flg_0: 0,
            ...none,
            semid: -1,
          },
        }),
        one(['semctl', result(0), 1, 16, 77], {
          is: 'semctl',
          res: 0,
          semid: SOME,
          semnum: 1,
          cmd: 0x1000,
          val: 77,
        }),
        one(['semctl', result(0), 1, 12, 5], {
          is: 'semctl',
          res: 77,
          semid: SOME,
          semnum: 1,
          cmd: 0x200,
          val: 0,
        }),
        one(['semctl', result(0), 0, 0, 0], { is: 'semctl', res: 0, semid: SOME, semnum: 0, cmd: 4, val: 0 }),
        one(['semctl', -1, 0, 99, 0], { is: 'semctl', res: EINVAL, semid: -1, semnum: 0, cmd: 0, val: 0 }),
        one(['semget', 0x1234567, 0, 0x200], {
          is: 'semget',
          res: EINVAL,
          key: 0x1234567,
          nsems: 0,
          semflg: 0x2000,
        }),
      ],
      [['semget', 0, 2, 0o600]],
    );
    check([one(['semget', 0, 2, 0o600], { is: 'semget', res: SOME, key: 0, nsems: 2, semflg: 0 })]);
  });

  it('gives quotas, as the caller gives them', () => {
    const USER = 0;
    const GROUP = 1;
    const command = (number: number, type: number): number => (number << 8) | type;
    const nothing = {
      ...{ dqb_bhardlimit: 0, dqb_bsoftlimit: 0, dqb_curspace: 0, dqb_ihardlimit: 0, dqb_isoftlimit: 0 },
      ...{ dqb_btime: 0, dqb_itime: 0, dqi_bgrace: 0, dqi_igrace: 0, dqi_flags: 0 },
      ...{ quota_fmt_out: 1, quota_fmt: 1, id: 0, quotafilepath: null },
    };
    const sent = sentBy([
      ['quotactl', command(0x800008, USER), '/dev/none', 1000, words(1, 2, 3, 4, 5, 6, 7, 8, 1 + 4 + 16)],
      ['quotactl', command(0x800006, GROUP), '/dev/none', 5, words(11, 12, 0x7_0000_0009)],
      ['quotactl', command(0x800002, USER), '/dev/none', 2, '/aquota.user'],
      ['quotactl', command(0x800004, USER), '/dev/none', 0, packed(4, 4)],
      ['quotactl', command(0x5803, GROUP), '/dev/none', 77, room(200)],
      ['quotactl', command(0x800001, USER), 0, 0, 0],
      ['quotactl', 0x12345, 1, 2, 3],
    ]).map(plain);
    const base = { is: 'quotactl', special: '/dev/none', ...nothing };
    for (const event of sent) assert.ok(Number(event['res']) <= 0);
    assert.deepEqual(
      sent.map(({ res: _, ...rest }) => rest),
      [
        {
          ...base,
          ...{ dqb_bhardlimit: 1, dqb_bsoftlimit: 2, dqb_ihardlimit: 4, dqb_isoftlimit: 5, dqb_btime: 7 },
          ...{ cmd: 0x40, type: 1, id: 1000 },
        },
        { ...base, dqi_bgrace: 11, dqi_igrace: 12, dqi_flags: 9, cmd: 0x10, type: 2 },
        { ...base, quotafilepath: '/aquota.user', cmd: 1, type: 1, quota_fmt: 4 },
        { ...base, cmd: 4, type: 1, quota_fmt_out: 8 },
        { ...base, cmd: 0x400, type: 2, id: 77 },
        { ...base, special: null, cmd: 0x80, type: 1 },
        { ...base, special: null, cmd: 0, type: 0 },
      ],
    );
  });

  it('gives keys, their arguments as numbers or as text', () => {
    const number = (value: number): string => {
      const buffer = Buffer.alloc(9);
      buffer.writeBigInt64LE(BigInt(value), 1);
      return buffer.toString('latin1');
    };
    const text = (value: string): string => `\x01${value}\0`;
    const sent = sentBy([
      ['keyctl', 0, -3, 0],
      ['keyctl', 1, 'ring'],
      ['keyctl', 10, -3, 'user', 'named', 0],
      ['keyctl', 29, 5, 'kind', 'how'],
      ['keyctl', 30, 1, 2, 3, 4],
      ['keyctl', 24, 1, 2, 'info', 4],
      ['keyctl', 27, 1, 'info', 3, 4],
      ['keyctl', 12_345, 1, 2, 3, 4],
      ['keyctl', 1, 1],
    ]).map(({ params: { operation, arg2, arg3, arg4, arg5 } }) => [operation, arg2, arg3, arg4, arg5]);
    const none = number(0);
    assert.deepEqual(sent, [
      [0, number(-3), none, none, none],
      [1, text('ring'), none, none, none],
      [10, number(-3), text('user'), text('named'), none],
      [29, number(5), text('kind'), text('how'), none],
      [30, number(1), number(2), number(3), number(4)],
      [24, number(1), number(2), text('info'), none],
      [27, number(1), text('info'), number(3), number(4)],
      [12_345, none, none, none, none],
      [1, '\x01', none, none, none],
    ]);
  });

  it('gives the memory of other processes, as the caller has it', () => {
    const sent = sentBy([
      ['getpid', bytes(Buffer.from('remote memory')), room(16)],
      ['process_vm_readv', result(0), words([0, 1], 6), 1, words([0, 0], 6), 1, 0],
      ['process_vm_writev', result(0), words([0, 0], 13), 1, words([0, 1], 13), 1, 0],
      ['process_vm_readv', 0x7ffffff, words([0, 1], 6), 1, words([0, 0], 6), 1, 0],
      ['process_vm_writev', 0x7ffffff, words([0, 0], 6), 1, words([0, 1], 6), 1, 0],
    ]);
    const { pid } = { pid: sent[0]!.tid };
    assert.deepEqual(sent.map(plain), [
      { is: 'process_vm_readv', res: 6, pid, data: 'remote' },
      { is: 'process_vm_writev', res: 13, pid, data: 'remote memory' },
      { is: 'process_vm_readv', res: ESRCH, pid: 0x7ffffff, data: null },
      { is: 'process_vm_writev', res: ESRCH, pid: 0x7ffffff, data: null },
    ]);
  });

  it('gives rings for input and output', () => {
    const parameters = (...values: number[]): ReturnType<typeof bytes> =>
      packed(4, ...values, ...new Array<number>(30 - values.length).fill(0));
    const sent = sentBy([
      ['io_uring_setup', 4, parameters(0, 0, 8, 0, 0), 0],
      ['io_uring_setup', 4, parameters(0, 16, 8), 0],
      ['io_uring_enter', result(1), 0, 0, 1, words(0x400), 8],
      ['io_uring_enter', BAD, 7, 8, 2, 0, 0],
      ['io_uring_register', result(1), 4, word(1, 1, 0), 5],
      ['io_uring_register', BAD, 0x10002, 99, 6],
    ]).map(plain);
    assert.deepEqual(
      [sent[0], sent[1]].map(event => [
        event!['entries'],
        event!['sq_entries'],
        event!['cq_entries'],
        event!['flags'],
      ]),
      [
        [4, 0, 0, 0x10],
        [4, 4, 16, 0x10],
      ],
    );
    assert.deepEqual([sent[0]!['res'], sent[1]!['res']], [EINVAL, 3]);
    assert.ok(Number(sent[1]!['features']) > 0);
    assert.deepEqual(sent.slice(2), [
      { is: 'io_uring_enter', res: 0, fd: 3, to_submit: 0, min_complete: 0, flags: 1, sig: 0x400 },
      { is: 'io_uring_enter', res: EBADF, fd: BAD, to_submit: 7, min_complete: 8, flags: 2, sig: 0 },
      { is: 'io_uring_register', res: sent[4]!['res'], fd: 3, opcode: 4, arg: sent[4]!['arg'], nr_args: 5 },
      { is: 'io_uring_register', res: sent[5]!['res'], fd: BAD, opcode: 2, arg: 99, nr_args: 6 },
    ]);
  });

  it('gives seccomp and fsconfig', () => {
    check(
      [
        one(['seccomp', 2, 0, words(0x7fff0000)], { is: 'seccomp', res: 0, op: 2, flags: 0 }),
        one(['seccomp', 99, 5, 0], { is: 'seccomp', res: EINVAL, op: 99, flags: 5 }),
        one(['fsconfig', result(0), 1, 'source', 'none', 0], {
          ...{
            is: 'fsconfig',
            res: 0,
            fd: 3,
            cmd: 1,
            key: 'source',
            value_bytebuf: null,
            value_charbuf: 'none',
            aux: 0,
          },
        }),
        one(['fsconfig', result(0), 6, 0, 0, 0], {
          ...{
            is: 'fsconfig',
            res: 0,
            fd: 3,
            cmd: 6,
            key: null,
            value_bytebuf: null,
            value_charbuf: null,
            aux: 0,
          },
        }),
        one(['fsconfig', BAD, 1, 'key', 'value', 0], {
          ...{ is: 'fsconfig', res: EBADF, fd: BAD, cmd: 1, key: 'key' },
          ...{ value_bytebuf: null, value_charbuf: null, aux: 0 },
        }),
      ],
      [['fsopen', 'tmpfs', 0]],
    );
  });
});
