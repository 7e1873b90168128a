/**
 * The rules files that Falco itself has delivered: they load as they are. Every warning and note that each gives is in
 * upstream-rules.txt: what Falco warns of first, then what is beyond that.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../daemon/diagnostics/diagnostic.js';
import { loadRules } from '../../daemon/rules/load.js';
import { projectRoot } from '../support/project.js';
import { describeShared, sharedPath } from '../support/shared.js';

interface Expectation {
  readonly file: string;
  /** Rules that compile, and those of them that are enabled. */
  readonly all: number;
  readonly enabled: number;
  /** Warnings and notes by code. */
  readonly warnings: Readonly<Record<string, number>>;
  readonly notes: Readonly<Record<string, number>>;
}

const FILES: readonly Expectation[] = [
  { file: 'falco_rules-5.1.0.yaml', all: 25, enabled: 25, warnings: {}, notes: {} },
  {
    file: 'falco_rules-0.29.1.yaml',
    all: 66,
    enabled: 62,
    // evt.dir in 50 conditions and container.info in 19 outputs; three rules without an event type; one unused list.
    warnings: { LOAD_DEPRECATED_ITEM: 69, LOAD_NO_EVTTYPE: 3, LOAD_UNUSED_LIST: 1 },
    // Rules that wait for their macros to be filled in: 13 of them by `evt.num = 0`, two by macros that exclude what
    // the rule asks for, one by an empty list.
    notes: { LOAD_NEVER_FIRES: 16, LOAD_NEVER_TRUE: 2 },
  },
  // Three of its rules wait for somebody to switch them on.
  {
    file: 'k8s_audit_rules-0.29.1.yaml',
    all: 39,
    enabled: 39,
    warnings: {},
    notes: {},
  },
];

const line = (file: string, { code, message, locations }: Diagnostic): string => {
  const name = locations[1]?.itemName ?? '';
  return `${file}:${String(locations.at(-1)!.span.start.line + 1)} ${code} ${name}: ${message}`;
};

function counts(diagnostics: readonly Diagnostic[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { code } of diagnostics) found[code] = (found[code] ?? 0) + 1;
  return found;
}

describeShared('rules files of upstream', () => {
  const listed = readFileSync(join(projectRoot, 'test/conformance/upstream-rules.txt'), 'utf8').split('\n');

  for (const expected of FILES) {
    const { file } = expected;
    const load = () => loadRules([{ name: file, content: readFileSync(sharedPath(`rules/${file}`)) }]);

    it(`${file} loads`, () => {
      const { results, rules, all } = load();
      const [result] = results;
      assert.deepEqual(result?.errors, []);
      assert.deepEqual([all.length, rules.length], [expected.all, expected.enabled]);
      assert.deepEqual(counts(result?.warnings ?? []), expected.warnings);
      assert.deepEqual(counts(result?.notes ?? []), expected.notes);
    });
    it(`${file} gives the warnings and notes that are listed, and no other`, () => {
      const [result] = load().results;
      const given = [...result!.warnings, ...result!.notes].map(diagnostic => line(file, diagnostic));
      assert.deepEqual(
        given,
        listed.filter(text => text.startsWith(`${file}:`)),
      );
    });
  }
});
