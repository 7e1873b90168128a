import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { writeRecord } from '../../../../daemon/events/record-writer.js';
import {
  block,
  bytes,
  eventBlock,
  oldEventBlock,
  oldRecord,
  readCapture,
  section,
} from '../../../support/capture-file.js';

const START = 1_700_000_000_000_000_000n;

function close(n: number): Buffer {
  return writeRecord({ type: 5, time: START + BigInt(n), tid: 7, params: [0, n] });
}

function capture(count: number): Buffer {
  return Buffer.concat([section(), ...Array.from({ length: count }, (_, n) => eventBlock(close(n), n % 4))]);
}

describe('events of a capture', () => {
  it('come in order, with their CPU, from a plain file', async () => {
    const { records, cpus, problem } = await readCapture(capture(10));
    assert.equal(problem, null);
    assert.deepEqual(
      records,
      Array.from({ length: 10 }, (_, n) => close(n)),
    );
    assert.deepEqual(cpus.slice(0, 5), [0, 1, 2, 3, 0]);
  });

  it('come from a packed file, of one member or of several that break anywhere', async () => {
    const plain = capture(40_000);
    const whole = await readCapture(gzipSync(plain));
    assert.equal(whole.records.length, 40_000);
    const cuts = [0, 5, 101, 70_001, plain.length];
    const members = cuts.slice(1).map((cut, i) => gzipSync(plain.subarray(cuts[i], cut)));
    const several = await readCapture(Buffer.concat(members));
    assert.equal(several.problem, null);
    assert.deepEqual(several.records, whole.records);
  });

  it('come from blocks with flags and from large blocks; flag 1 keeps an event from the rules', async () => {
    const large = writeRecord({ type: 402, time: START, tid: 0, params: [0, 'name', 'x'.repeat(100_000)] });
    const seen: string[] = [];
    const { records } = await readCapture(
      Buffer.concat([
        section(),
        block(0x217, [16, 1], [32, 1], close(1)),
        block(0x217, [16, 1], [32, 0], close(2)),
        block(0x221, [16, 1], large),
        block(0x222, [16, 1], [32, 4], large),
      ]),
      inspector => seen.push(inspector.view.name),
    );
    assert.deepEqual(records, [close(2), large, large]);
    assert.deepEqual(seen, ['close', 'name', 'name']);
  });

  it('skips blocks that it does not know, and event codes that nobody knows', async () => {
    const strange = close(1);
    strange.writeUInt16LE(9999, 20);
    const { records, problem } = await readCapture(
      Buffer.concat([
        section(),
        block(0x777, Buffer.from('anything')),
        eventBlock(strange),
        eventBlock(close(2)),
      ]),
    );
    assert.deepEqual([records.length, problem], [1, null]);
  });

  it('reads a second section in the middle', async () => {
    const { records, problem } = await readCapture(Buffer.concat([capture(3), capture(2)]));
    assert.deepEqual([records.length, problem], [5, null]);
  });

  it('counts events before the first one that only tell what was there, but does not show them', async () => {
    const user = writeRecord({
      type: 354,
      time: START,
      tid: 0,
      params: [1000, 1000, 'ann', '/home/ann', '/bin/sh', ''],
    });
    const nums: number[] = [];
    const { records, inspector } = await readCapture(
      Buffer.concat([section(), eventBlock(user), eventBlock(close(1)), eventBlock(user)]),
      ({ view }) => nums.push(view.num),
    );
    assert.equal(records.length, 2);
    assert.equal(inspector.accounts.user(1000)?.name, 'ann');
    assert.deepEqual(nums, [2, 3]);
  });
});

describe('events of an old capture', () => {
  it('are completed with what the thread said on entry', async () => {
    const enter = oldRecord(4, START, 7, [bytes([64, 12])]);
    const exit = oldRecord(5, START + 1n, 7, [bytes([64, 0])]);
    const other = oldRecord(5, START + 2n, 8, [bytes([64, -9])]);
    const { records } = await readCapture(
      Buffer.concat([section(), ...[enter, other, exit, exit].map(record => oldEventBlock(record, 3))]),
    );
    assert.deepEqual(records, [
      writeRecord({ type: 5, time: START + 2n, tid: 8, params: [-9, 0] }),
      writeRecord({ type: 5, time: START + 1n, tid: 7, params: [0, 12] }),
      // An entry is used once.
      writeRecord({ type: 5, time: START + 1n, tid: 7, params: [0, 0] }),
    ]);
  });

  it('become events of another type over several steps', async () => {
    const text = (value: string): Buffer => Buffer.from(`${value}\0`);
    const params = [
      bytes([64, 0]),
      text('ls'),
      text('-l'),
      ...[5, 5, 1].map(n => bytes([64, n])),
      text('/'),
      bytes([64, 9]),
    ];
    const { records } = await readCapture(
      Buffer.concat([section(), oldEventBlock(oldRecord(13, START, 5, params))]),
    );
    const [record] = records;
    assert.equal(record?.readUInt16LE(20), 293);
    assert.equal(record.readUInt32LE(22), 31);
    assert.deepEqual(record.subarray(26 + 62), Buffer.concat(params));
  });

  it('that cannot be converted are skipped and counted', async () => {
    const { records, unknown, problem } = await readCapture(
      Buffer.concat([section(), oldEventBlock(oldRecord(5, START, 7, [])), eventBlock(close(1))]),
    );
    assert.deepEqual([records.length, unknown, problem], [1, 1, null]);
  });
});
