/** The rule tests that come with the delivered rules: all pass, and leave no rule out. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { problemText } from '../../../daemon/rule-tests/reader.js';
import { readTests } from '../../../daemon/rule-tests/read.js';
import { runTests } from '../../../daemon/rule-tests/run.js';
import type { RuleTest } from '../../../daemon/rule-tests/test-file.js';
import { loadRules } from '../../../daemon/rules/load.js';
import { projectRoot } from '../../support/project.js';

const RULES = join(projectRoot, 'etc');
const TESTS = join(projectRoot, 'etc/tests');
const SILENT_EVENTS = 2;

const written: RuleTest[] = [];

// Those of audit events have a test of their own.
for (const name of readdirSync(TESTS).filter(file => !file.startsWith('k8s_audit'))) {
  const path = join(TESTS, name);
  const read = readTests(path, readFileSync(path));
  if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
  const run = await runTests(read.value, file => readFileSync(file));
  if (!run.ok) throw new Error(run.errors.map(problemText).join('\n'));
  written.push(...read.value.tests);
  describe(`rule tests of ${basename(name, '.test.yaml')}`, () => {
    for (const { test, reasons } of run.tests) it(test.name, () => assert.deepEqual(reasons, []));
  });
}

const files = ['falco_rules.yaml', 'falco-extra_rules.yaml'].map(name => ({
  name,
  content: readFileSync(join(RULES, name)),
}));

describe('the tests of the delivered rules', () => {
  const { rules } = loadRules(files);

  for (const rule of rules) {
    // Tests are named "RULE: what it shows", so that a near miss is one of a rule and not of any.
    const own = written.filter(test => test.name.startsWith(`${rule.name}: `));
    it(`have an attack that ${rule.name} catches`, () => {
      assert.ok(own.some(test => test.alerts.some(alert => alert.rule === rule.name)));
    });
    it(`have two near misses of ${rule.name}`, () => {
      const silent = own.filter(test => test.alerts.length === 0).flatMap(test => test.events);
      const near = silent.filter(event => event.kind === 'call' && rule.eventTypes.has(event.row.code));
      assert.ok(near.length >= SILENT_EVENTS, `${String(near.length)} events of its types`);
    });
  }

  it('are all of a rule that is delivered', () => {
    const names = new Set(rules.map(rule => `${rule.name}: `));
    const stray = written.filter(test => ![...names].some(name => test.name.startsWith(name)));
    assert.deepEqual(
      stray.map(test => test.name),
      [],
    );
  });
});
