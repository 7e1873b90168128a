import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramPerMessage, ProgramTarget } from '../../../daemon/outputs/program.js';
import { OutputQueue } from '../../../daemon/outputs/queue.js';
import type { Target } from '../../../daemon/outputs/target.js';
import { eventually } from '../../support/process.js';

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `line ${String(from + i)}`);

describe('The program output', () => {
  let folder: string;
  let file: string;
  let said: string[];
  let queue: OutputQueue;
  const start = (target: Target): void => {
    said = [];
    queue = new OutputQueue(target, {
      capacity: 0,
      timeoutMs: 2000,
      report: (level, text) => said.push(`${level}: ${text}`),
    });
  };
  const push = (texts: readonly string[]): void =>
    texts.forEach(text => queue.push(Buffer.from(`${text}\n`)));
  const written = (): string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'falco-program-'));
    file = join(folder, 'out');
  });
  afterEach(async () => {
    await queue.close(2000);
    rmSync(folder, { recursive: true });
  });

  describe('with keep_alive', () => {
    it('writes all lines to one run of the program', async () => {
      start(new ProgramTarget(`echo "run $$" >>${file}; cat >>${file}`));
      push(lines(0, 20_000));
      assert.deepEqual(await queue.drain(10_000), { lost: 0, kept: 0 });
      await queue.close(2000);
      assert.match(written()[0]!, /^run \d+$/);
      assert.deepEqual(written().slice(1), lines(0, 20_000));
    });

    it('gives what a program that dies has not read to the next run', async () => {
      // The shell reads byte by byte: nothing of what follows is lost in a buffer.
      start(new ProgramTarget(`for i in 1 2 3 4 5 6 7; do read -r line && echo "$line" >>${file}; done`));
      push(lines(0, 100));
      assert.deepEqual(await queue.drain(20_000), { lost: 0, kept: 0 });
      await eventually('all lines', () => written().length >= 100);
      assert.deepEqual(written(), lines(0, 100));
      assert.equal(
        said[0],
        "error: Output 'program': the program ended with code 0; messages are kept and tried again",
      );
      assert.equal(said.length, 2, said.join('\n'));
    });

    it('says how a program ended that read nothing, and tries it again', async () => {
      start(new ProgramTarget(`test -e ${folder}/there || exit 3; cat >>${file}`));
      push(lines(0, 3));
      await eventually('it is said', () => said.length > 0);
      assert.deepEqual(said, [
        "error: Output 'program': the program ended with code 3; messages are kept and tried again",
      ]);
      rmSync(file, { force: true });
      assert.equal(queue.statistics.waiting, 3);
      const { execFileSync } = await import('node:child_process');
      execFileSync('touch', [join(folder, 'there')]);
      assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
      await eventually('all lines', () => written().length === 3);
    });

    it('is full, and blocks nobody, while the program does not read', async () => {
      start(new ProgramTarget(`sleep 0.5; cat >>${file}`));
      const before = performance.now();
      push(lines(0, 50_000));
      assert.ok(performance.now() - before < 5000);
      assert.ok(queue.statistics.waiting > 40_000);
      assert.deepEqual(await queue.drain(10_000), { lost: 0, kept: 0 });
      await queue.close(2000);
      assert.deepEqual(written(), lines(0, 50_000));
    });

    it('counts nothing as delivered that the program has not read', async () => {
      start(new ProgramTarget(`sleep 0.4; cat >>${file}`));
      push(['a']);
      await new Promise(resolve => setTimeout(resolve, 150));
      assert.equal(queue.statistics.delivered, 0);
      await eventually('it is read', () => queue.statistics.delivered === 1);
    });

    it('starts the program anew when it is told to, and the old run reads to its end', async () => {
      const target = new ProgramTarget(`echo run >>${file}; cat >>${file}; echo end >>${file}`);
      start(target);
      push(['a']);
      await eventually('a is delivered', () => queue.statistics.delivered === 1);
      queue.reopen();
      push(['b']);
      await eventually('b is delivered', () => queue.statistics.delivered === 2);
      await queue.close(2000);
      await eventually('both have ended', () => written().filter(line => line === 'end').length === 2);
      assert.equal(written().filter(line => line === 'run').length, 2);
    });

    it('waits at the end until the program has finished', async () => {
      start(new ProgramTarget(`cat >/dev/null; sleep 0.3; echo finished >>${file}`));
      push(['a']);
      await queue.drain(2000);
      await queue.close(5000);
      assert.deepEqual(written(), ['finished']);
    });
  });

  describe('without keep_alive', () => {
    it('runs the program for each message, one after the other', async () => {
      start(new ProgramPerMessage(`cat >>${file}; echo end >>${file}`));
      push(['a', 'b', 'c']);
      assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
      assert.deepEqual(written(), ['a', 'end', 'b', 'end', 'c', 'end']);
      assert.deepEqual([queue.statistics.delivered, said], [3, []]);
    });

    it('hands over a message that is longer than a pipe holds', async () => {
      start(new ProgramPerMessage(`sleep 0.05; wc -c >>${file}`));
      push(['x'.repeat(300_000)]);
      assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
      assert.deepEqual(written(), ['300001']);
    });

    it('counts a run that failed, and does not repeat it', async () => {
      start(new ProgramPerMessage(`cat >>${file}; exit 2`));
      push(['a', 'b']);
      assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
      assert.deepEqual(written(), ['a', 'b']);
      assert.deepEqual([queue.statistics.delivered, queue.statistics.failed], [0, 2]);
      assert.deepEqual(said, [
        "error: Output 'program': the program ended with code 2; what is refused is not sent again",
      ]);
    });

    it('keeps messages while the shell cannot find the program', async () => {
      start(new ProgramPerMessage(`${folder}/none 2>/dev/null`));
      push(['a']);
      await eventually('it is said', () => said.length > 0);
      assert.deepEqual(await queue.drain(20), { lost: 1, kept: 0 });
      assert.match(said[0]!, /the program ended with code 127; messages are kept/);
    });

    it('does not mind a program that does not read', async () => {
      start(new ProgramPerMessage('true'));
      push(['x'.repeat(300_000)]);
      assert.deepEqual(await queue.drain(5000), { lost: 0, kept: 0 });
      assert.equal(queue.statistics.delivered, 1);
    });
  });
});
