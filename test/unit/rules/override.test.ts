/** Later items of a name that is there: replaced, appended to, overridden in part. */
import assert from 'node:assert/strict';
import { BASICS, conditions, loadTexts, rule, said } from '../../support/load-rules.js';

const A = rule('a', 'evt.type = open', 'tags: [b]');
const APPEND_IS_OLD =
  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

// prettier-ignore
const SAID: readonly (readonly [title: string, text: string, ...said: string[]])[] = [
  ['a key that cannot be appended to', '- {rule: a, priority: ERROR, override: {priority: append}}\n', "ERR_VALIDATE 1:40 Key 'priority' cannot be appended to, use 'replace' instead"],
  ['a key that cannot be replaced',    '- {rule: a, source: syscall, override: {source: replace}}\n',  "ERR_VALIDATE 1:40 Key 'source' cannot be replaced"],
  ['an operation that is none',        '- {rule: a, priority: ERROR, override: {priority: add}}\n',    "ERR_VALIDATE 1:40 Invalid override operation for key 'priority': 'add'. Allowed values are: append replace ", "ERR_VALIDATE 1:12 Unexpected key 'priority': no corresponding entry under 'override' is defined."],
  ['a key without an entry',           '- {rule: a, condition: x, desc: y, override: {desc: replace}}\n', "ERR_VALIDATE 1:12 Unexpected key 'condition': no corresponding entry under 'override' is defined."],
  ['entries without their keys',       '- {rule: a, override: {desc: replace, output: append}}\n',     "ERR_VALIDATE 1:23 A replace override for 'desc' was specified but 'desc' is not defined", "ERR_VALIDATE 1:38 An append override for 'output' was specified but 'output' is not defined"],
  ['both ways at once',                '- {rule: a, condition: x, append: true, override: {condition: append}}\n', "ERR_VALIDATE 1:50 Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.", `DEPRECATED_ITEM 1:34 ${APPEND_IS_OLD}`],
  ['an override that is no map',       '- {rule: a, override: x}\n',                                   'ERR_YAML_VALIDATE 1:22 Value of override must be a mapping'],
  ['an append of nothing',             '- {rule: a, append: true}\n',                                  'ERR_VALIDATE 1:2 Appended rule must have exceptions or condition property', `DEPRECATED_ITEM 1:20 ${APPEND_IS_OLD}`],
  ['an append to no rule',             '- {rule: n, condition: x, override: {condition: append}}\n',   "ERR_VALIDATE 1:2 Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists"],
  ['a replacement in no rule',         '- {rule: n, condition: x, override: {condition: replace}}\n',  "ERR_VALIDATE 1:2 An 'override.<key>: replace' to a rule was requested but no rule by that name already exists"],
  ['an append to no macro',            '- {macro: n, condition: x, override: {condition: append}}\n',  "ERR_VALIDATE 1:2 Macro uses 'append' or 'override.condition: append' but no macro by that name already exists"],
  ['an append to no list',             '- {list: n, items: [x], override: {items: append}}\n',         "ERR_VALIDATE 1:2 List uses 'append' or 'override.items: append' but no list by that name already exists"],
];

describe('an item of a name that is there', () => {
  for (const [title, text, ...expected] of SAID) {
    it(`is refused: ${title}`, () => assert.deepEqual(said(A + text), expected));
  }

  it('appends and replaces parts of a rule', () => {
    const change =
      '- {rule: a, condition: and proc.name = x, output: more, desc: dd, tags: [a], priority: ERROR, enabled: false, ' +
      'override: {condition: append, output: append, desc: append, tags: append, priority: replace, enabled: replace}}\n';
    const [a] = loadTexts([A, change]).all;
    assert.ok(a);
    assert.deepEqual(
      [a.compiledCondition, a.output, a.desc, a.tags, a.priority, a.enabled],
      ['(evt.type = open and proc.name = x)', 'o more', 'd dd', ['a', 'b'], 3, false],
    );
  });

  it('appends with the older key to conditions and exceptions alone', () => {
    const change = '- {rule: a, condition: or evt.type = read, output: more, tags: [a], append: true}\n';
    const [a] = loadTexts([A + change]).all;
    assert.deepEqual(
      [a?.compiledCondition, a?.output, a?.tags],
      ['(evt.type = open or evt.type = read)', 'o', ['b']],
    );
  });

  it('changes lists and macros too', () => {
    const text = [
      '- {list: l, items: [a]}',
      '- {list: l, items: [b], override: {items: replace}}',
      '- {list: l, items: [c], override: {items: append}}',
      '- {macro: m, condition: evt.type = open}',
      '- {macro: m, condition: or evt.type = close, override: {condition: append}}',
      rule('r', 'm and proc.name in (l)'),
    ];
    assert.deepEqual(conditions(text.join('\n')), [
      '((evt.type = open or evt.type = close) and proc.name in (b, c))',
    ]);
  });

  it('is a whole one without append and override', () => {
    const again = `- {rule: a, ${BASICS}, condition: evt.type = read}\n`;
    const [a] = loadTexts([A + again]).all;
    assert.deepEqual([a?.compiledCondition, a?.tags], ['evt.type = read', []]);
  });
});

describe('macros and lists', () => {
  const macro = (name: string, condition: string, more = ''): string =>
    `- {macro: ${name}, condition: ${condition}${more}}\n`;
  const OPENS = macro('b', 'evt.type = open');

  it('of a macro are those before it was last touched', () => {
    assert.equal(said(macro('a', 'b') + OPENS)[0], "ERR_VALIDATE 0:24 Undefined macro 'b' used in filter.");
    assert.equal(
      loadTexts([macro('a', 'b') + OPENS]).results[0]?.errors[0]?.hint,
      "macro 'b' is defined after 'a', which sees only the macros before it",
    );
    const touched = macro('a', 'and proc.pid = 1', ', override: {condition: append}');
    assert.deepEqual(conditions(macro('a', 'b') + OPENS + touched + rule('r', 'a')), [
      '(evt.type = open and proc.pid = 1)',
    ]);
  });
  it('of a rule are all', () => {
    assert.deepEqual(conditions(rule('r', 'b and proc.name in (l)') + OPENS + '- {list: l, items: [x]}\n'), [
      '(evt.type = open and proc.name in (x))',
    ]);
  });
  it('may not go round in a circle', () => {
    const circle = macro('a', 'evt.type = open') + macro('b', 'a') + macro('a', 'b');
    assert.deepEqual(said(circle), ["ERR_VALIDATE 2:24 reference loop in macro 'b'"]);
    assert.match(said(macro('b', 'evt.type = open') + macro('b', 'b'))[0]!, /reference loop in macro 'b'/);
  });
});
