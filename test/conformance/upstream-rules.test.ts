/** The rules files that Falco itself has delivered: they load as they are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadRules } from '../../daemon/rules/load.js';
import { describeShared, sharedPath } from '../support/shared.js';

interface Expectation {
  readonly file: string;
  /** Rules that compile, and those of them that are enabled. */
  readonly all: number;
  readonly enabled: number;
  /** Warnings by code. */
  readonly warnings: Readonly<Record<string, number>>;
}

const FILES: readonly Expectation[] = [
  { file: 'falco_rules-5.1.0.yaml', all: 25, enabled: 25, warnings: {} },
  {
    file: 'falco_rules-0.29.1.yaml',
    all: 66,
    enabled: 62,
    // evt.dir in 50 conditions and container.info in 19 outputs; three rules without an event type; one unused list.
    warnings: { LOAD_DEPRECATED_ITEM: 69, LOAD_NO_EVTTYPE: 3, LOAD_UNUSED_LIST: 1 },
  },
  // Its event source is not there.
  { file: 'k8s_audit_rules-0.29.1.yaml', all: 0, enabled: 0, warnings: { LOAD_UNKNOWN_SOURCE: 39 } },
];

describeShared('rules files of upstream', () => {
  for (const expected of FILES) {
    it(`${expected.file} loads`, () => {
      const content = readFileSync(sharedPath(`rules/${expected.file}`));
      const { results, rules, all } = loadRules([{ name: expected.file, content }]);
      assert.deepEqual(results[0]?.errors, []);
      assert.deepEqual([all.length, rules.length], [expected.all, expected.enabled]);
      const counts: Record<string, number> = {};
      for (const { code } of results[0]?.warnings ?? []) counts[code] = (counts[code] ?? 0) + 1;
      assert.deepEqual(counts, expected.warnings);
    });
  }
});
