/** Exceptions of rules, in every shape: the condition that they make, and what is said of those that make none. */
import assert from 'node:assert/strict';
import { BASICS, conditions, said } from '../../support/load-rules.js';

const rule = (exceptions: string): string =>
  `- {rule: r, ${BASICS}, condition: evt.type = open or evt.type = read, exceptions: ${exceptions}}\n`;
const more = (exceptions: string, how = 'append'): string =>
  `- {rule: r, exceptions: ${exceptions}, override: {exceptions: ${how}}}\n`;
const CONDITION = '(evt.type = open or evt.type = read)';
const NAMES = '- {list: names, items: [n1, "n 2"]}\n';

// prettier-ignore
const MADE: readonly (readonly [title: string, text: string, exceptions: string])[] = [
  ['fields in a list are equal to their values', rule('[{name: e, fields: [proc.name, fd.name], values: [[a, /b c], ["\'q r\'", x]]}]'),
    'not ((proc.name = a and fd.name = "/b c") or (proc.name = "q r" and fd.name = x))'],
  ['each field has its operator', rule('[{name: e, fields: [proc.pid, fd.name], comps: [">=", contains], values: [[5, x]]}]'),
    'not (proc.pid >= 5 and fd.name contains x)'],
  ['operators on lists take values, lists and names of lists', NAMES + rule('[{name: e, fields: [proc.name, fd.name, proc.pname, proc.exe], comps: [in, pmatch, intersects, startswith oneof], values: [[names, "(/a, /b)", [x, "y z"], one]]}]'),
    'not (proc.name in (n1, "n 2") and fd.name pmatch (/a, /b) and proc.pname intersects (x, "y z") and proc.exe startswith oneof (one))'],
  ['one field is in its values', NAMES + rule('[{name: e, fields: proc.name, values: [a, "b c", names]}]'),
    'not proc.name in (a, "b c", n1, "n 2")'],
  ['one field may match paths, or any with a modifier', rule('[{name: e, fields: fd.name, comps: pmatch, values: [/a]}, {name: f, fields: fd.name, comps: startswith anyof, values: [/b]}]'),
    'not fd.name pmatch (/a) and not fd.name startswith anyof (/b)'],
  ['fields may be transformed and have arguments', rule('[{name: e, fields: ["proc.aname[2]", tolower(proc.name), evt.arg.flags], values: [[a, b, c]]}]'),
    'not (proc.aname[2] = a and tolower(proc.name) = b and evt.arg.flags = c)'],
  ['values are appended by name', rule('[{name: e, fields: [proc.name]}]') + more('[{name: e, values: [[a]]}, {name: new, fields: [fd.name], values: [[x]]}]') + more('[{name: e, values: [[b]]}]'),
    'not (proc.name = a or proc.name = b) and not fd.name = x'],
  ['exceptions are replaced', rule('[{name: e, fields: [proc.name], values: [[a]]}]') + more('[{name: x, fields: [fd.name], values: [[z]]}]', 'replace'),
    'not fd.name = z'],
];

const SINGLE =
  'When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)';
// prettier-ignore
const SAID: readonly (readonly [title: string, text: string, said: string])[] = [
  ['no sequence',             rule('foo'),                                                            'ERR_YAML_VALIDATE Rule exceptions must be a sequence'],
  ['no map',                  rule('[foo]'),                                                          'ERR_YAML_VALIDATE Rule exception must be a mapping'],
  ['no name',                 rule('[{fields: []}]'),                                                 "ERR_YAML_VALIDATE Item has no mapping for key 'name'"],
  ['no fields',               rule('[{name: e}]'),                                                    "ERR_YAML_VALIDATE Item has no mapping for key 'fields'"],
  ['an empty list of fields', rule('[{name: e, fields: []}]'),                                        'ERR_VALIDATE Rule exception item must have fields property with a list of fields'],
  ['a field that is none',    rule('[{name: e, fields: [proc.nme]}]'),                                "ERR_VALIDATE 'proc.nme' is not a supported filter field"],
  ['an operator that is none', rule('[{name: e, fields: [proc.name], comps: [foo]}]'),                "ERR_VALIDATE 'foo' is not a supported comparison operator"],
  ['too few operators',       rule('[{name: e, fields: [proc.name, fd.name], comps: ["="]}]'),        'ERR_VALIDATE Fields and comps lists must have equal length'],
  ['one operator for a list', rule('[{name: e, fields: [proc.name], comps: "="}]'),                   'ERR_VALIDATE Fields and comps lists must have equal length'],
  ['a list of operators for one field', rule('[{name: e, fields: proc.name, comps: ["="]}]'),         'ERR_VALIDATE Fields and comps must both be strings'],
  ['one field with =',        rule('[{name: e, fields: proc.name, comps: "="}]'),                     `ERR_VALIDATE ${SINGLE}`],
  ['too few values',          rule('[{name: e, fields: [proc.name, fd.name], values: [[a]]}]'),       'ERR_VALIDATE Fields and values lists must have equal length'],
  ['values that are a word',  rule('[{name: e, fields: [proc.name], values: foo}]'),                  'ERR_YAML_VALIDATE Rule exception values must be a sequence'],
  ['a value for a list of fields', rule('[{name: e, fields: [proc.name], values: [a]}]'),             'ERR_VALIDATE Expected values array to contain a list of strings'],
  ['a list for one field',    rule('[{name: e, fields: proc.name, values: [[a]]}]'),                  'ERR_VALIDATE Expected values array to contain a list of strings'],
  ['one name twice',          rule('[{name: e, fields: [proc.name]}, {name: e, fields: [fd.name]}]'), "EXCEPTION_NAME_NOT_UNIQUE Multiple definitions of exception 'e' in the same rule"],
  ['nothing appended',        rule('[{name: e, fields: [proc.name]}]') + more('[{name: e}]'),         'APPEND_NO_VALUES Overriding/appending exception with no values'],
  ['fields appended',         rule('[{name: e, fields: [proc.name]}]') + more('[{name: e, fields: [fd.name], values: [[a]]}]'), 'ERR_VALIDATE Can not append exception fields to existing exception, only values'],
  ['operators appended',      rule('[{name: e, fields: [proc.name]}]') + more('[{name: e, comps: ["="], values: [[a]]}]'),      'ERR_VALIDATE Can not append exception comps to existing exception, only values'],
  ['a new one without values', rule('[]') + more('[{name: e, fields: [proc.name]}]'),                 'ERR_VALIDATE Rule exception must have values property with a list of values'],
  ['a new one without fields', rule('[]') + more('[{name: e, values: [[a]]}]'),                       'ERR_VALIDATE Rule exception must have fields property with a list of fields'],
];

describe('exceptions', () => {
  for (const [title, text, exceptions] of MADE) {
    it(title, () => {
      assert.deepEqual(conditions(text), [`(${CONDITION} and ${exceptions})`]);
    });
  }
  it('without values change nothing, and unknown keys in them are not warned of', () => {
    const text = rule(
      '[{name: e, fields: [proc.name], foo: x}, {name: f, fields: [proc.name], values: }, {name: g, fields: [fd.name], values: []}]',
    );
    assert.deepEqual(conditions(text), [CONDITION]);
    assert.deepEqual(said(text), []);
  });
  for (const [title, text, expected] of SAID) {
    it(`${title}: ${expected.slice(0, 80)}`, () => {
      assert.deepEqual(
        said(text).map(line => line.replace(/ \d+:\d+/, '')),
        [expected],
      );
    });
  }
});
