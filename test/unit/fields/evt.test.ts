import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isoTime, nanoseconds, seconds } from '../../../daemon/fields/clock.js';
import { makeHost, NOON, type Host } from '../../support/host.js';

const CREAT = 0x4;
const WRONLY = 0x2;
const RDWR = 0x3;
const CREATED = 0x4000;

describe('the clock of fields', () => {
  it('splits any time into seconds and nanoseconds exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), time => {
        const stamp = { tsHigh: Number(time >> 32n), tsLow: Number(time & 0xffffffffn) };
        assert.equal(seconds(stamp), Number(time / 1_000_000_000n));
        assert.equal(nanoseconds(stamp), Number(time % 1_000_000_000n));
      }),
      { seed: 7, numRuns: 5000 },
    );
  });

  it('writes ISO 8601 in UTC', () => {
    const stamp = { tsHigh: Number(NOON >> 32n), tsLow: Number(NOON & 0xffffffffn) };
    assert.equal(isoTime(stamp), '2026-11-23T12:00:00.000000042+0000');
  });
});

describe('fields of events', () => {
  let host: Host;

  beforeEach(() => {
    host = makeHost();
  });

  function is(expected: Readonly<Record<string, unknown>>): void {
    for (const [text, value] of Object.entries(expected)) assert.deepEqual(host.value(text), value, text);
  }

  it('are local times with nine digits', () => {
    host.event('getcwd', [5, '/root']);
    const local = new Date(Number(NOON / 1_000_000n));
    const time = local.toTimeString().slice(0, 8);
    is({ 'evt.time': `${time}.000000042`, 'evt.time.s': time, 'evt.rawtime': NOON, 'evt.rawtime.ns': 42 });
    assert.match(String(host.value('evt.datetime')), /^2026-11-2[234] \d\d:\d\d:\d\d\.000000042$/);
  });

  it('count time from the first event and from the one before', () => {
    host.event('getcwd', [5, '/root']);
    is({ 'evt.reltime': 0, 'evt.deltatime': 0 });
    host.event('getcwd', [5, '/root'], 30, NOON + 1_500_000_000n);
    host.event('getcwd', [5, '/root'], 30, NOON + 1_500_000_007n);
    is({
      'evt.reltime': 1_500_000_007,
      'evt.reltime.s': 1,
      'evt.reltime.ns': 500_000_007,
      'evt.deltatime': 7,
    });
  });

  it('tell type, direction, category and source', () => {
    host.event('getcwd', [5, '/root']);
    is({
      'evt.type': 'getcwd',
      'evt.type.is.getcwd': 1,
      'evt.type.is.open': 0,
      'syscall.type': 'getcwd',
      'evt.dir': '<',
      'evt.category': 'file',
      'evt.source': 'syscall',
      'evt.cpu': 1,
      'evt.num': 1,
      'evt.hostname': 'vm',
      'evt.is_async': false,
      'evt.count.exit': 1,
    });
  });

  it('take the category of reads from the descriptor', () => {
    host.event('read', [4, Buffer.from('root'), 3, 4]);
    is({ 'evt.category': 'file', 'evt.io_dir': 'read', 'evt.is_io_read': true, 'evt.is_io_write': false });
    is({ 'evt.buflen': 4, 'evt.buflen.file.in': 4, 'evt.buflen.net': null, 'evt.buffer': 'root' });
    host.event('read', [-9, null, 77, 4]);
    is({ 'evt.category': 'unknown', 'evt.buflen': null, 'evt.buffer': null });
  });

  it('name results', () => {
    host.event('getcwd', [5, '/root']);
    is({ 'evt.res': 'SUCCESS', 'evt.rawres': 5, 'evt.failed': false, 'evt.count.error': 0 });
    host.event('openat', [-2, -100, '/nosuch', 1, 0, 0, 0]);
    is({ 'evt.res': 'ENOENT', 'evt.rawres': -2, 'evt.failed': true, 'evt.count.error.file': 1 });
    host.event('getsockname', []);
    is({ 'evt.res': null, 'evt.rawres': null, 'evt.failed': null, 'evt.count.error': null });
    host.event('getuid', [1000]);
    is({ 'evt.rawres': 1000 });
  });

  it('tell what an open is for', () => {
    host.event('openat', [4, -100, '/tmp/x', CREAT | WRONLY | CREATED, 0o755, 0, 0]);
    is({
      'evt.is_open_read': false,
      'evt.is_open_write': true,
      'evt.is_open_exec': true,
      'evt.is_open_create': true,
    });
    host.event('openat', [4, -100, '/tmp/x', RDWR, 0o755, 0, 0]);
    is({ 'evt.is_open_read': true, 'evt.is_open_write': true, 'evt.is_open_exec': false });
    host.event('getcwd', [5, '/root']);
    is({ 'evt.is_open_read': false, 'evt.is_open_write': false });
  });

  it('render arguments by name and by position', () => {
    host.event('openat', [-2, -100, 'nosuch', 1 | 0x1000, 0, 0, 0]);
    is({
      'evt.arg.name': '/root/nosuch',
      'evt.arg[0]': 'ENOENT',
      'evt.arg.flags': 'O_RDONLY|O_CLOEXEC',
      'evt.arg.tuple': null,
      'evt.arg[9]': null,
      'evt.rawarg.flags': 4097,
      'evt.rawarg.name': 'nosuch',
      'evt.abspath': '/root/nosuch',
      'evt.args':
        'fd=-2(ENOENT) dirfd=-100(AT_FDCWD) name=nosuch(/root/nosuch) flags=4097(O_RDONLY|O_CLOEXEC) mode=0 dev=0 ino=0',
    });
  });

  it('have both absolute paths of a rename', () => {
    host.event('renameat', [0, -100, 'a', -100, '/b']);
    is({ 'evt.abspath': '/root/a', 'evt.abspath.src': '/root/a', 'evt.abspath.dst': '/b' });
  });

  it('take the type of a raw argument that most events have it in', () => {
    host.event('close', [0, 3]);
    is({ 'evt.rawarg.fd': 3, 'evt.rawarg.res': 0, 'evt.rawarg.addr': null });
  });

  it('measure the distance from an instant in milliseconds', () => {
    host.event('getcwd', [5, '/root']);
    is({ [`evt.around[${NOON - 5_000_000n}]`]: 5, [`evt.around[${NOON + 5_000_001n}]`]: 6 });
  });
});
