import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AT_FDCWD, bytes, describeDriver, result, type Bench } from './calls.js';

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const O_DSYNC = 0o10000;
const O_SYNC = 0o4010000;
const O_CLOEXEC = 0o2000000;
const O_DIRECTORY = process.arch === 'arm64' ? 0o40000 : 0o200000;
const O_TMPFILE = 0o20000000 | O_DIRECTORY;
const ENOENT = -2;
const EFAULT = -14;
const ENAMETOOLONG = -36;
const CREATED = 0x4000;
const UPPER = 0x8000;
const LOWER = 0x10000;

const how = (flags: number, mode: number, resolve: number): Buffer => {
  const struct = Buffer.alloc(24);
  [flags, mode, resolve].forEach((value, index) => struct.writeBigUInt64LE(BigInt(value), index * 8));
  return struct;
};

describeDriver('The driver on open, openat, openat2 and creat', getBench => {
  let bench: Bench;
  let file: string;
  before(() => {
    bench = getBench();
    file = join(bench.directory, 'file');
    writeFileSync(file, 'x');
    mkdirSync(join(bench.directory, 'sub'));
    symlinkSync('../file', join(bench.directory, 'sub/link'));
  });

  it('gives the file of an absolute path, its device and inode', () => {
    const { ino, dev } = statSync(file);
    const { sent, results, pid } = bench.perform([
      ['openat', AT_FDCWD, file, O_RDWR | O_APPEND | O_CLOEXEC, 0o777],
    ]);
    assert.equal(sent.length, 1);
    const [{ name, tid, params, context }] = sent as [(typeof sent)[0]];
    assert.deepEqual([name, tid, context.tgid], ['openat', pid, pid]);
    assert.deepEqual(params, {
      fd: results[0],
      dirfd: -100,
      name: file,
      flags: 0x3 | 0x8 | 0x1000,
      mode: 0,
      dev,
      ino,
    });
    assert.deepEqual([context.file, context.base1, context.base2], [file, '', '']);
    assert.deepEqual([context.ppid, context.euid, context.comm], [process.pid, 0, 'calls']);
  });

  it('gives the directory that a relative path starts from, for the current directory and for a descriptor', () => {
    const { sent, results } = bench.perform([
      ['openat', AT_FDCWD, 'sub', O_DIRECTORY | O_RDONLY],
      ['openat', result(0), '../file', O_RDONLY],
      ['openat', result(0), 'none', O_RDONLY],
    ]);
    assert.deepEqual(
      sent.map(({ params, context }) => [
        params['fd'],
        params['dirfd'],
        params['name'],
        context.file,
        context.base1,
      ]),
      [
        [results[0], -100, 'sub', join(bench.directory, 'sub'), bench.directory],
        [results[1], results[0], '../file', file, join(bench.directory, 'sub')],
        [ENOENT, results[0], 'none', '', join(bench.directory, 'sub')],
      ],
    );
  });

  it('shows O_TMPFILE and O_SYNC only where they were asked for', () => {
    const { sent } = bench.perform([
      ['openat', AT_FDCWD, '.', O_DIRECTORY],
      ['openat', AT_FDCWD, '.', O_TMPFILE | O_RDWR, 0o600],
      ['openat', AT_FDCWD, 'file', O_DSYNC],
      ['openat', AT_FDCWD, 'file', O_SYNC],
    ]);
    assert.deepEqual(
      sent.map(({ params }) => Number(params['flags']) & ~CREATED & ~0x800),
      [0x401, 0x2403, 0x11, 0x91],
    );
    assert.deepEqual(
      sent.map(({ params }) => params['mode']),
      [0, 0o600, 0, 0],
    );
  });

  it('names the file behind a symbolic link, and marks what was created', () => {
    const { sent } = bench.perform([
      ['openat', AT_FDCWD, 'sub/link', O_RDONLY],
      ['openat', AT_FDCWD, 'made', O_CREAT | O_EXCL | O_WRONLY | O_TRUNC, 0o4751],
      ['openat', AT_FDCWD, 'made', O_CREAT | O_WRONLY, 0o600],
    ]);
    assert.deepEqual(
      sent.map(({ params, context }) => [params['name'], context.file, params['flags'], params['mode']]),
      [
        ['sub/link', file, 0x1, 0],
        ['made', join(bench.directory, 'made'), 0x2 | 0x4 | 0x20 | 0x100 | CREATED, 0o4751],
        ['made', join(bench.directory, 'made'), 0x2 | 0x4, 0o600],
      ],
    );
  });

  it('keeps bytes that are not UTF-8, and a path of 4,095 bytes', () => {
    const odd = Buffer.from('\xff\xfe\x80na\xefme', 'latin1');
    const long = '/'.repeat(4095 - file.length) + file;
    const { sent, results } = bench.perform([
      ['openat', AT_FDCWD, odd, O_CREAT | O_WRONLY, 0o644],
      ['openat', AT_FDCWD, long, O_RDONLY],
      ['openat', AT_FDCWD, `/${long}`, O_RDONLY],
    ]);
    assert.ok(results[0]! >= 0 && results[1]! >= 0);
    assert.equal(sent[0]!.params['name'], odd.toString('latin1'));
    assert.equal(sent[0]!.context.file, join(bench.directory, odd.toString('latin1')));
    assert.equal(sent[1]!.params['name'], long);
    assert.equal(sent[1]!.context.file, file);
    assert.deepEqual([sent[2]!.params['fd'], String(sent[2]!.params['name']).length], [ENAMETOOLONG, 4095]);
  });

  it('has no name when the pointer is bad', () => {
    const before = bench.driver.stats().faults;
    const { sent } = bench.perform([
      ['openat', AT_FDCWD, 0, O_RDONLY],
      ['openat', AT_FDCWD, 1, O_RDONLY],
    ]);
    for (const { params } of sent) assert.deepEqual([params['fd'], params['name']], [EFAULT, null]);
    assert.ok(bench.driver.stats().faults > before);
  });

  it('gives openat2 with mode and resolve flags', () => {
    const { ino, dev } = statSync(file);
    const { sent, results } = bench.perform([
      ['openat2', AT_FDCWD, 'file', bytes(how(O_RDWR | O_CREAT, 0o640, 0x1 | 0x4)), 24],
      ['openat2', AT_FDCWD, 'none', bytes(how(O_RDONLY, 0, 0x8)), 24],
    ]);
    const [opened, failed] = sent.map(({ params }) => params);
    // The kernel adds O_LARGEFILE.
    assert.deepEqual(
      { ...opened, flags: Number(opened!['flags']) & ~0x800 },
      { fd: results[0], dirfd: -100, name: 'file', flags: 0x3 | 0x4, mode: 0o640, resolve: 0x18, dev, ino },
    );
    assert.deepEqual(failed, {
      fd: ENOENT,
      dirfd: -100,
      name: 'none',
      flags: 0x1,
      mode: 0,
      resolve: 1,
      dev: 0,
      ino: 0,
    });
    assert.equal(sent[0]!.context.file, file);
  });

  it('gives the device and inode of descriptor 0 too', () => {
    const { ino } = statSync(file);
    const { sent } = bench.perform([
      ['close', 0],
      ['openat', AT_FDCWD, 'file', O_RDONLY],
    ]);
    assert.deepEqual([sent[1]!.params['fd'], sent[1]!.params['ino'], sent[1]!.context.file], [0, ino, file]);
  });

  it('tells the upper from the lower layer of an overlay', function () {
    if (!readFileSync('/proc/filesystems', 'latin1').includes('overlay')) this.skip();
    const at = (name: string): string => join(bench.directory, 'overlay', name);
    mkdirSync(at(''), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', 'layers', at('')]);
    try {
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name));
      writeFileSync(at('lower/low'), '');
      writeFileSync(at('upper/up'), '');
      const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
      execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, at('merged')]);
      const { sent } = bench.perform([
        ['openat', AT_FDCWD, at('merged/low'), O_RDONLY],
        ['openat', AT_FDCWD, at('merged/up'), O_RDONLY],
        ['openat', AT_FDCWD, at('merged/low'), O_RDWR],
      ]);
      assert.deepEqual(
        sent.map(({ params, context }) => [params['flags'], context.file]),
        [
          [0x1 | LOWER, at('merged/low')],
          [0x1 | UPPER, at('merged/up')],
          [0x3 | UPPER, at('merged/low')],
        ],
      );
    } finally {
      spawnSync('umount', ['-R', at('')]);
    }
  });

  if (process.arch === 'x64') {
    it('gives open and creat', () => {
      const { sent, results } = bench.perform([
        ['open', 'file', O_WRONLY | O_TRUNC],
        ['creat', 'new', 0o3640],
        ['open', '/none/at/all', O_CREAT, 0o600],
      ]);
      const { ino, dev } = statSync(file);
      const created = statSync(join(bench.directory, 'new'));
      assert.deepEqual(
        sent.map(({ name, params }) => ({ is: name, ...params })),
        [
          { is: 'open', fd: results[0], name: 'file', flags: 0x102, mode: 0, dev, ino },
          { is: 'creat', fd: results[1], name: 'new', mode: 0o3640, dev, ino: created.ino, creat_flags: 0 },
          { is: 'open', fd: ENOENT, name: '/none/at/all', flags: 0x5, mode: 0o600, dev: 0, ino: 0 },
        ],
      );
      assert.deepEqual(
        sent.map(({ context }) => context.file),
        [file, join(bench.directory, 'new'), ''],
      );
    });

    it('takes a 32-bit openat for what it is', () => {
      const { sent, results } = bench.perform(
        [
          [{ ia32: 295, name: 'openat' }, AT_FDCWD, file, O_RDWR, 0],
          [{ ia32: 5, name: 'open' }, 'file', O_RDONLY, 0],
          [{ ia32: 295, name: 'preadv' }, AT_FDCWD, 'none', O_RDONLY, 0],
        ],
        ['openat'],
      );
      assert.ok(results[0]! >= 0 && results[1]! >= 0 && results[2] === ENOENT);
      assert.deepEqual(
        sent.map(({ name, params, context }) => [name, params['fd'], params['name'], context.file]),
        [
          ['openat', results[0], file, file],
          ['open', results[1], 'file', file],
          ['openat', ENOENT, 'none', ''],
        ],
      );
      assert.equal(sent[0]!.params['dirfd'], AT_FDCWD);
    });
  }
});
