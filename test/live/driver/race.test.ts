/**
 * A program that rewrites the argument of a call while the kernel reads it cannot make the record name another file or
 * another address than those that the call reached: they are the kernel's.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { RecordReader } from '../../../daemon/events/record.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { cProgram } from '../../support/c-program.js';
import { patience } from '../../support/live.js';
import { decode, describeDriver, numberOf, type Bench, type Sent } from './calls.js';

const ROUNDS = patience > 1 ? 300 : 2500;
const EXEC_ROUNDS = patience > 1 ? 50 : 500;
const CLOSE = 5;
const BEGIN = 770_001;
const END = 770_002;

describeDriver('The driver, raced for an argument,', getBench => {
  let bench: Bench;
  let program: string;
  before(() => {
    bench = getBench();
    program = cProgram('test/live/driver/race.c');
    for (const name of ['file-a', 'file-b']) writeFileSync(join(bench.directory, name), '');
  });

  interface Raced {
    /** What the rounds reached: `a`, `b`, or `-` for neither. */
    readonly reached: string;
    readonly ports: readonly [number, number];
    readonly sent: readonly Sent[];
  }

  async function race(call: string, rounds: number, syscalls: readonly string[]): Promise<Raced> {
    const { driver, directory } = bench;
    driver.setInterest([...syscalls, 'close'].map(numberOf));
    const child = spawn(program, [call, String(rounds)], { cwd: directory });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString('latin1')));
    const batches: Buffer[] = [];
    const take = (): void => {
      for (;;) {
        const used = driver.drain();
        if (used > 0) batches.push(Buffer.from(driver.batch.subarray(0, used)));
        else if (!driver.wait(0)) return;
      }
    };
    let over = false;
    child.on('close', () => (over = true));
    while (!over) {
      take();
      await new Promise(done => setTimeout(done, 1));
    }
    take();
    driver.setInterest([]);
    const reader = new RecordReader();
    const all: Sent[] = [];
    for (const batch of batches) {
      reader.attach(batch);
      walkFrames(batch, batch.length, (_, offset, cpu) => {
        reader.seek(offset);
        const { pid } = child;
        const record = decode(reader, cpu);
        if (record.context.tgid === pid || record.context.ppid === pid) all.push(record);
      });
    }
    const mark = (fd: number): number =>
      all.findIndex(({ code, params }) => code === CLOSE && params['fd'] === fd);
    const [ports, reached] = printed.trim().split('\n') as [string, string];
    return {
      reached,
      ports: ports.split(' ').map(Number) as [number, number],
      sent: all.slice(mark(BEGIN), mark(END)),
    };
  }

  /** That both ends were reached, so that there was a race. */
  function raced(reached: string): void {
    for (const end of ['a', 'b']) {
      const share = reached.split(end).length - 1;
      assert.ok(share > reached.length / 50, `${end} was reached ${String(share)} times`);
    }
  }

  const opens = process.arch === 'x64' ? ['open', 'openat', 'openat2', 'creat'] : ['openat', 'openat2'];
  for (const call of opens) {
    it(`names in every record the file that ${call} reached`, async function () {
      if (availableParallelism() < 2) this.skip();
      const { reached, sent } = await race(call, ROUNDS, [call]);
      raced(reached);
      const named = sent
        .filter(({ name }) => name === call)
        .map(({ context }) => context.file.slice(`${bench.directory}/file-`.length));
      assert.equal(named.join(''), reached);
    });
  }

  it('names in every record the script that execve started', async function () {
    if (availableParallelism() < 2) this.skip();
    for (const [name, status] of [
      ['file-a', 1],
      ['file-b', 2],
    ] as const) {
      const path = join(bench.directory, name);
      writeFileSync(path, `#!/bin/sh\nexit ${String(status)}\n`);
      chmodSync(path, 0o755);
    }
    const { reached, sent } = await race('execve', EXEC_ROUNDS, ['execve']);
    raced(reached);
    const named = sent
      .filter(({ name, params }) => name === 'execve' && params['res'] === 0)
      .map(({ params }) => String(params['filename']).slice('file-'.length));
    assert.equal(named.join(''), reached.replaceAll('-', ''));
  });

  it('names in every record the address that connect reached', async function () {
    if (availableParallelism() < 2) this.skip();
    const { reached, ports, sent } = await race('connect', ROUNDS, ['connect']);
    raced(reached);
    const named = sent
      .filter(({ name, params }) => name === 'connect' && params['res'] === 0)
      .map(({ params }) => {
        const tuple = Buffer.from(String(params['tuple']), 'latin1');
        return tuple.readUInt16LE(11) === ports[0] ? 'a' : tuple.readUInt16LE(11) === ports[1] ? 'b' : '?';
      });
    assert.equal(named.join(''), reached.replaceAll('-', ''));
  });

  it('names in every record the path that connect reached', async function () {
    if (availableParallelism() < 2) this.skip();
    const { reached, sent } = await race('connect-unix', ROUNDS, ['connect']);
    raced(reached);
    const named = sent
      .filter(({ name, params }) => name === 'connect' && params['res'] === 0)
      .map(({ params }) => /File-(.)\0$/.exec(String(params['tuple']))?.[1]);
    assert.equal(named.join(''), reached.replaceAll('-', ''));
  });
});
