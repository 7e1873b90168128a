import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followLines } from '../../../../daemon/sources/audit/follow.js';
import { filesOf, LineCutter, linesOf } from '../../../../daemon/sources/audit/lines.js';
import { eventually, sleep } from '../../../support/process.js';

const LIMIT = { mostBytes: 1000, tooLong: () => undefined };

describe('A file that is followed', () => {
  let folder = '';
  let path = '';
  let lines: string[] = [];
  let end = new AbortController();
  let following: Promise<void> = Promise.resolve();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-follow-'));
    path = join(folder, 'audit.log');
    lines = [];
    end = new AbortController();
  });
  afterEach(async () => {
    end.abort();
    await following;
    rmSync(folder, { recursive: true });
  });

  /** From here on. */
  async function follow(): Promise<void> {
    const started = await followLines(path, LIMIT, bytes => lines.push(bytes.toString()), end.signal);
    following = started.ended;
  }

  const come = (...expected: readonly string[]): Promise<unknown> =>
    eventually(expected.join(), () => (lines.join() === expected.join() ? true : undefined), 15_000);

  it('is read from its end on, line by line', async () => {
    writeFileSync(path, 'old\n');
    await follow();
    appendFileSync(path, 'a\nb');
    await come('a');
    appendFileSync(path, 'c\r\n\n');
    await come('a', 'bc');
  });

  it('may come into being later', async () => {
    await follow();
    writeFileSync(path, 'first\n');
    await come('first');
  });

  it('is followed through rotation, whatever was written last to the old one', async () => {
    writeFileSync(path, '');
    await follow();
    appendFileSync(path, 'a\n');
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, 'b\n');
    writeFileSync(path, 'c\n');
    await come('a', 'b', 'c');
    appendFileSync(path, 'd\n');
    await come('a', 'b', 'c', 'd');
  });

  it('is read from its start when it was cut off', async () => {
    writeFileSync(path, '');
    await follow();
    appendFileSync(path, 'a long line\n');
    await come('a long line');
    truncateSync(path, 0);
    await sleep(700);
    appendFileSync(path, 'b\n');
    await come('a long line', 'b');
  });

  it('is read from its start when it was cut off and is longer than before by now', async () => {
    writeFileSync(path, 'old\n');
    await follow();
    appendFileSync(path, 'a\n');
    await come('a');
    truncateSync(path, 0);
    appendFileSync(path, 'first\nsecond\nthird\n');
    await come('a', 'first', 'second', 'third');
  });

  it('gives the last line of the old file before those of the new one, also when it lacks its end', async () => {
    writeFileSync(path, '');
    await follow();
    appendFileSync(path, 'a\nunfinished');
    await come('a');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'c\n');
    await come('a', 'unfinished', 'c');
  });

  it('gives a line that was half written at the start once it is whole', async () => {
    writeFileSync(path, 'old\nha');
    await follow();
    appendFileSync(path, 'lf\nb\n');
    await come('half', 'b');
  });

  it('ends with what its lines are taken with, and is not read again', async () => {
    writeFileSync(path, 'old\n');
    let calls = 0;
    const started = await followLines(
      path,
      LIMIT,
      () => {
        calls++;
        throw new RangeError('a bug');
      },
      end.signal,
    );
    const failed = assert.rejects(started.ended, /a bug/);
    appendFileSync(path, 'a\nb\n');
    await failed;
    assert.equal(calls, 1);
  });
});

describe('Lines of files', () => {
  it('are whole however they come in pieces, and those that are too long are left out', () => {
    let tooLong = 0;
    const cutter = new LineCutter({ mostBytes: 5, tooLong: () => tooLong++ });
    const got: string[] = [];
    for (const piece of ['ab', 'c\n', '\n123456', '7\nde\nf', 'g'])
      for (const { number, bytes } of cutter.lines(Buffer.from(piece)))
        got.push(`${String(number)}:${bytes.toString()}`);
    const last = cutter.end();
    assert.deepEqual([...got, last?.bytes.toString()], ['1:abc', '4:de', 'fg']);
    assert.equal(tooLong, 1);
  });

  it('come from the files of a folder, the oldest first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-lines-'));
    mkdirSync(join(folder, 'below'));
    for (const [name, time] of [
      ['b', 100],
      ['a', 200],
      ['c', 50],
    ] as const) {
      writeFileSync(join(folder, name), `${name}\n`);
      utimesSync(join(folder, name), time, time);
    }
    const got: string[] = [];
    for (const file of filesOf(folder))
      for await (const { bytes } of linesOf(file, LIMIT)) got.push(bytes.toString());
    rmSync(folder, { recursive: true });
    assert.deepEqual(got, ['c', 'b', 'a']);
  });
});
