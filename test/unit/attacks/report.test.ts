import assert from 'node:assert/strict';
import { reportOf } from '../../attacks/report.js';
import { readTable } from '../../attacks/table.js';

const attacks = readTable(
  [
    'read | host | Read | cat | - | - | cat a file',
    'write | container | Write below | sh | - | - | write it',
    'list | host | List | ls | - | - | list it',
    'list-all | host | List | ls | - | - | list all',
  ].join('\n'),
);

describe('The report of the attack suite', () => {
  it('is a table of what was performed, the rest by reason, and counts', () => {
    const skipped = { kind: 'skipped', reason: 'needs ls' } as const;
    const outcomes = [
      { kind: 'seen', latency: 12.34 },
      { kind: 'missed', reason: 'no alert of this rule' },
      skipped,
      skipped,
    ] as const;
    const results = attacks.map((attack, index) => ({ attack, outcome: outcomes[index]! }));
    assert.deepEqual(reportOf(results).split('\n'), [
      'attack           what was done  seen  latency  rule',
      'read             cat a file     yes   12.3 ms  Read',
      'write@container  write it       NO             Write below',
      '    no alert of this rule',
      '',
      'skipped, needs ls: list, list-all',
      '',
      '1 seen, 1 missed, 2 skipped; latency 12.3 ms (median), 12.3 ms (95th percentile), 12.3 ms (longest)',
      '',
    ]);
  });
});
