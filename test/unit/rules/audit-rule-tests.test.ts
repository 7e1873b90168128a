/** The rule tests that come with the rules for audit events: all pass, and leave no rule out. */
import assert from 'node:assert/strict';
import { member } from '../../../daemon/events/json-value.js';
import type { AuditTestEvent } from '../../../daemon/rule-tests/test-file.js';
import { attacks, loadAuditRules, runAuditRuleTests, silent } from '../../support/audit-rule-tests.js';

const results = await runAuditRuleTests();
const resource = ({ document }: AuditTestEvent): unknown => member(document['objectRef'], 'resource');

describe('the tests of the rules for audit events', () => {
  for (const { test, reasons } of results) {
    it(test.name, () => assert.deepEqual(reasons, []));
  }
  for (const { name, enabled } of loadAuditRules().all) {
    it(`have an attack and two near misses for: ${name}`, () => {
      const found = attacks(results, name);
      assert.ok(found.length > 0, 'no attack');
      const kinds = new Set(found.map(resource));
      const near = silent(results, name, enabled).filter(event => kinds.has(resource(event)));
      assert.ok(near.length >= 2, `${String(near.length)} near misses`);
    });
  }
});
