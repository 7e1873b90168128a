/** What `append_output[].extra_fields` adds to the fields of alerts. */
import assert from 'node:assert/strict';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { Detector } from '../../../daemon/engine/detector.js';
import { buildRuleset } from '../../../daemon/filter/compile/ruleset.js';
import { loadRules, type FieldAddition, type RulesLoad } from '../../../daemon/rules/load.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { openat } from '../../support/events.js';
import { loadTexts, rule } from '../../support/load-rules.js';

const RULES = `
- rule: Shadow
  desc: test
  condition: evt.type = openat
  output: opened %fd.name
  priority: WARNING
  tags: [a, b]
`;

function load(fieldAdditions: readonly FieldAddition[]): RulesLoad {
  return loadRules([{ name: 'test.yaml', content: Buffer.from(RULES) }], { fieldAdditions });
}

function alert(...fieldAdditions: readonly FieldAddition[]): Alert {
  const { rules } = load(fieldAdditions);
  const alerts: Alert[] = [];
  const ruleset = buildRuleset(
    rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes })),
    'first',
  );
  const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
  new Detector(inspector, { ruleset, rules }, found => alerts.push(found)).onRecord(
    openat({ path: '/etc/shadow' }),
    0,
    0,
  );
  assert.equal(alerts.length, 1);
  return alerts[0]!;
}

function error(addition: FieldAddition): string | undefined {
  const [result] = load([addition]).results;
  return result?.errors.map(({ code, message }) => `${code}: ${message}`).join();
}

describe('fields added to alerts', () => {
  it('are values of their own type when they are fields, and text when they are formats', () => {
    const { fields, message } = alert(
      { name: 'evt.num', format: null },
      { name: 'evt.arg[9]', format: null },
      { name: 'who', format: '%proc.name did %evt.num' },
      { name: 'team', format: 'blue' },
    );
    assert.deepEqual(
      { ...fields },
      { 'fd.name': '/etc/shadow', 'evt.num': 1, 'evt.arg[9]': null, who: 'cat did 1', team: 'blue' },
    );
    assert.equal(message, 'opened /etc/shadow');
  });

  it('come with the rules that are meant only', () => {
    const { fields } = alert(
      { name: 'a', format: 'x', source: 'k8s_audit' },
      { name: 'b', format: 'x', tags: ['a', 'c'] },
      { name: 'c', format: 'x', rule: 'Other' },
      { name: 'd', format: 'x', source: 'syscall', tags: ['a', 'b'], rule: 'Shadow' },
    );
    assert.deepEqual({ ...fields }, { 'fd.name': '/etc/shadow', d: 'x' });
  });

  it('take the place of what an earlier entry or the output has under that name', () => {
    const { fields } = alert(
      { name: 'fd.name', format: 'mine' },
      { name: 'a', format: 'one' },
      { name: 'a', format: 'two' },
    );
    assert.deepEqual({ ...fields }, { 'fd.name': 'mine', a: 'two' });
  });

  it('are refused when there is no such field', () => {
    assert.match(
      error({ name: 'proc.nothing', format: null }) ?? '',
      /^LOAD_ERR_COMPILE_OUTPUT: append_output: extra field 'proc\.nothing': /,
    );
    assert.match(
      error({ name: 'x', format: '%proc.nothing' }) ?? '',
      /^LOAD_ERR_COMPILE_OUTPUT: append_output: extra field 'x': /,
    );
    assert.equal(
      error({ name: 'proc.name and more', format: null }),
      "LOAD_ERR_COMPILE_OUTPUT: append_output: extra field 'proc.name and more': nonexistent field proc.name and more",
    );
  });

  it('and text that is added are to blame for their own mistakes, not the rule', () => {
    const text = rule('Shadow', 'evt.type = openat');
    const { results } = loadTexts([text], { additions: [{ output: 'who=%user.nam' }] });
    const [first] = results[0]!.errors;
    assert.match(first!.message, /^append_output: .*nonexistent field user\.nam$/);
    assert.equal(first!.hint, "did you mean 'user.name'?");
    const own = loadTexts([text.replace('output: o', 'output: "%user.nam"')]).results[0]!.errors[0]!;
    assert.doesNotMatch(own.message, /append_output/);
  });
});
