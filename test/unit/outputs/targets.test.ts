import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescriptorTarget } from '../../../daemon/outputs/descriptor.js';
import { FileTarget } from '../../../daemon/outputs/file.js';
import { syslogMessage, SyslogTarget } from '../../../daemon/outputs/syslog.js';
import { finished, joined } from '../../../daemon/outputs/target.js';

const buffers = (...texts: string[]): Buffer[] => texts.map(text => Buffer.from(text));

describe('What a partial write has finished', () => {
  it('is counted in whole messages and the bytes of the next', () => {
    const messages = buffers('aaa', 'bb', 'cccc');
    assert.deepEqual(finished(messages, 0, 9), { taken: 3, partial: 0 });
    assert.deepEqual(finished(messages, 0, 4), { taken: 1, partial: 1 });
    assert.deepEqual(finished(messages, 2, 1), { taken: 1, partial: 0 });
    assert.deepEqual(finished(messages, 2, 0), { taken: 0, partial: 2 });
    assert.equal(String(joined(messages, 4)), 'bcccc');
  });
});

describe('The file output', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-file-'));
    path = join(folder, 'events.txt');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const keepAlive of [false, true]) {
    it(`appends${keepAlive ? ' and keeps the file open' : ''}`, async () => {
      writeFileSync(path, 'old\n');
      const target = new FileTarget(path, keepAlive);
      assert.deepEqual(await target.offer(buffers('a\n', 'b\n')), { taken: 2, state: 'ready' });
      assert.deepEqual(await target.offer(buffers('c\n')), { taken: 1, state: 'ready' });
      assert.equal(readFileSync(path, 'utf8'), 'old\na\nb\nc\n');
      target.close();
    });
  }

  it('goes on in the old file after rotation until it is told to open it anew', async () => {
    const target = new FileTarget(path, true);
    await target.offer(buffers('1\n'));
    renameSync(path, `${path}.1`);
    await target.offer(buffers('2\n'));
    target.reopen();
    await target.offer(buffers('3\n'));
    assert.equal(readFileSync(`${path}.1`, 'utf8'), '1\n2\n');
    assert.equal(readFileSync(path, 'utf8'), '3\n');
    target.close();
  });

  it('is down, not broken, while its folder is missing', async () => {
    const target = new FileTarget(join(folder, 'none', 'x'), true);
    assert.deepEqual(await target.offer(buffers('a')), {
      taken: 0,
      state: 'down',
      reason: `failed to open output file ${join(folder, 'none', 'x')}: no such file or directory`,
    });
  });

  it('is down while the disk is full', async () => {
    const target = new FileTarget('/dev/full', true);
    const attempt = await target.offer(buffers('a'));
    assert.deepEqual(attempt, {
      taken: 0,
      state: 'down',
      reason: 'cannot write to /dev/full: no space left on device',
    });
    target.close();
  });

  it('may be read by others and written by its owner only', async () => {
    const target = new FileTarget(path, false);
    await target.offer(buffers('a'));
    assert.ok(existsSync(path));
    chmodSync(path, 0o600);
  });
});

/** A reader that sleeps before it reads, at the other end of a pipe or a socket; `fd` is what is written to. */
interface Reader {
  readonly fd: number;
  /** What it has read when nobody writes any more. */
  end(): Promise<string>;
}

function socketReader(): Reader {
  const child = spawn('sh', ['-c', 'sleep 0.3; cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const fd = (child.stdin as unknown as { _handle: { fd: number } })._handle.fd;
  const all = text(child);
  return {
    fd,
    end() {
      child.stdin.end();
      return all;
    },
  };
}

function pipeReader(folder: string): Reader {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const child = spawn('sh', ['-c', 'exec <"$0"; sleep 0.3; cat', path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const fd = openSync(path, 'w');
  const all = text(child);
  return {
    fd,
    end() {
      closeSync(fd);
      return all;
    },
  };
}

async function text(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise(resolve => child.on('close', resolve));
  return Buffer.concat(chunks).toString();
}

describe('Standard output', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-out-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const kind of ['pipe', 'socket'] as const) {
    it(`is full when the reader of its ${kind} is slow, and cuts no message in two`, async () => {
      const reader = kind === 'pipe' ? pipeReader(folder) : socketReader();
      const target = new DescriptorTarget('stdout', reader.fd);
      const lines = Array.from(
        { length: 600 },
        (_, i) => `${String(i).padStart(4, '0')}${'x'.repeat(995)}\n`,
      );
      let waiting = lines.map(line => Buffer.from(line));
      let busy = 0;
      const times: number[] = [];
      while (waiting.length > 0) {
        const start = performance.now();
        const attempt = await target.offer(waiting);
        times.push(performance.now() - start);
        waiting = waiting.slice(attempt.taken);
        if (attempt.state !== 'busy') continue;
        busy++;
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      target.close();
      assert.equal(await reader.end(), lines.join(''));
      assert.ok(busy > 0, 'it was never full');
      // None waits for the reader; that the machine is busy may make a few of them longer.
      times.sort((a, b) => a - b);
      assert.ok(times[times.length >> 1]! < 10, `offers took ${times.map(Math.round).join(', ')} ms`);
    });
  }

  it('is gone when its reader is', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const child = spawn('sh', ['-c', 'exec <"$0"; sleep 0.2', path], { stdio: 'ignore' });
    const fd = openSync(path, 'w');
    const target = new DescriptorTarget('stdout', fd);
    await new Promise(resolve => child.on('close', resolve));
    assert.deepEqual(await target.offer(buffers('a')), {
      taken: 0,
      state: 'gone',
      reason: 'cannot write: broken pipe',
    });
    target.close();
    closeSync(fd);
  });

  it('goes on where a plain file ends', async () => {
    const path = join(folder, 'out');
    const fd = openSync(path, 'w');
    const target = new DescriptorTarget('stdout', fd);
    await target.offer(buffers('a\n'));
    writeFileSync(fd, 'b\n');
    await target.offer(buffers('c\n'));
    assert.equal(readFileSync(path, 'utf8'), 'a\nb\nc\n');
    closeSync(fd);
  });
});

describe('The syslog output', () => {
  const { EAGAIN, ENOENT, ECONNREFUSED, EMSGSIZE } = constants.errno;
  const sending = (answers: readonly number[]) => {
    const sent: Buffer[] = [];
    let i = 0;
    const target = new SyslogTarget((path, data) => {
      assert.equal(path, '/dev/log');
      const answer = answers[i++] ?? 0;
      if (answer === 0) sent.push(data);
      return answer;
    });
    return { target, sent };
  };

  it('writes facility user and the level, the time of the message, and the tag without a pid', () => {
    const message = syslogMessage(4, Buffer.from('text \xff', 'latin1'), new Date(2026, 10, 3, 7, 11, 28));
    assert.equal(message.toString('latin1'), '<12>Nov  3 07:11:28 falco: text \xff');
  });

  it('sends one datagram for each message', () => {
    const { target, sent } = sending([]);
    assert.deepEqual(target.offer(buffers('a', 'b')), { taken: 2, state: 'ready' });
    assert.deepEqual(sent.map(String), ['a', 'b']);
  });

  it('is full when the socket is, and down when it is missing or nobody listens', () => {
    assert.deepEqual(sending([0, EAGAIN]).target.offer(buffers('a', 'b')), { taken: 1, state: 'busy' });
    for (const [errno, text] of [
      [ENOENT, 'no such file or directory'],
      [ECONNREFUSED, 'connection refused'],
    ] as const) {
      assert.deepEqual(sending([0, errno]).target.offer(buffers('a', 'b', 'c')), {
        taken: 1,
        state: 'down',
        reason: `cannot reach /dev/log: ${text}`,
      });
    }
  });

  it('is absent as long as there was no socket, and never again once it had a message', () => {
    const { target } = sending([ENOENT, ECONNREFUSED, ENOENT, 0, ENOENT]);
    const absent = [target.absent];
    for (let i = 0; i < 5; i++) {
      target.offer(buffers('a'));
      absent.push(target.absent);
    }
    assert.deepEqual(absent, [false, true, false, true, false, false]);
  });

  it('understands error numbers of either sign', () => {
    assert.equal((sending([-EAGAIN]).target.offer(buffers('a')) as { state: string }).state, 'busy');
  });

  it('cuts a message that is too long until it fits, and counts it', () => {
    const { target, sent } = sending([EMSGSIZE, EMSGSIZE, 0]);
    assert.deepEqual(target.offer([Buffer.alloc(400_000, 'x')]), { taken: 1, state: 'ready' });
    assert.deepEqual([sent[0]!.length, target.cut], [100_000, 1]);
  });
});
