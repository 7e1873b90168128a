/** The ring of the last records, against a plain list that does the same. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { History } from '../../../daemon/recording/history.js';

/** Something that only has to begin with its time, in milliseconds, and to be told from others. */
function record(ms: number, length: number, mark: number): Buffer {
  const bytes = Buffer.alloc(length, mark & 0xff);
  bytes.writeBigUInt64LE(BigInt(ms) * 1_000_000n);
  return bytes;
}

/** Everything that left a history, as text. */
function collector(): { left: string[]; take: ConstructorParameters<typeof History>[2] } {
  const left: string[] = [];
  return {
    left,
    take: (buffer, offset, length, cpu) =>
      left.push(`${String(cpu)}:${buffer.toString('hex', offset, offset + length)}`),
  };
}

const text = (bytes: Buffer, cpu: number): string => `${String(cpu)}:${bytes.toString('hex')}`;

describe('the history of a recording', () => {
  it('gives back what it was given, in order, whatever the sizes', () => {
    const step = fc.record({
      length: fc.integer({ min: 26, max: 400 }),
      wait: fc.integer({ min: 0, max: 300 }),
      cpu: fc.nat(7),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.integer({ min: 64, max: 3000 }),
        fc.integer({ min: 0, max: 2000 }),
        (steps, bytes, durationMs) => {
          const { left, take } = collector();
          const history = new History(bytes, durationMs, take);
          const all: string[] = [];
          let now = 1_700_000_000_000;
          steps.forEach(({ length, wait, cpu }, index) => {
            now += wait;
            const one = record(now, length, index);
            // The record stands somewhere in a batch.
            const batch = Buffer.concat([Buffer.alloc(index % 5), one, Buffer.alloc(3)]);
            history.add(batch, index % 5, length, cpu);
            all.push(text(one, cpu));
            assert.equal(left.length + history.count, all.length);
          });
          history.drain();
          assert.deepEqual(left, all);
          assert.equal(history.count, 0);
        },
      ),
      { seed: 20_261_125, numRuns: 500 },
    );
  });

  it('keeps no record that is older than the duration', () => {
    const { left, take } = collector();
    const history = new History(10_000, 1000, take);
    for (const ms of [0, 500, 1000, 1400, 1600]) history.add(record(ms, 32, 1), 0, 32, 0);
    assert.deepEqual([left.length, history.count], [2, 3]);
  });

  it('keeps the newest records when they do not all fit', () => {
    const { left, take } = collector();
    const history = new History(10 * 40, 1e6, take);
    for (let i = 0; i < 25; i++) history.add(record(i, 32, i), 0, 32, 0);
    assert.deepEqual([left.length, history.count], [15, 10]);
  });

  it('keeps nothing when its duration is 0', () => {
    const { left, take } = collector();
    const history = new History(1000, 0, take);
    history.add(record(1, 32, 1), 0, 32, 3);
    assert.deepEqual([left.length, history.count], [1, 0]);
  });

  it('passes on a record that is larger than itself, behind those before it', () => {
    const { left, take } = collector();
    const history = new History(128, 1000, take);
    history.add(record(1, 32, 1), 0, 32, 0);
    const large = record(2, 500, 2);
    history.add(large, 0, 500, 1);
    assert.equal(left.length, 2);
    assert.equal(left[1], text(large, 1));
  });
});
