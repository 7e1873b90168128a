import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FdType, newFd } from '../../../daemon/state/fd.js';
import { FdTable } from '../../../daemon/state/fd-table.js';
import { collectGarbage } from '../../support/garbage.js';

const number = fc.constantFrom(-1, 0, 1, 2, 3, 63, 1023, 1024, 1025, 70_000, 2 ** 31);
const step = fc.oneof(
  fc.tuple(fc.constant('set'), number, fc.boolean()),
  fc.tuple(fc.constant('delete'), number, fc.constant(false)),
  fc.tuple(fc.constant('exec'), fc.constant(0), fc.constant(false)),
);

describe('a table of descriptors', () => {
  it('holds what a map would hold', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const table = new FdTable();
        const map = new Map<number, ReturnType<typeof newFd>>();
        for (const [what, fd, closeOnExec] of steps) {
          const info = { ...newFd(FdType.fileV2), closeOnExec };
          if (what === 'set') {
            table.set(fd, info);
            map.set(fd, info);
          } else if (what === 'delete') {
            table.delete(fd);
            map.delete(fd);
          } else {
            table.closeOnExec();
            for (const [known, { closeOnExec: closed }] of map) if (closed) map.delete(known);
          }
          assert.equal(table.size, map.size);
        }
        for (const fd of [-1, 0, 1, 2, 3, 62, 63, 1023, 1024, 1025, 70_000, 2 ** 31]) {
          assert.equal(table.get(fd), map.get(fd) ?? null);
          assert.equal(table.has(fd), map.has(fd));
        }
        assert.deepEqual(new Map(table), map);
        assert.deepEqual(new Set(table.keys()), new Set(map.keys()));
      }),
    );
  });

  it('gives its low numbers in their order, whenever they came', () => {
    const fd = newFd(FdType.fileV2);
    assert.deepEqual([...new FdTable([[7, fd], [3, fd], [0, fd]]).keys()], [0, 3, 7]); // prettier-ignore
  });

  it('has copies that go their own way', () => {
    const fd = newFd(FdType.fileV2);
    const table = new FdTable([[3, fd], [5000, fd]]); // prettier-ignore
    const copy = table.copy();
    table.delete(3);
    copy.delete(5000);
    copy.set(4, fd);
    assert.deepEqual([[...table.keys()], table.size], [[5000], 1]);
    assert.deepEqual([[...copy.keys()], copy.size], [[3, 4], 2]);
    const [first, second] = [table.copy(), table.copy()];
    first.set(6000, fd);
    table.delete(5000);
    assert.deepEqual([[...table.keys()], [...first.keys()], [...second.keys()]], [[], [5000, 6000], [5000]]);
  });

  it('is copied in no time and memory, however many descriptors it has', () => {
    const fd = newFd(FdType.fileV2);
    const table = new FdTable(Array.from({ length: 60_000 }, (_, num) => [num, fd] as const));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const copies = Array.from({ length: 3000 }, () => table.copy());
    collectGarbage();
    assert.ok(process.memoryUsage().heapUsed - before < 100_000_000);
    assert.ok(copies.every(copy => copy.size === 60_000 && copy.has(59_999)));
  });
});
