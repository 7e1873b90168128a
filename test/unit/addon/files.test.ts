import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFile, openPipe, pipeState } from '../../../daemon/addon/files.js';

const { errno } = constants;

describe('A pipe', () => {
  it('shows from its write end what was not read, and whether anybody will', () => {
    const pipe = openPipe();
    assert.ok(typeof pipe !== 'number');
    assert.deepEqual(pipeState(pipe.write), { unread: 0, hasReader: true });
    writeSync(pipe.write, 'twelve bytes');
    readSync(pipe.read, Buffer.alloc(4));
    assert.deepEqual(pipeState(pipe.write), { unread: 8, hasReader: true });
    closeSync(pipe.read);
    assert.deepEqual(pipeState(pipe.write), { unread: 8, hasReader: false });
    closeSync(pipe.write);
    assert.equal(pipeState(pipe.write), errno.EBADF);
  });

  it('does not block when it is full', () => {
    const pipe = openPipe();
    assert.ok(typeof pipe !== 'number');
    assert.throws(() => {
      for (;;) writeSync(pipe.write, Buffer.alloc(65_536));
    }, /EAGAIN/);
    closeSync(pipe.read);
    closeSync(pipe.write);
  });
});

describe('The lock of a file', () => {
  it('belongs to one descriptor at a time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-lock-'));
    const open = (): number => openSync(join(folder, 'lock'), 'a');
    const [first, second] = [open(), open()];
    assert.equal(lockFile(first), 0);
    assert.equal(lockFile(second), errno.EAGAIN);
    closeSync(first);
    assert.equal(lockFile(second), 0);
    closeSync(second);
    rmSync(folder, { recursive: true });
  });
});
