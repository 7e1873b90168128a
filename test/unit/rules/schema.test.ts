/** How rules files stand to their JSON schema. */
import assert from 'node:assert/strict';
import { RULE_KEYS } from '../../../daemon/rules/rule-item.js';
import { resultJson, resultText } from '../../../daemon/rules/report.js';
import { RULES_SCHEMA } from '../../../daemon/rules/schema.js';
import { loadTexts, rule } from '../../support/load-rules.js';

const OPEN = 'evt.type = open';

// prettier-ignore
const STATUS: readonly (readonly [title: string, text: string, status: string])[] = [
  ['nothing',                    '',                                                       'none'],
  ['comments alone',             '# - rule: x\n\n',                                        'none'],
  ['a rule',                     rule('r', OPEN),                                          'ok'],
  ['null items, two documents',  `- \n---\n${rule('r', OPEN)}`,                            'ok'],
  ['booleans',                   rule('r', OPEN, 'enabled: false, capture: "true"'),       'ok'],
  ['a number for a string',      rule('r', OPEN, 'tags: [1, 2]'),                          'ok'],
  ['all of a plugin',            '- required_plugin_versions: [{name: container, version: 0.1.0, alternatives: []}]\n', 'ok'],
  ['fields of an exception',     rule('r', OPEN, 'exceptions: [{name: e, fields: fd.name, comps: in, values: [a]}, {name: f, fields: [fd.name]}]'), 'ok'],
  ['a priority in lower case',   rule('r', OPEN).replace('INFO', 'Info'),                  'failed for <root>[0][priority]: Value is not one of EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFORMATIONAL, DEBUG, INFO.'],
  ['an unknown key',             rule('r', OPEN) + rule('s', OPEN, 'foo: 1'),              "failed for <root>[1]: Property 'foo' is not known."],
  ['an unknown override',        rule('r', OPEN) + '- {rule: r, desc: x, override: {desc: replace, foo: replace}}\n', "failed for <root>[1][override]: Property 'foo' is not known."],
  ['another manner',             rule('r', OPEN) + '- {rule: r, priority: INFO, override: {priority: add}}\n',        'failed for <root>[1][override][priority]: Value is not one of append, replace.'],
  ['a word for a boolean',       rule('r', OPEN, 'enabled: yes'),                          'failed for <root>[0][enabled]: Value is not a boolean.'],
  ['a word for a number',        rule('r', OPEN, 'capture_duration: long'),                'failed for <root>[0][capture_duration]: Value is not an integer.'],
  ['a word for a list',          rule('r', OPEN, 'tags: x'),                               'failed for <root>[0][tags]: Value is not an array.'],
  ['a list for a word',          rule('r', OPEN, 'source: [x]'),                           'failed for <root>[0][source]: Value is not a string.'],
  ['a word for an item',         '- x\n',                                                  'failed for <root>[0]: Value is not an object.'],
  ['a map for a file',           'a: b\n',                                                 'failed for <root>: Value is not an array.'],
  ['a plugin without a version', '- required_plugin_versions: [{name: a}]\n',              "failed for <root>[0][required_plugin_versions][0]: Required property 'version' is missing."],
  ['a map for the fields',       rule('r', OPEN, 'exceptions: [{name: e, fields: {}}]'),   'failed for <root>[0][exceptions][0][fields]: Value has none of the types that it may have.'],
];

describe('the schema of rules files', () => {
  for (const [title, text, status] of STATUS) {
    it(`says of ${title}: ${status.slice(0, 60)}`, () => {
      assert.equal(loadTexts([text]).results[0]?.schema, status);
    });
  }
  it('is said in reports, and keeps no file from loading', () => {
    const [result] = loadTexts([rule('r', OPEN).replace('INFO', 'Info')]).results;
    assert.ok(result?.successful);
    assert.match(
      resultText(result),
      /^0\.yaml: Ok\n1 Schema warnings:\n------\nfailed for <root>\[0\]\[priority\]: .*\n------$/,
    );
    const json = resultJson(result);
    assert.deepEqual([json['schema_valid'], (json['schema_warnings'] as string[]).length], [false, 1]);
    const good = resultJson(loadTexts([rule('r', OPEN)]).results[0]!);
    assert.deepEqual([good['schema_valid'], good['schema_warnings']], [true, []]);
  });
  it('has every key that items can have', () => {
    const known = Object.keys(RULES_SCHEMA.items?.properties ?? {});
    const keys = [
      'required_engine_version',
      'required_plugin_versions',
      'list',
      'items',
      'macro',
      ...RULE_KEYS,
    ];
    assert.deepEqual(known.toSorted(), [...new Set(keys)].sort());
  });
});
