/** The rule tests that come with the default rules: all pass, and leave no rule out. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemText } from '../../../daemon/rule-tests/reader.js';
import { readTests } from '../../../daemon/rule-tests/read.js';
import { runTests } from '../../../daemon/rule-tests/run.js';
import { loadDelivered } from '../../support/rule-host.js';
import { projectRoot } from '../../support/project.js';

const NAME = join(projectRoot, 'etc/tests/falco_rules.test.yaml');

const read = readTests(NAME, readFileSync(NAME));
if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
const run = await runTests(read.value, path => readFileSync(path));
if (!run.ok) throw new Error(run.errors.map(problemText).join('\n'));

describe('the tests of the default rules', () => {
  const { tests } = read.value;
  const { rules } = loadDelivered();

  for (const { test, reasons } of run.tests) {
    it(test.name, () => assert.deepEqual(reasons, []));
  }
  for (const rule of rules) {
    it(`have an attack and a near miss for: ${rule.name}`, () => {
      assert.ok(
        tests.some(test => test.alerts.some(alert => alert.rule === rule.name)),
        'no attack',
      );
      const silent = tests.filter(test => test.alerts.length === 0).flatMap(test => test.events);
      assert.ok(
        silent.some(event => rule.eventTypes.has(event.row.code)),
        'no near miss',
      );
    });
  }
});
