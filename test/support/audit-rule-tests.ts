/** The rule tests of the rules for audit events, read and run once for all tests that look at them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemText } from '../../daemon/rule-tests/reader.js';
import { readTests } from '../../daemon/rule-tests/read.js';
import { runTests, type TestResult } from '../../daemon/rule-tests/run.js';
import type { AuditTestEvent } from '../../daemon/rule-tests/test-file.js';
import { loadRules } from '../../daemon/rules/load.js';
import { projectRoot } from './project.js';

export const AUDIT_RULES = 'etc/k8s_audit_rules.yaml';
export const AUDIT_RULE_TESTS = [
  'etc/tests/k8s_audit_rules.test.yaml',
  'etc/tests/k8s_audit_choices.test.yaml',
];

const content = (path: string): Buffer => readFileSync(join(projectRoot, path));

export function loadAuditRules(): ReturnType<typeof loadRules> {
  return loadRules([{ name: AUDIT_RULES, content: content(AUDIT_RULES) }]);
}

export async function runAuditRuleTests(): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const path of AUDIT_RULE_TESTS) {
    const read = readTests(join(projectRoot, path), content(path));
    if (!read.ok) throw new Error(read.errors.map(problemText).join('\n'));
    const run = await runTests(read.value, name => readFileSync(name));
    if (!run.ok) {
      const wrong = run.rules.flatMap(({ errors }) => errors.map(({ message }) => message));
      throw new Error([...run.errors.map(problemText), ...wrong].join('\n'));
    }
    results.push(...run.tests);
  }
  return results;
}

/** The events that raised an alert of a rule. */
export function attacks(results: readonly TestResult[], rule: string): readonly AuditTestEvent[] {
  return results.flatMap(({ raised, test }) =>
    raised.filter(alert => alert.rule === rule).map(({ number }) => auditOf(test.events[number - 1])),
  );
}

/** The events of tests in which a rule is on and nothing is raised. */
export function silent(
  results: readonly TestResult[],
  rule: string,
  enabled: boolean,
): readonly AuditTestEvent[] {
  return results
    .filter(({ test }) => enabled || test.enable.some(each => each.rule === rule))
    .filter(({ test }) => test.alerts.length === 0)
    .flatMap(({ test }) => test.events.map(auditOf));
}

function auditOf(event: TestResult['test']['events'][number] | undefined): AuditTestEvent {
  if (event?.kind !== 'audit') throw new Error('not an audit event');
  return event;
}
