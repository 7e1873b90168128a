import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { RecordReader } from '../../../daemon/events/record.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { cProgram } from '../../support/c-program.js';
import { decode, describeDriver, numberOf, type Bench, type Sent } from './calls.js';

const COUNT = 20_000;

describeDriver('The driver under a storm of opens', getBench => {
  let bench: Bench;
  let storm: string;
  before(() => {
    bench = getBench();
    storm = cProgram('test/live/driver/storm.c');
    writeFileSync(join(bench.directory, 'file'), '');
    symlinkSync('file', join(bench.directory, 'link'));
  });

  async function opens(): Promise<Sent[]> {
    const { driver, directory } = bench;
    driver.setInterest([numberOf('openat')]);
    const child = spawn(storm, [directory, String(COUNT)], { stdio: 'ignore' });
    const batches: Buffer[] = [];
    const take = (): void => {
      for (;;) {
        const used = driver.drain();
        if (used > 0) batches.push(Buffer.from(driver.batch.subarray(0, used)));
        else if (!driver.wait(0)) return;
      }
    };
    let over = false;
    child.on('exit', () => (over = true));
    while (!over) {
      take();
      await new Promise(done => setTimeout(done, 1));
    }
    take();
    driver.setInterest([]);
    const reader = new RecordReader();
    const sent: Sent[] = [];
    for (const batch of batches) {
      reader.attach(batch);
      walkFrames(batch, batch.length, (_, offset, cpu) => {
        reader.seek(offset);
        if (reader.type !== 307) return;
        const record = decode(reader, cpu);
        if (record.context.tgid === child.pid && record.tid !== child.pid) sent.push(record);
      });
    }
    return sent;
  }

  it('loses none of 20,000 on each of two CPUs, in order, with the right names', async function () {
    if (availableParallelism() < 2) this.skip();
    this.timeout(60_000);
    const before = bench.driver.stats();
    const sent = await opens();
    const after = bench.driver.stats();
    assert.deepEqual(after.dropped, before.dropped);
    const { directory } = bench;
    const file = join(directory, 'file');
    const long = '/'.repeat(4095 - file.length) + file;
    const ways = [
      ['file', file],
      ['link', file],
      ['\xff\xfeodd', join(directory, '\xff\xfeodd')],
    ] as const;
    const next = new Map<number, number>();
    const time = new Map<number, bigint>();
    for (const { tid, params, context, cpu, ...record } of sent) {
      if (params['name'] === directory) continue;
      const index = next.get(tid) ?? 0;
      if (!next.has(tid) && params['mode'] !== 0) continue;
      const [name, path] = index % 16 === 15 ? [long, file] : ways[index % 3]!;
      assert.equal(
        params['mode'],
        index & 4095,
        `thread ${String(tid)} on CPU ${String(cpu)}, call ${String(index)}`,
      );
      assert.equal(params['name'], name);
      assert.equal(context.file, path);
      assert.equal(context.base1, index % 16 === 15 ? '' : directory);
      assert.ok(record.time >= (time.get(tid) ?? 0n));
      time.set(tid, record.time);
      next.set(tid, index + 1);
    }
    assert.deepEqual([...next.values()], [COUNT, COUNT]);
  });

  it('has no call left out by the kernel while three processes of one CPU preempt each other', async () => {
    const { driver } = bench;
    driver.setInterest([numberOf('getppid')]);
    const before = driver.stats();
    const child = spawn(cProgram('test/live/driver/spin.c'), { stdio: 'ignore' });
    try {
      for (const end = Date.now() + 2000; Date.now() < end;) {
        while (driver.drain() > 0);
        await new Promise(done => setTimeout(done, 1));
      }
    } finally {
      child.kill('SIGKILL');
      driver.setInterest([]);
      while (driver.drain() > 0);
    }
    const after = driver.stats();
    assert.ok(after.seen - before.seen > 1000, `${String(after.seen - before.seen)} calls`);
    assert.equal(after.dropped['skipped'], before.dropped['skipped']);
  });
});
