/** Items of rules files and the values of their keys: what is taken, and what is said of the rest. */
import assert from 'node:assert/strict';
import { conditions, loadTexts, rule, said } from '../../support/load-rules.js';

const OPEN = 'evt.type = open';
const SEMVER = 'as a semver string. Expected "x.y.z" semver format.';

// prettier-ignore
const SAID: readonly (readonly [title: string, text: string, ...said: string[]])[] = [
  ['a file that is a map',            'foo: bar\n',                               'ERR_YAML_VALIDATE 0:0 Rules content is not yaml array of objects'],
  ['a file that is a word',           'hello\n',                                  'ERR_YAML_VALIDATE 0:0 Rules content is not yaml'],
  ['an item that is a word',          '- foo\n',                                  'ERR_YAML_VALIDATE 0:2 Unexpected element type. Each element should be a yaml associative array.'],
  ['an item of no kind',              '- foo: 1\n',                               'UNKNOWN_ITEM 0:2 Unknown top level item'],
  ['empty documents and items',       '---\n- \n---\n~\n---\n'],
  ['an engine version that fits',     '- required_engine_version: 63\n'],
  ['a quoted engine version',         '- required_engine_version: "26"\n'],
  ['a hexadecimal engine version',    '- required_engine_version: 0x1a\n'],
  ['an octal engine version',         '- required_engine_version: 010\n'],
  ['an engine version of the future', '- required_engine_version: 64\n',          'ERR_VALIDATE 0:2 Rules require engine version 0.64.0, but engine version is 0.63.0'],
  ['a patch of the future',           '- required_engine_version: 0.63.1\n',      'ERR_VALIDATE 0:2 Rules require engine version 0.63.1, but engine version is 0.63.0'],
  ['another major version',           '- required_engine_version: 1.0.0\n',       'ERR_VALIDATE 0:2 Rules require engine version 1.0.0, but engine version is 0.63.0'],
  ['a negative engine version',       '- required_engine_version: -3\n',          `ERR_YAML_VALIDATE 0:27 Unable to parse engine version '-3' ${SEMVER}`],
  ['half an engine version',          '- required_engine_version: 0.26\n',        `ERR_YAML_VALIDATE 0:27 Unable to parse engine version '0.26' ${SEMVER}`],
  ['no engine version',               '- required_engine_version:\n',             "ERR_YAML_VALIDATE 0:2 Mapping for key 'required_engine_version' is empty"],
  ['plugins that are no sequence',    '- required_plugin_versions: x\n',          'ERR_YAML_VALIDATE 0:28 Value of required_plugin_versions must be a sequence'],
  ['a plugin that is no map',         '- required_plugin_versions: [x]\n',        'ERR_YAML_VALIDATE 0:29 Plugin version must be a mapping'],
  ['a plugin version that is none',   '- required_plugin_versions: [{name: a, version: b}]\n', "ERR_VALIDATE 0:48 Invalid required version 'b' for plugin 'a'"],
  ['a plugin twice',                  '- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: a, version: 1.0.0}]}]\n', "ERR_VALIDATE 0:29 Defined multiple alternative version requirements for plugin 'a'"],
  ['alternatives that are a word',    '- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: x}]\n', 'ERR_YAML_VALIDATE 0:69 Value of plugin version alternatives must be a sequence'],
  ['an alternative that is a word',   '- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [x]}]\n', 'ERR_YAML_VALIDATE 0:70 Plugin version alternative must be a mapping'],
  ['a plugin that is not there',      '- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: b, version: 2.0.0}]}]\n- rule: r\n', 'ERR_VALIDATE 0:29 Plugin requirement not satisfied, must load one of: a (>= 1.0.0), b (>= 2.0.0)'],
  ['a plugin that is too old',        '- required_plugin_versions: [{name: container, version: 1.0.0}]\n', "ERR_VALIDATE 0:29 Plugin 'container' version '0.7.1' is not compatible with required plugin version '1.0.0'"],
  ['an alternative that is there',    '- required_plugin_versions: [{name: a, version: 1.0.0, alternatives: [{name: container, version: 0.1.0}]}]\n'],
  ['a list without items',            '- list: l\n',                              "ERR_YAML_VALIDATE 0:2 Item has no mapping for key 'items'"],
  ['a list of one word',              '- {list: l, items: x}\n',                  'ERR_YAML_VALIDATE 0:19 Value is not a sequence'],
  ['a list in a list',                '- {list: l, items: [[x]]}\n',              'ERR_YAML_VALIDATE 0:20 sequence value is not scalar'],
  ['a list without a name',           '- {list: , items: []}\n',                  "ERR_YAML_VALIDATE 0:3 Mapping for key 'list' is empty"],
  ['a macro without a condition',     '- macro: m\n',                             "ERR_YAML_VALIDATE 0:2 Item has no mapping for key 'condition'"],
  ['a macro with an empty condition', '- {macro: m, condition: ""}\n',            'ERR_YAML_VALIDATE 0:24 Value must be non-empty'],
  ['a macro with a list',             '- {macro: m, condition: [a]}\n',           'ERR_YAML_VALIDATE 0:24 Value is not a scalar value'],
  ['a rule with half its keys',       '- {rule: r, desc: d, condition: x}\n',     "ERR_YAML_VALIDATE 0:2 Item has no mapping for key 'output'", "ERR_YAML_VALIDATE 0:2 Item has no mapping for key 'priority'"],
  ['a priority that is none',         '- {rule: r, desc: d, output: o, condition: x, priority: HIGH}\n', 'ERR_YAML_VALIDATE 0:56 Invalid priority'],
  ['a number for yes, once',          rule('r', OPEN, 'enabled: 1'),              "ERR_YAML_VALIDATE 0:87 Can't decode YAML scalar value"],
  ['a mixture of cases for no',       rule('r', OPEN, 'enabled: nO'),             "ERR_YAML_VALIDATE 0:87 Can't decode YAML scalar value"],
  ['a negative duration',             rule('r', OPEN, 'capture_duration: -5'),    "ERR_YAML_VALIDATE 0:96 Can't decode YAML scalar value"],
  ['keys that no rule has',           rule('r', OPEN, 'foo: 1, 2: x'),            "UNKNOWN_KEY 0:78 Unknown key 'foo'. The key will be ignored.", "UNKNOWN_KEY 0:86 Unknown key '2'. The key will be ignored."],
  ['a source that is not there',      rule('r', OPEN, 'source: foo'),             'UNKNOWN_SOURCE 0:2 Unknown source foo, skipping'],
  ['an error in a rule of no source', rule('r', '(', 'source: foo'),              'UNKNOWN_SOURCE 0:2 Unknown source foo, skipping'],
  ['errors in their order',           '- {list: l, items: [x], append: true}\n- macro: m\n- {macro: m, condition: x, append: true}\n', "ERR_VALIDATE 0:2 List uses 'append' or 'override.items: append' but no list by that name already exists", "ERR_YAML_VALIDATE 1:2 Item has no mapping for key 'condition'", "DEPRECATED_ITEM 0:32 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.", "DEPRECATED_ITEM 2:35 'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead."],
  ['a source that changes',           rule('r', OPEN) + rule('r', OPEN, 'source: foo'), 'ERR_VALIDATE 1:2 Rule has been re-defined with a different source'],
  ['a rule switched on alone',        rule('r', OPEN, 'enabled: false') + '- {rule: r, enabled: true}\n', "DEPRECATED_ITEM 1:21 The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace')."],
  ['a rule switched on that is none', '- {rule: r, enabled: true}\n',             "ERR_VALIDATE 0:2 Rule has 'enabled' key but no rule by that name already exists", "DEPRECATED_ITEM 0:21 The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace')."],
  ['rules for all events',            rule('r', 'proc.name = x') + rule('s', 'proc.name = x', 'warn_evttypes: false'), 'NO_EVTTYPE 0:60 Rule matches too many evt.type values. This has a significant performance penalty.'],
];

describe('items of a rules file', () => {
  for (const [title, text, ...expected] of SAID) {
    it(`${title}: ${expected.length === 0 ? 'nothing is said' : (expected[0] ?? '').slice(0, 60)}`, () => {
      assert.deepEqual(said(text), expected);
    });
  }

  it('give rules all that they say', () => {
    const text = `- rule: r
  desc: 5
  condition: evt.type = open
  output: "  trimmed  "
  priority: warning
  tags: [z, a, z, 1]
  enabled: Yes
  capture: y
  capture_duration: 0x10
  warn_evttypes: OFF
  skip-if-unknown-filter: n
`;
    const [r] = loadTexts([text]).all;
    assert.ok(r);
    assert.deepEqual(
      [r.desc, r.output, r.priority, r.tags, r.enabled, r.capture, r.captureDuration],
      ['5', 'trimmed', 4, ['1', 'a', 'z'], true, true, 16],
    );
  });

  it('lose %container.info from outputs, and not the blanks around it', () => {
    const text = rule('r', OPEN).replace('output: o', 'output: "a %container.info b %container.info"');
    assert.deepEqual(
      loadTexts([text]).all.map(({ compiledOutput }) => compiledOutput),
      ['a  b '],
    );
  });

  it('may start their lines anywhere in brackets and quotes, as yaml-cpp has it', () => {
    const list = '- list: l\n  items: [a,\nb, "c\n d",\n   e\n]\n';
    const text = `${list}- rule: r
  desc: d
  condition: 'evt.type = open and
  proc.name in (l)'
  output: "one
two"
  priority: INFO
  exceptions:
    - name: x
      fields: [proc.name]
      values: [
      [z]
    ]
`;
    const [r] = loadTexts([text]).all;
    assert.deepEqual(
      [r?.compiledCondition, r?.output],
      ['((evt.type = open and proc.name in (a, b, "c d", e)) and not proc.name = z)', 'one two'],
    );
    assert.deepEqual(said(text.replace('(l)', '(l) and foo.bar = 1')), [
      'ERR_COMPILE_CONDITION 9:23 filter_check called with nonexistent field foo.bar',
    ]);
    assert.deepEqual(said(text.replace('[z]', '[z')), [
      'ERR_YAML_PARSE 2:0 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
    assert.deepEqual(said('- list: l\n  items: ["a]\n- list: m\n  items: [b]\n'), [
      'ERR_YAML_PARSE 4:0 Missing closing "quote',
    ]);
  });

  it('keep the place of a rule that is defined again', () => {
    const texts = [rule('a', OPEN) + rule('b', 'evt.type = read') + rule('a', 'evt.type = close')];
    assert.deepEqual(conditions(...texts), ['evt.type = close', 'evt.type = read']);
  });

  it('compile file by file, each with what came before it', () => {
    const macro = '- {macro: m, condition: evt.type = open}\n';
    const later = '- {macro: m, condition: evt.type = close}\n';
    assert.deepEqual(conditions(macro + rule('a', 'm'), later), ['evt.type = close']);
    assert.deepEqual(said(rule('a', 'm'), later), ["ERR_VALIDATE 0:60 Undefined macro 'm' used in filter."]);
  });

  it('leave out rules that ask for it, for names that do not exist alone', () => {
    const skip = 'skip-if-unknown-filter: true';
    assert.deepEqual(said(rule('r', 'foo.bar = 1', skip)), [
      'UNKNOWN_FILTER 0:60 filter_check called with nonexistent field foo.bar',
    ]);
    assert.deepEqual(said(rule('r', 'evt.type = foo', skip)), ['UNKNOWN_FILTER 0:71 unknown event type foo']);
    assert.deepEqual(said(rule('r', OPEN, skip).replace('output: o', 'output: "%foo.bar"')), [
      'UNKNOWN_FILTER 0:30 unknown filter: filter_check called with nonexistent field foo.bar',
    ]);
    assert.deepEqual(said(rule('r', 'evt.type = open and proc.pid = abc', skip)), [
      'ERR_COMPILE_CONDITION 0:91 abc is not a valid number',
    ]);
  });
});
