/** Warnings beyond Falco's: their places, and which rules they are about. */
import assert from 'node:assert/strict';
import type { RuleOptions } from '../../../daemon/rules/load.js';
import { diagnosticText, resultJson, resultText } from '../../../daemon/rules/report.js';
import { loadTexts, rule } from '../../support/load-rules.js';

/** Codes, and the text from the caret on, of all notes of all files. */
function notes(texts: string | readonly string[], options: RuleOptions = {}): readonly string[] {
  const all = typeof texts === 'string' ? [texts] : texts;
  const { results } = loadTexts(all, options);
  return results.flatMap(result => {
    assert.deepEqual(result.errors, []);
    return result.notes.map(({ code, locations }) => {
      const { start } = locations.at(-1)!.span;
      const line = all[results.indexOf(result)]!.split('\n')[start.line]!;
      return `${code.replace('LOAD_', '')} ${line.slice(start.column, start.column + 20)}`;
    });
  });
}

const BOTH = 'evt.type = open and proc.name = a and proc.name = b';

describe('notes on rules', () => {
  it('point at the check, also in folded text and in macros', () => {
    assert.deepEqual(notes(rule('r', BOTH)), ['NEVER_TRUE proc.name = b"}', 'NEVER_FIRES proc.name = b"}']);
    const folded = `- rule: r
  desc: d
  output: o
  priority: INFO
  condition: >
    evt.type = open
    and proc.name = a

      and not fd.type = fiel
`;
    assert.deepEqual(notes(folded), ['NEVER_TRUE fiel']);
    const macro = '- macro: m\n  condition: (proc.name = a and proc.name = b)\n';
    const used = rule('r', 'evt.type = open and m') + rule('s', 'evt.type = read and (m or fd.num = 1)');
    assert.deepEqual(notes(macro + used), ['NEVER_TRUE proc.name = b)', 'NEVER_FIRES m"}']);
  });

  it('point at the name of the list that brings the value', () => {
    const list = '- {list: kinds, items: [file, fiel]}\n';
    assert.deepEqual(notes(list + rule('r', 'evt.type = open and fd.type in (kinds)')), [
      'NEVER_TRUE kinds)"}',
    ]);
  });

  it('have a text and a JSON form of their own, behind the warnings', () => {
    const [result] = loadTexts([
      rule('r', 'evt.type = open and fd.type = fiel') + '- {list: l, items: []}\n',
    ]).results;
    assert.ok(result);
    assert.match(
      resultText(result),
      /^0\.yaml: Ok, with warnings\n1 Warnings:\n[^]*LOAD_UNUSED_LIST[^]*\n2 Notes:\nIn rules content: [^]*LOAD_NEVER_TRUE \(Check that is never true\): fd\.type is never 'fiel'\n {4}did you mean 'file'\?\n/,
    );
    assert.match(
      diagnosticText(result.notes[1]!),
      /LOAD_NEVER_FIRES \(Rule that never fires\): rule 'r' can never fire: 'fd\.type = fiel' is never true: fd\.type has no such value$/,
    );
    const json = resultJson(result);
    assert.deepEqual(Object.keys(json), [
      'errors',
      'name',
      'notes',
      'schema_valid',
      'schema_warnings',
      'successful',
      'warnings',
    ]);
    assert.deepEqual(Object.keys((json['notes'] as object[])[0]!), [
      'code',
      'codedesc',
      'context',
      'hint',
      'message',
    ]);
    assert.ok(!('notes' in resultJson(loadTexts([rule('r', 'evt.type = open')]).results[0]!)));
  });

  it('leave the result of loading as it is', () => {
    const { results, rules } = loadTexts([rule('r', BOTH)]);
    assert.deepEqual([results[0]?.successful, results[0]?.warnings, rules.length], [true, [], 1]);
    assert.match(resultText(results[0]!), /^0\.yaml: Ok\n2 Notes:\n/);
  });

  it('are about the rules as they are after all files', () => {
    const placeholder = '- {macro: never, condition: evt.num = 0}\n- {list: ports, items: []}\n';
    const rules =
      rule('r', 'evt.type = open and never') + rule('s', 'evt.type = open and fd.sport in (ports)');
    assert.deepEqual(notes(placeholder + rules), ['NEVER_FIRES never"}', 'NEVER_FIRES fd.sport in (ports)"']);
    const filled =
      '- {macro: never, condition: proc.name = x, override: {condition: replace}}\n' +
      '- {list: ports, items: [1], override: {items: replace}}\n';
    assert.deepEqual(notes([placeholder + rules, filled]), []);
    const later =
      rule('r', 'evt.type = open and proc.name in (my_list)') + '- {list: my_lists, items: [a]}\n';
    assert.deepEqual(notes(later), ['UNKNOWN_LIST my_list)"}']);
    assert.deepEqual(notes([later, '- {list: my_list, items: [a]}\n']), []);
  });

  it('are not about rules that are switched off', () => {
    assert.deepEqual(notes(rule('r', 'evt.num = 0', 'enabled: false')), []);
    assert.deepEqual(
      notes(rule('r', 'evt.num = 0', 'tags: [t]'), { selection: [{ enable: false, tag: 't' }] }),
      [],
    );
    assert.deepEqual(notes(rule('r', 'evt.num = 0'), { minPriority: 3 }), []);
  });

  it('tell of keys that an item has twice', () => {
    const text = `${rule('r', 'evt.type = open', 'condition: evt.type = close')}- {list: l, items: [], list: m}\n`;
    assert.deepEqual(notes(text), ['REPEATED_KEY condition: evt.type ', 'REPEATED_KEY list: m}']);
    assert.equal(loadTexts([text]).all[0]?.compiledCondition, 'evt.type = open');
  });

  it('tell of lists that are empty as written, and of no placeholder', () => {
    assert.deepEqual(notes(rule('r', 'evt.type = open and not proc.name in ()')), [
      'NEVER_TRUE proc.name in ()"}',
    ]);
    const list = '- {list: empty, items: []}\n';
    assert.deepEqual(notes(list + rule('r', 'evt.type = open and not proc.name in (empty)')), []);
  });
});

describe('a rule that an earlier one hides', () => {
  const HIDDEN = ['SHADOWED_RULE {rule: b, desc: d, o'];
  // prettier-ignore
  const pairs: readonly (readonly [title: string, earlier: string, later: string, hidden: boolean])[] = [
    ['the same in another order',           'evt.type = open and proc.name = x',             'proc.name = x and evt.type = open',                             true],
    ['more conditions',                     'evt.type = open and proc.name = x',             'evt.type = open and fd.num = 1 and proc.name = x',              true],
    ['fewer event types and names',         'evt.type in (open, openat) and proc.name in (x, y)', 'evt.type = open and proc.name = y',                        true],
    ['one of the alternatives',             'evt.type = open and (proc.name = x or fd.num = 1)',  'evt.type = open and fd.num = 1',                           true],
    ['some of the alternatives',            'evt.type = open and proc.name in (x, y, z)',    'evt.type = open and (proc.name = x or proc.name = y)',          true],
    ['a value that is not excluded',        'evt.type = open and not proc.name in (x, y)',   'evt.type = open and proc.name = z',                             true],
    ['a pattern that the value has',        'evt.type = open and fd.name startswith /etc',   'evt.type = open and fd.name in (/etc/shadow, /etc/passwd)',     true],
    ['a field that is there',               'evt.type = open and fd.name exists',            'evt.type = open and fd.name startswith /etc',                   true],
    ['more event types',                    'evt.type = open and proc.name = x',             'evt.type in (open, openat) and proc.name = x',                  false],
    ['fewer conditions',                    'evt.type = open and fd.num = 1 and proc.name = x', 'evt.type = open and proc.name = x',                          false],
    ['another name',                        'evt.type = open and proc.name = x',             'evt.type = open and proc.name = y',                             false],
    ['a value that may be missing',         'evt.type = open and proc.name != x',            'evt.type = open and not proc.name = x',                         false],
    ['an alternative that is not covered',  'evt.type = open and proc.name in (x, y)',       'evt.type = open and (proc.name = x or fd.num = 1)',             false],
    ['fewer exclusions',                    'evt.type = open and not proc.name in (x, y)',   'evt.type = open and not proc.name = x',                         false],
  ];
  for (const [title, earlier, later, hidden] of pairs) {
    it(`${hidden ? 'is noted' : 'is not seen'}: ${title}`, () => {
      assert.deepEqual(notes(rule('a', earlier) + rule('b', later)), hidden ? HIDDEN : []);
    });
  }
  it('names the other', () => {
    const [result] = loadTexts([rule('a', 'evt.type = open') + rule('b', 'evt.type = open')]).results;
    const [note] = result?.notes ?? [];
    assert.equal(
      note?.message,
      "rule 'b' can never fire: rule 'a' comes before it and matches whatever it would",
    );
    assert.equal(note?.hint, "set 'rule_matching: all', or change their order");
  });
  it('is not hidden where every rule that matches raises an alert, or the other is off', () => {
    const text = rule('a', 'evt.type = open', 'tags: [t]') + rule('b', 'evt.type = open');
    assert.deepEqual(notes(text, { matching: 'all' }), []);
    assert.deepEqual(notes(text, { selection: [{ enable: false, tag: 't' }] }), []);
    assert.deepEqual(notes(text, { matching: 'first' }), HIDDEN);
  });
});
