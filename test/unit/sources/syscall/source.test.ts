import assert from 'node:assert/strict';
import type { Driver } from '../../../../daemon/addon/driver.js';
import { walkFrames } from '../../../../daemon/sources/syscall/frames.js';
import { SyscallSource } from '../../../../daemon/sources/syscall/source.js';

/** A batch of frames with records of these lengths, each with its number in its first byte. */
function batchOf(lengths: readonly number[]): Buffer {
  const frames = lengths.map((length, i) => {
    const frame = Buffer.alloc((8 + length + 7) & ~7, 0xee);
    frame.writeUInt32LE(8 + length, 0);
    frame.writeUInt16LE(i % 3, 4);
    frame.fill(i, 8, 8 + length);
    return frame;
  });
  return Buffer.concat(frames);
}

/** A driver that gives these batches, then nothing; it keeps a diary of its calls. */
function scripted(batches: readonly Buffer[], diary: string[], scan: number | false = 0): Driver {
  const batch = Buffer.alloc(1 << 20);
  let next = 0;
  const give = (): number => {
    const source = batches[next++];
    return source ? source.copy(batch) : 0;
  };
  return {
    flavor: 'tp_btf',
    maySkip: false,
    ignoredPid: 0,
    batch,
    setInterest: () => undefined,
    setTracepoints: () => null,
    setRunStats: () => null,
    attach: () => null,
    detach: () => undefined,
    drain() {
      const used = give();
      diary.push(`drain ${String(used)}`);
      return used;
    },
    wait(timeoutMs) {
      diary.push(`wait ${String(timeoutMs)}`);
      return false;
    },
    scan: () => (scan === false ? false : give()),
    stats: () => assert.fail(),
    close: () => undefined,
  };
}

const ignore = (): void => undefined;

describe('A batch', () => {
  it('is handed over record by record, with the CPU of each', () => {
    const lengths = [26, 27, 33, 34, 40, 61];
    const batch = batchOf(lengths);
    const seen: number[][] = [];
    walkFrames(batch, batch.length, (buffer, offset, cpu) => seen.push([buffer[offset]!, cpu, offset % 8]));
    assert.deepEqual(
      seen,
      lengths.map((_, i) => [i, i % 3, 0]),
    );
  });

  it('with a length that cannot be is left there', () => {
    for (const length of [0, 8, 0xffff_ffff, 1000]) {
      const batch = batchOf([30, 30, 30]);
      batch.writeUInt32LE(length, 40);
      let records = 0;
      walkFrames(batch, batch.length, () => records++);
      assert.equal(records, 1);
    }
  });
});

describe('One step of the system call source', () => {
  const handful = batchOf([30]);
  const plenty = batchOf(Array.from({ length: 2000 }, () => 56));

  it('sleeps on the rings when they are empty', () => {
    const diary: string[] = [];
    assert.equal(new SyscallSource(scripted([], diary), 1 << 23).step(20, ignore), 'idle');
    assert.deepEqual(diary, ['drain 0', 'wait 200']);
  });

  it('lets a trickle of records gather for some milliseconds before it looks again', () => {
    const diary: string[] = [];
    const source = new SyscallSource(scripted([handful, handful], diary), 1 << 23);
    const start = performance.now();
    source.step(10_000, ignore);
    const took = performance.now() - start;
    assert.deepEqual(diary, ['drain 40', 'drain 40', 'drain 0', 'wait 200']);
    assert.ok(took >= 18, `${String(took)} ms`);
  });

  it('pauses less where the rings are small', () => {
    // The best of some tries: a busy machine may stretch any of them.
    const took = [1, 2, 3, 4, 5].map(() => {
      const source = new SyscallSource(scripted([handful], []), 1 << 16);
      const start = performance.now();
      source.step(200, ignore);
      return performance.now() - start;
    });
    assert.ok(Math.min(...took) < 8, took.join(', '));
  });

  it('drains on at once while much comes, and returns when its time is over', () => {
    const diary: string[] = [];
    const source = new SyscallSource(scripted([plenty, plenty, plenty, plenty], diary), 1 << 23);
    let records = 0;
    const slow = (): void => {
      if (records++ % 2000 === 1999) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6);
    };
    assert.equal(source.step(10, slow), 'busy');
    assert.equal(records, 4000);
    assert.deepEqual(diary, ['drain 128000', 'drain 128000']);
  });
});

describe('The scan of a running system', () => {
  /** Counts what it is given. */
  function target(): {
    records: number;
    proc: number;
    process(): boolean;
    scanProc(): void;
    parents: number;
    addParents(): void;
  } {
    return {
      records: 0,
      proc: 0,
      parents: 0,
      process() {
        this.records++;
        return false;
      },
      scanProc() {
        this.proc++;
      },
      addParents() {
        this.parents++;
      },
    };
  }

  it('takes what the kernel walks, piece by piece, and then the parents that it left out', () => {
    const filled = target();
    const source = new SyscallSource(scripted([batchOf([30, 30]), batchOf([30])], []), 1 << 23);
    assert.equal(source.scan(filled, false), 'iterators');
    assert.deepEqual([filled.records, filled.proc, filled.parents], [3, 0, 1]);
  });

  it('goes through /proc, too, where the walk shows a container only', () => {
    const filled = target();
    const source = new SyscallSource(scripted([batchOf([30])], []), 1 << 23);
    assert.equal(source.scan(filled, false, false), 'proc');
    assert.deepEqual([filled.records, filled.proc], [1, 1]);
  });

  it('counts by event what the walk told of', () => {
    const source = new SyscallSource(scripted([batchOf([30, 40]), batchOf([30])], []), 1 << 23);
    source.scan(target(), false);
    // Every byte of a record is its number in its batch.
    assert.deepEqual(
      [...source.scanned],
      [
        [0, 2],
        [0x0101, 1],
      ],
    );
  });

  it('goes through /proc where the kernel has no iterators, or they are disabled', () => {
    for (const [scan, disabled] of [
      [false, false],
      [0, true],
    ] as const) {
      const filled = target();
      const source = new SyscallSource(scripted([batchOf([30])], [], scan), 1 << 23);
      assert.equal(source.scan(filled, disabled), 'proc');
      assert.deepEqual([filled.records, filled.proc], [0, 1]);
    }
  });
});
