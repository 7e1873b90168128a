/** Reading and writing, and what asks for more than a descriptor: data, sizes, positions, options, messages. */
import assert from 'node:assert/strict';
import {
  AT_FDCWD,
  bytes,
  describeDriver,
  result,
  room,
  same,
  word,
  words,
  type Bench,
  type Call,
  type Sent,
} from './calls.js';

const EBADF = -9;
const EFAULT = -14;
const O_RDWR_CREAT = 0o102;
const SNAPLEN = 80;
const BAD = 777;

const text = (content: string): ReturnType<typeof bytes> => bytes(Buffer.from(content));
const int = (...values: number[]): ReturnType<typeof bytes> => {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => buffer.writeInt32LE(value, 4 * i));
  return bytes(buffer);
};
const plain = ({ name, params }: Sent): unknown => ({ is: name, ...params });
const bits32 = (value: number): string => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer.toString('latin1');
};
const bits64 = (value: bigint): string => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(value);
  return buffer.toString('latin1');
};

describeDriver('The driver on data', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));
  /** Records of the calls, without those that only served to have memory. */
  const run = (calls: readonly Call[]): Sent[] =>
    bench.perform(calls).sent.filter(({ name }) => name !== 'syscall' && name !== 'pipe2');
  const check = (calls: readonly Call[], expected: readonly unknown[], skip = 1): void =>
    assert.deepEqual(run(calls).slice(skip).map(plain), expected);

  it('gives write and read with their data, cut at the snap length', () => {
    const long = 'x'.repeat(200);
    const fd = 3;
    check(
      [
        ['openat', AT_FDCWD, 'data', O_RDWR_CREAT, 0o600],
        ['write', result(0), text('hello\0there'), 11],
        ['write', result(0), text(long), 200],
        ['lseek', result(0), 0, 0],
        ['read', result(0), room(300), 5],
        ['read', result(0), room(300), 300],
        ['read', result(0), room(300), 300],
        ['read', BAD, room(300), 300],
        ['write', BAD, text('not written'), 11],
        ['write', result(0), 1, 10],
        ['lseek', result(0), -5, 2],
        ['lseek', BAD, 7, 9],
      ],
      [
        { is: 'write', res: 11, data: 'hello\0there', fd, size: 11 },
        { is: 'write', res: 200, data: 'x'.repeat(SNAPLEN), fd, size: 200 },
        { is: 'lseek', res: 0, fd, offset: 0, whence: 0 },
        { is: 'read', res: 5, data: 'hello', fd, size: 5 },
        { is: 'read', res: 206, data: `\0there${'x'.repeat(SNAPLEN - 6)}`, fd, size: 300 },
        { is: 'read', res: 0, data: null, fd, size: 300 },
        { is: 'read', res: EBADF, data: null, fd: BAD, size: 300 },
        { is: 'write', res: EBADF, data: 'not written', fd: BAD, size: 11 },
        { is: 'write', res: EFAULT, data: null, fd, size: 10 },
        { is: 'lseek', res: 206, fd, offset: 0xfffffffffffffffbn, whence: 2 },
        { is: 'lseek', res: EBADF, fd: BAD, offset: 7, whence: 0 },
      ],
    );
  });

  it('gives pread64 and pwrite64', () => {
    check(
      [
        ['openat', AT_FDCWD, 'positions', O_RDWR_CREAT, 0o600],
        ['pwrite64', result(0), text('abcdef'), 6, 100],
        ['pread64', result(0), room(10), 4, 102],
        ['pread64', BAD, room(10), 4, 5],
        ['pwrite64', BAD, text('zz'), 2, 6],
      ],
      [
        { is: 'pwrite', res: 6, data: 'abcdef', fd: 3, size: 6, pos: 100 },
        { is: 'pread', res: 4, data: 'cdef', fd: 3, size: 4, pos: 102 },
        { is: 'pread', res: EBADF, data: null, fd: BAD, size: 4, pos: 5 },
        { is: 'pwrite', res: EBADF, data: 'zz', fd: BAD, size: 2, pos: 6 },
      ],
    );
  });

  it('gives readv, writev, preadv and pwritev, with the data of all elements', () => {
    check(
      [
        ['openat', AT_FDCWD, 'vectors', O_RDWR_CREAT, 0o600],
        ['getpid', text('first '), text('second'), room(4), room(100)],
        ['writev', result(0), words([1, 0], 6, [1, 1], 6), 2],
        ['pwritev', result(0), words([1, 1], 6, [1, 0], 6), 2, 50],
        ['lseek', result(0), 0, 0],
        ['readv', result(0), words([1, 2], 4, [1, 3], 100), 2],
        ['preadv', result(0), words([1, 2], 4, [1, 3], 3), 2, 50],
        ['readv', BAD, words([1, 2], 4), 1],
        ['writev', BAD, words([1, 0], 6), 1],
        ['preadv', result(0), 1, 2, 3],
        ['pwritev', BAD, words([1, 0], 6), 1, 9],
      ],
      [
        { is: 'writev', res: 12, data: 'first second', fd: 3, size: 12 },
        { is: 'pwritev', res: 12, data: 'secondfirst ', fd: 3, size: 12, pos: 50 },
        { is: 'lseek', res: 0, fd: 3, offset: 0, whence: 0 },
        { is: 'readv', res: 62, size: 62, data: `first second${'\0'.repeat(38)}secondfirst `, fd: 3 },
        { is: 'preadv', res: 7, size: 7, data: 'secondf', fd: 3, pos: 50 },
        { is: 'readv', res: EBADF, size: 0, data: null, fd: BAD },
        { is: 'writev', res: EBADF, data: 'first ', fd: BAD, size: 6 },
        { is: 'preadv', res: EFAULT, size: 0, data: null, fd: 3, pos: 3 },
        { is: 'pwritev', res: EBADF, data: 'first ', fd: BAD, size: 6, pos: 9 },
      ],
    );
  });

  it('gives sendfile, splice and copy_file_range, with the offsets themselves', () => {
    check(
      [
        ['openat', AT_FDCWD, 'from', O_RDWR_CREAT, 0o600],
        ['openat', AT_FDCWD, 'to', O_RDWR_CREAT, 0o600],
        ['pwrite64', result(0), text('0123456789'), 10, 0],
        ['sendfile', result(1), result(0), words(2), 4],
        ['copy_file_range', result(0), words(3), result(1), words(20), 5, 0],
        ['copy_file_range', BAD, 0, BAD, 0, 5, 0],
        ['pipe2', room(8), 0],
        ['splice', result(0), words(0), word(6, 0, 1), 0, 6, 5],
        ['splice', BAD, 0, BAD, 0, 9, 2],
        ['sendfile', BAD, BAD, 0, 9],
      ],
      [
        { is: 'sendfile', res: 4, offset: 6, out_fd: 4, in_fd: 3, size: 4 },
        { is: 'copy_file_range', res: 5, fdout: 4, offout: 25, fdin: 3, offin: 8, len: 5 },
        { is: 'copy_file_range', res: EBADF, fdout: BAD, offout: 0, fdin: BAD, offin: 0, len: 5 },
        { is: 'splice', res: 6, fd_in: 3, fd_out: 6, size: 6, flags: 5 },
        { is: 'splice', res: EBADF, fd_in: BAD, fd_out: BAD, size: 9, flags: 2 },
        { is: 'sendfile', res: EBADF, offset: 0, out_fd: BAD, in_fd: BAD, size: 9 },
      ],
      3,
    );
  });
});

describeDriver('The driver on options and messages of sockets', getBench => {
  let bench: Bench;
  before(() => (bench = getBench()));
  const run = (calls: readonly Call[]): Sent[] =>
    bench.perform(calls).sent.filter(({ name }) => name !== 'syscall');

  it('gives setsockopt and getsockopt, with values by their kind', () => {
    const sent = run([
      ['socket', 2, 1, 0],
      ['setsockopt', result(0), 1, 2, int(1), 4],
      ['setsockopt', result(0), 1, 20, words(2, 500_000), 16],
      ['setsockopt', result(0), 1, 13, int(1, 5), 8],
      ['setsockopt', result(0), 6, 1, int(1), 4],
      ['setsockopt', BAD, 1, 2, int(0), 4],
      ['setsockopt', result(0), 1, 999, int(7), 4],
      ['getsockopt', result(0), 1, 4, room(4), int(4)],
      ['getsockopt', result(0), 1, 2, room(4), int(4)],
      ['getsockopt', result(0), 1, 57, room(8), int(8)],
      ['getsockopt', result(0), 1, 66, room(16), int(16)],
      ['getsockopt', BAD, 0, 1, room(4), int(4)],
      ['getsockname', result(0), room(16), int(16)],
      ['getpeername', result(0), room(16), int(16)],
      ['shutdown', result(0), 2],
      ['shutdown', BAD, 9],
    ]).slice(1);
    const cookie = sent[8]!.params['val'];
    assert.ok(typeof cookie === 'string' && cookie.length === 9 && cookie.startsWith('\x03'), String(cookie));
    const twoAndAHalf = `\x04${bits64(2_500_000_000n)}`;
    assert.deepEqual(sent.map(plain), [
      { is: 'setsockopt', res: 0, fd: 3, level: 1, optname: 2, val: `\x02${bits32(1)}`, optlen: 4 },
      { is: 'setsockopt', res: 0, fd: 3, level: 1, optname: 20, val: twoAndAHalf, optlen: 16 },
      {
        is: 'setsockopt',
        res: 0,
        fd: 3,
        level: 1,
        optname: 13,
        val: `\0${bits32(1)}${bits32(5)}`,
        optlen: 8,
      },
      { is: 'setsockopt', res: 0, fd: 3, level: 2, optname: 0, val: `\0${bits32(1)}`, optlen: 4 },
      { is: 'setsockopt', res: EBADF, fd: BAD, level: 1, optname: 2, val: `\x02${bits32(0)}`, optlen: 4 },
      { is: 'setsockopt', res: -92, fd: 3, level: 1, optname: 0, val: `\0${bits32(7)}`, optlen: 4 },
      { is: 'getsockopt', res: 0, fd: 3, level: 1, optname: 4, val: `\x01${bits64(0n)}`, optlen: 4 },
      { is: 'getsockopt', res: 0, fd: 3, level: 1, optname: 2, val: `\x02${bits32(1)}`, optlen: 4 },
      { is: 'getsockopt', res: 0, fd: 3, level: 1, optname: 53, val: cookie, optlen: 8 },
      { is: 'getsockopt', res: 0, fd: 3, level: 1, optname: 20, val: twoAndAHalf, optlen: 16 },
      { is: 'getsockopt', res: EBADF, fd: BAD, level: 0, optname: 0, val: `\0${bits32(0)}`, optlen: 4 },
      { is: 'getsockname' },
      { is: 'getpeername' },
      { is: 'shutdown', res: -107, fd: 3, how: 2 },
      { is: 'shutdown', res: EBADF, fd: BAD, how: 0xff },
    ]);
  });

  it('gives one event for each message of sendmmsg and recvmmsg, and one for none', () => {
    // mmsghdr: msghdr of 7 words (name, its length, iovecs, their number, control, its length, flags), then a length.
    const message = (call: number, iov: number): (number | readonly [number, number])[] => [
      0,
      0,
      [call, iov],
      1,
      0,
      0,
      0,
      0,
    ];
    const sent = run([
      ['socketpair', 1, 2, 0, room(8)],
      ['getpid', text('one'), text('three'), room(40), room(40)],
      ['getpid', words([1, 0], 3), words([1, 1], 5), words([1, 2], 40), words([1, 3], 40)],
      ['sendmmsg', word(0, 3, 0), words(...message(2, 0), ...message(2, 1)), 2, 0],
      ['recvmmsg', word(0, 3, 1), words(...message(2, 2), ...message(2, 3)), 2, 0x40, 0],
      ['sendmmsg', BAD, words(...message(2, 0)), 1, 0],
      ['recvmmsg', word(0, 3, 1), words(...message(2, 2)), 1, 0x40, 0],
    ]).slice(1);
    assert.deepEqual(
      sent.map(({ name, params: { res, fd, size, data } }) => [name, res, fd, size, data]),
      [
        ['sendmmsg', 3, 3, 3, 'one'],
        ['sendmmsg', 5, 3, 5, 'three'],
        ['recvmmsg', 3, 4, 3, 'one'],
        ['recvmmsg', 5, 4, 5, 'three'],
        ['sendmmsg', EBADF, BAD, 0, null],
        ['recvmmsg', -11, 4, 0, null],
      ],
    );
    for (const { params } of sent.slice(0, 4)) {
      const tuple = String(params['tuple']);
      assert.deepEqual([tuple.charCodeAt(0), tuple.length], [1, 18]);
    }
    for (const { params } of sent.slice(4)) assert.equal(params['tuple'], null);
    assert.deepEqual(sent[2]!.params['msgcontrol'], null);
  });

  it('reads the arguments of a 32-bit caller in their own width', function () {
    if (process.arch !== 'x64') this.skip();
    const sent = run([
      ['openat', AT_FDCWD, 'narrow', O_RDWR_CREAT, 0o600],
      ['getpid', text('narrow'), room(16)],
      [{ ia32: 4, name: 'write' }, result(0), same(1, 0), 6],
      [{ ia32: 162, name: 'nanosleep' }, int(0, 1000), 0],
      [{ ia32: 76, name: 'getrlimit' }, 7, same(1, 1)],
    ]).slice(1);
    assert.deepEqual(plain(sent[0]!), { is: 'write', res: 6, data: 'narrow', fd: 3, size: 6 });
    assert.deepEqual(plain(sent[1]!), { is: 'nanosleep', res: 0, interval: 1000 });
    assert.ok(Number(sent[2]!.params['cur']) >= 1024, JSON.stringify(sent[2]!.params['cur']));
  });
});
