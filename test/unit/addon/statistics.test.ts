import assert from 'node:assert/strict';
import { CounterTable } from '../../../daemon/addon/statistics.js';

const table = new CounterTable({
  families: ['open', 'rest'],
  outcomes: [
    'seen',
    'submitted',
    'filtered',
    'dropped_ring_full',
    'dropped_too_big',
    'faults',
    'truncated',
    'paths_cut',
  ],
  counters: ['own', 'compat_unmapped'],
});

describe('Statistics of the driver', () => {
  it('are sums over CPUs and families, in which every lost record counts once and has a reason', () => {
    // prettier-ignore
    const stats = table.stats(
      Float64Array.of(
        10, 4, 1, 4, 1, 6, 1, 2,   7, 5, 0, 2, 0, 0, 1, 0,   8, 7,
         3, 3, 0, 0, 0, 1, 0, 0,   1, 0, 0, 0, 1, 0, 0, 1,   1, 0,
      ),
      0,
      3,
      [{ name: 'dispatch', runs: 3, nanoseconds: 400 }],
    );
    assert.deepEqual(stats, {
      seen: 24,
      submitted: 12,
      filtered: 1,
      dropped: { malformed: 0, skipped: 3, ring_full_open: 4, ring_full_rest: 2, too_big: 2 },
      faults: 7,
      truncated: 5,
      own: 9,
      unmapped: 7,
      families: {
        open: {
          seen: 13,
          submitted: 7,
          filtered: 1,
          dropped: { ring_full: 4, too_big: 1 },
          faults: 7,
          truncated: 1,
          pathsCut: 2,
        },
        rest: {
          seen: 8,
          submitted: 5,
          filtered: 0,
          dropped: { ring_full: 2, too_big: 1 },
          faults: 0,
          truncated: 1,
          pathsCut: 1,
        },
      },
      programs: [{ name: 'dispatch', runs: 3, nanoseconds: 400 }],
      perCpu: [
        { seen: 17, submitted: 9, dropped: 7 },
        { seen: 4, submitted: 3, dropped: 1 },
      ],
    });
  });
});
