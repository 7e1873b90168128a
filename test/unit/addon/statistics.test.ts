import assert from 'node:assert/strict';
import { CounterTable } from '../../../daemon/addon/statistics.js';

describe('Statistics of the driver', () => {
  it('are sums over CPUs, in which every lost record counts once and has a reason', () => {
    const names = [
      'seen',
      'submitted',
      'dropped_ring_full',
      'ring_full_open',
      'ring_full_rest',
      'dropped_too_big',
      'own',
      'compat_unmapped',
      'faults',
      'truncated',
      'paths_cut',
    ];
    const table = new CounterTable(names);
    const stats = table.stats(
      Float64Array.of(10, 4, 5, 2, 3, 1, 8, 7, 6, 1, 2, /**/ 3, 3, 0, 0, 0, 0, 1, 0, 1, 0, 0),
      0,
    );
    assert.deepEqual(stats, {
      seen: 13,
      submitted: 7,
      dropped: { malformed: 0, ring_full_open: 2, ring_full_rest: 3, too_big: 1 },
      faults: 7,
      truncated: 3,
      own: 9,
      unmapped: 7,
      perCpu: [
        { seen: 10, submitted: 4, dropped: 6 },
        { seen: 3, submitted: 3, dropped: 0 },
      ],
    });
  });
});
