/** Calls of 32-bit programs: the forms that 64-bit programs do not have, and what goes through socketcall. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AT_FDCWD,
  describeDriver,
  narrow,
  result,
  room,
  type Argument,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const BAD = 777;
const EBADF = -9;
const EINVAL = -22;
const ENOENT = -2;
const EFAULT = -14;
const EPERM = -1;
const PAGE = 4096;
const AF_UNIX = 1;
const AF_INET = 2;
const STREAM = 1;
const DATAGRAM = 2;

const plain = ({ name, params }: Sent): Record<string, unknown> => ({ is: name, ...params });

/** A 32-bit call by its number there, and the 64-bit call that it comes as. */
const call = (ia32: number, name: string, ...args: Argument[]): Call => [{ ia32, name }, ...args];

if (process.arch === 'x64') {
  describeDriver('The driver on 32-bit programs', getBench => {
    let bench: Bench;
    before(() => {
      bench = getBench();
      writeFileSync(join(bench.directory, 'there'), 'content');
      mkdirSync(join(bench.directory, 'mounted'));
    });
    const run = (...calls: readonly Call[]): Record<string, unknown>[] =>
      bench.perform(calls).sent.map(plain);

    it('gives forms of their own: files', () => {
      const sent = run(
        ['openat', AT_FDCWD, 'there', 2],
        call(195, 'stat', 'there', room(200)),
        call(195, 'stat', 'nowhere', room(200)),
        call(196, 'lstat', 'there', room(200)),
        call(196, 'lstat', 'nowhere', room(200)),
        call(197, 'fstat', result(0), room(200)),
        call(197, 'fstat', BAD, room(200)),
        call(221, 'fcntl', result(0), 1030, 50),
        call(221, 'fcntl', BAD, 3, 0),
        call(140, 'lseek', result(0), 0, 3, room(8), 0),
        call(140, 'lseek', BAD, 0, 3, room(8), 0),
        call(239, 'sendfile', result(0), BAD, 0, 5),
        ['pipe2', room(8), 0],
        call(239, 'sendfile', { token: 'w:12.0.1' }, result(0), 0, 4),
      ).slice(1);
      const fd = 3;
      assert.deepEqual(
        sent.filter(({ is }) => is !== 'lseek' && is !== 'pipe2'),
        [
          { is: 'stat', res: 0, path: 'there' },
          { is: 'stat', res: ENOENT, path: 'nowhere' },
          { is: 'lstat', res: 0, path: 'there' },
          { is: 'lstat', res: ENOENT, path: 'nowhere' },
          { is: 'fstat', res: 0, fd },
          { is: 'fstat', res: EBADF, fd: BAD },
          { is: 'fcntl', res: 50, fd, cmd: 26, arg: 50 },
          { is: 'fcntl', res: EBADF, fd: BAD, cmd: 4, arg: 0 },
          { is: 'sendfile', res: EBADF, out_fd: fd, in_fd: BAD, offset: 0, size: 5 },
          { is: 'sendfile', res: 4, out_fd: 5, in_fd: fd, offset: 0, size: 4 },
        ],
      );
      const [moved, failed] = sent.filter(({ is }) => is === 'lseek');
      assert.deepEqual([moved!['res'], moved!['fd']], [0, fd]);
      assert.deepEqual([failed!['res'], failed!['fd']], [EBADF, BAD]);
    });

    it('gives forms of their own: memory, limits, mounts', () => {
      const { sent, results } = bench.perform([
        call(192, 'mmap', 0, PAGE, 3, 0x22, -1),
        call(192, 'mmap', 0, PAGE, 3, 0x2, BAD),
        call(191, 'getrlimit', 4, room(8)),
        call(191, 'getrlimit', 99, room(8)),
        ['mount', 'tmpfs', 'mounted', 'tmpfs', 0, 0],
        call(22, 'umount2', 'mounted', BAD),
        call(22, 'umount2', '/none', BAD),
      ]);
      const [mapped, unmapped, limit, wrong, , gone, never] = sent.map(plain);
      assert.deepEqual(
        [mapped!['is'], mapped!['res'], mapped!['length'], mapped!['prot'], mapped!['flags'], mapped!['fd']],
        ['mmap', results[0]! >>> 0, PAGE, 3, 0xa, -1],
      );
      assert.deepEqual([unmapped!['res'], unmapped!['fd']], [EBADF, BAD]);
      assert.deepEqual([limit!['is'], limit!['res'], limit!['resource']], ['getrlimit', 0, 4]);
      assert.deepEqual(wrong, { is: 'getrlimit', res: EINVAL, cur: -1, max: -1, resource: 0xff });
      // It has no flags: what the register of flags holds is none.
      assert.deepEqual(gone, { is: 'umount2', res: 0, name: 'mounted', flags: 0 });
      assert.deepEqual(never, { is: 'umount2', res: ENOENT, name: '/none', flags: 0 });
    });

    it('gives forms of their own: identities', () => {
      const sent = run(
        call(210, 'setresgid', 2001, 2002, 2003),
        call(211, 'getresgid', room(4), room(4), room(4)),
        call(211, 'getresgid', 1, 1, 1),
        call(214, 'setgid', 2005),
        call(200, 'getgid'),
        call(202, 'getegid'),
        call(208, 'setresuid', 1001, 1002, 1003),
        call(209, 'getresuid', room(4), room(4), room(4)),
        call(209, 'getresuid', 1, 1, 1),
        call(199, 'getuid'),
        call(201, 'geteuid'),
        call(213, 'setuid', 1001),
        call(213, 'setuid', 0),
        call(214, 'setgid', 0),
        call(208, 'setresuid', 0, 0, 0),
        call(210, 'setresgid', 0, 0, 0),
      );
      assert.deepEqual(sent, [
        { is: 'setresgid', res: 0, rgid: 2001, egid: 2002, sgid: 2003 },
        { is: 'getresgid', res: 0, rgid: 2001, egid: 2002, sgid: 2003 },
        { is: 'getresgid', res: EFAULT, rgid: 0, egid: 0, sgid: 0 },
        { is: 'setgid', res: 0, gid: 2005 },
        { is: 'getgid', gid: 2005 },
        { is: 'getegid', egid: 2005 },
        { is: 'setresuid', res: 0, ruid: 1001, euid: 1002, suid: 1003 },
        { is: 'getresuid', res: 0, ruid: 1001, euid: 1002, suid: 1003 },
        { is: 'getresuid', res: EFAULT, ruid: 0, euid: 0, suid: 0 },
        { is: 'getuid', uid: 1001 },
        { is: 'geteuid', euid: 1002 },
        { is: 'setuid', res: 0, uid: 1001 },
        { is: 'setuid', res: EPERM, uid: 0 },
        { is: 'setgid', res: EPERM, gid: 0 },
        { is: 'setresuid', res: EPERM, ruid: 0, euid: 0, suid: 0 },
        { is: 'setresgid', res: EPERM, rgid: 0, egid: 0, sgid: 0 },
      ]);
    });

    const SOCKETCALL = 102;
    const socketcall = (number: number, name: string, ...args: Parameters<typeof narrow>): Call =>
      call(SOCKETCALL, name, number, narrow(...args));

    it('gives what goes through socketcall', () => {
      const server = Buffer.from('\x02\0\x7a\x69\x7f\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
      const address: Argument = { token: `b:${server.toString('hex')}` };
      const { sent } = bench.perform([
        ['getpid', address, room(64), room(4), { token: 'b:10000000' }, { token: 'b:64617461' }, room(16)],
        socketcall(1, 'socket', AF_INET, STREAM, 6), // 1: the listening socket, 3
        socketcall(14, 'setsockopt', [1], 1, 2, [0, 3], 4), // for the next run
        socketcall(2, 'bind', [1], [0, 0], 16),
        socketcall(4, 'listen', [1], 9),
        socketcall(6, 'getsockname', [1], [0, 1], [0, 3]),
        socketcall(1, 'socket', AF_INET, STREAM, 6), // 6: the client, 4
        socketcall(3, 'connect', [6], [0, 0], 16),
        socketcall(5, 'accept', [1], 0, 0), // 8: accepted, 5
        socketcall(9, 'sendto', [6], [0, 4], 4, 0), // send
        socketcall(10, 'recvfrom', [8], [0, 5], 16, 0), // recv
        socketcall(7, 'getpeername', [6], [0, 1], [0, 3]),
        socketcall(14, 'setsockopt', [6], 1, 9, [0, 3], 4),
        socketcall(15, 'getsockopt', [6], 1, 9, [0, 2], [0, 3]),
        socketcall(13, 'shutdown', [6], 2),
        socketcall(1, 'socket', AF_INET, STREAM, 6), // 15
        socketcall(3, 'connect', [15], [0, 0], 16),
        socketcall(18, 'accept4', [1], 0, 0, 0),
        socketcall(8, 'socketpair', AF_UNIX, DATAGRAM, 0, [0, 2]), // 18
      ]);
      const events = sent.filter(({ name }) => name !== 'syscall').map(plain);
      const endpoint = '\x7f\0\0\x01\x69\x7a';
      assert.deepEqual(
        events.map(({ is, res, fd, tuple }) => [is, res ?? fd, typeof tuple === 'string' ? tuple.length : 0]),
        [
          ['socket', 3, 0],
          ['setsockopt', 0, 0],
          ['bind', 0, 0],
          ['listen', 0, 0],
          ['getsockname', undefined, 0],
          ['socket', 4, 0],
          ['connect', 0, 13],
          ['accept', 5, 13],
          ['sendto', 4, 13],
          ['recvfrom', 4, 13],
          ['getpeername', undefined, 0],
          ['setsockopt', 0, 0],
          ['getsockopt', 0, 0],
          ['shutdown', 0, 0],
          ['socket', 6, 0],
          ['connect', 0, 13],
          ['accept4', 7, 13],
          ['socketpair', 0, 0],
        ],
      );
      assert.deepEqual([events[2]!['addr'], events[2]!['fd']], [`\x02${endpoint}`, 3]);
      assert.deepEqual([events[3]!['fd'], events[3]!['backlog']], [3, 9]);
      assert.equal(String(events[6]!['tuple']).slice(7), endpoint);
      assert.deepEqual([events[6]!['fd'], events[6]!['addr']], [4, `\x02${endpoint}`]);
      assert.deepEqual([events[8]!['data'], events[8]!['fd'], events[8]!['size']], ['data', 4, 4]);
      assert.deepEqual([events[9]!['data'], events[9]!['fd'], events[9]!['size']], ['data', 5, 16]);
      assert.deepEqual([events[13]!['fd'], events[13]!['how']], [4, 2]);
      assert.deepEqual([events[17]!['fd1'], events[17]!['fd2'], events[17]!['domain']], [8, 9, AF_UNIX]);
    });

    it('gives messages that go through socketcall', () => {
      const { sent } = bench.perform([
        ['getpid', { token: 'b:64617461' }, room(16), room(8)],
        socketcall(8, 'socketpair', AF_UNIX, DATAGRAM, 0, [0, 2]),
        ['getpid', narrow([0, 0], 4), narrow([0, 1], 16)],
        ['getpid', narrow(0, 0, [2, 0], 1, 0, 0, 0, 0), narrow(0, 0, [2, 1], 1, 0, 0, 0, 0)],
        socketcall(16, 'sendmsg', 3, [3, 0], 0),
        socketcall(17, 'recvmsg', 4, [3, 1], 0),
        socketcall(20, 'sendmmsg', 3, [3, 0], 1, 0),
        socketcall(19, 'recvmmsg', 4, [3, 1], 1, 0, 0),
        socketcall(11, 'sendto', 3, [0, 0], 4, 0, 0, 0),
        socketcall(12, 'recvfrom', 4, [0, 1], 16, 0, 0, 0),
      ]);
      assert.deepEqual(
        sent
          .filter(({ name }) => /send|recv/.test(name))
          .map(({ name, params }) => [name, params['res'], params['data']]),
        [
          ['sendmsg', 4, 'data'],
          ['recvmsg', 4, 'data'],
          ['sendmmsg', 4, 'data'],
          ['recvmmsg', 4, 'data'],
          ['sendto', 4, 'data'],
          ['recvfrom', 4, 'data'],
        ],
      );
    });

    it('gives what fails there', () => {
      const calls: readonly Call[] = [
        socketcall(1, 'socket', 99, 99, 0),
        socketcall(2, 'bind', BAD, 0, 0),
        socketcall(3, 'connect', BAD, 0, 0),
        socketcall(4, 'listen', BAD, 1),
        socketcall(5, 'accept', BAD, 0, 0),
        socketcall(6, 'getsockname', BAD, 0, 0),
        socketcall(7, 'getpeername', BAD, 0, 0),
        socketcall(8, 'socketpair', AF_INET, STREAM, 0, 0),
        socketcall(9, 'sendto', BAD, 0, 0, 0),
        socketcall(10, 'recvfrom', BAD, 0, 0, 0),
        socketcall(11, 'sendto', BAD, 0, 0, 0, 0, 0),
        socketcall(12, 'recvfrom', BAD, 0, 0, 0, 0, 0),
        socketcall(13, 'shutdown', BAD, 0),
        socketcall(14, 'setsockopt', BAD, 1, 9, 0, 0),
        socketcall(15, 'getsockopt', BAD, 1, 9, 0, 0),
        socketcall(16, 'sendmsg', BAD, 0, 0),
        socketcall(17, 'recvmsg', BAD, 0, 0),
        socketcall(18, 'accept4', BAD, 0, 0, 0),
        socketcall(19, 'recvmmsg', BAD, 0, 0, 0, 0),
        socketcall(20, 'sendmmsg', BAD, 0, 0, 0),
      ];
      const { sent, results } = bench.perform(calls);
      assert.ok(results.every(value => value < 0));
      assert.deepEqual(
        sent.map(({ name }) => name),
        calls.map(([entry]) => (entry as { name: string }).name),
      );
      for (const { name, params } of sent) {
        const code = params['res'] ?? params['fd'];
        if (name !== 'getsockname' && name !== 'getpeername') assert.ok(Number(code) < 0, name);
      }
    });
  });
}
