/** What is told of a rules file that is not right: the exact text, with the caret where it belongs. */
import assert from 'node:assert/strict';
import { loadRules, type FileResult } from '../../../daemon/rules/load.js';
import { resultJson, resultText } from '../../../daemon/rules/report.js';

function load(text: string): FileResult {
  const [result] = loadRules([{ name: 'r.yaml', content: Buffer.from(text) }]).results;
  assert.ok(result);
  return result;
}

/** Lines of the report between the rulers: the snippet and the caret below it. */
function carets(result: FileResult): readonly string[] {
  return [...resultText(result).matchAll(/^------\n(.*\n.*\^)\n------$/gm)].map(match => match[1]!);
}

const RULE = `- rule: r
  desc: d
  output: o
  priority: INFO
`;

describe('the report on a rules file', () => {
  it('is one line for a file that is right', () => {
    assert.equal(resultText(load(`${RULE}  condition: evt.type = open\n`)), 'r.yaml: Ok');
  });

  it('gives an error with the way to it, the line, a caret and the code', () => {
    const text = `${RULE}  condition: evt.type = open and proc.nmae = cat\n`;
    const expected = `r.yaml: Invalid
1 Errors:
In rules content: (r.yaml:0:0)
    rule 'r': (r.yaml:0:2)
    condition expression: ("evt.type = open and proc.nmae = cat":4:33)
------
  condition: evt.type = open and proc.nmae = cat
                                 ^
------
LOAD_ERR_COMPILE_CONDITION (Error compiling condition): filter_check called with nonexistent field proc.nmae
    did you mean 'proc.name'?`;
    assert.equal(resultText(load(text)), expected);
  });

  it('lists every error of a file, and its warnings after them', () => {
    const result = load(`${RULE}  condition: evt.type = opeen
  colour: red
- rule: s
  desc: d
  output: o
  priority: HIGH
  condition: nope
`);
    assert.deepEqual(
      result.errors.map(({ message }) => message),
      ['Invalid priority'],
    );
    assert.match(
      resultText(result),
      /^r.yaml: Invalid\n1 Schema warnings:\n[^]*\n1 Errors:\n[^]*\n1 Warnings:\n[^]*Unknown key 'colour'/,
    );
    const both = load(
      `${RULE}  condition: evt.type = opeen\n${RULE.replace(': r', ': s')}  condition: nope\n`,
    );
    assert.equal(both.errors.length, 2);
  });

  it('has the same in JSON', () => {
    const json = resultJson(load(`${RULE}  condition: foo.bar = 1\n`));
    assert.deepEqual(json, {
      errors: [
        {
          code: 'LOAD_ERR_COMPILE_CONDITION',
          codedesc: 'Error compiling condition',
          context: {
            locations: [
              {
                item_name: '',
                item_type: 'rules content',
                position: { column: 0, line: 0, name: 'r.yaml', offset: 0 },
              },
              {
                item_name: 'r',
                item_type: 'rule',
                position: { column: 2, line: 0, name: 'r.yaml', offset: 2 },
              },
              {
                item_name: '',
                item_type: 'condition expression',
                position: { column: 13, line: 4, name: '"foo.bar = 1"', offset: 62 },
              },
            ],
            snippet: '  condition: foo.bar = 1\n             ^',
          },
          message: 'filter_check called with nonexistent field foo.bar',
        },
      ],
      name: 'r.yaml',
      schema_valid: true,
      schema_warnings: [],
      successful: false,
      warnings: [],
    });
  });
});

describe('the caret', () => {
  it('points into folded scalars', () => {
    const result = load(`${RULE}  condition: >
    evt.type = open
      and proc.name = cat
    and proc.nmae = dog
`);
    assert.deepEqual(carets(result), ['    and proc.nmae = dog\n        ^']);
  });
  it('points into literal scalars', () => {
    const result = load(`${RULE}  condition: |
    evt.type = open
    and proc.name = = cat
`);
    assert.deepEqual(carets(result), ['    and proc.name = = cat\n                    ^']);
  });
  it('points into quotes, behind escapes', () => {
    const result = load(`${RULE}  condition: "proc.name = \\"a b\\" and nope"\n`);
    assert.deepEqual(carets(result), [
      '  condition: "proc.name = \\"a b\\" and nope"\n                                      ^',
    ]);
  });
  it('points at the name of the list whose item is wrong', () => {
    const result = load(
      `- list: l\n  items: [open, opnat]\n${RULE}  condition: evt.type in (l) and proc.name = x\n`,
    );
    assert.deepEqual(carets(result), [
      '  condition: evt.type in (l) and proc.name = x\n                          ^',
    ]);
  });
  it('points into the macro that is wrong, once', () => {
    const result = load(`- macro: m
  condition: evt.type = open and fd.nmae = x
${RULE}  condition: m and proc.name = x
`);
    assert.deepEqual(carets(result), [
      '  condition: evt.type = open and fd.nmae = x\n                                 ^',
    ]);
  });
  it('points at the reference to a macro that brings something deprecated', () => {
    const result = load(`- macro: m
  condition: evt.type = open and evt.dir = <
${RULE}  condition: proc.name = x and m
`);
    assert.deepEqual(carets(result), ['  condition: proc.name = x and m\n                               ^']);
  });
  it('points into conditions that were appended', () => {
    const result = load(`${RULE}  condition: evt.type = open
- rule: r
  condition: and nope
  override:
    condition: append
`);
    assert.deepEqual(carets(result), ['  condition: and nope\n                 ^']);
  });
  it('points at fields and values of exceptions', () => {
    const exception = (row: string): FileResult =>
      load(`${RULE}  condition: evt.type = open
  exceptions:
    - name: e
      fields: [proc.pid, proc.name]
      comps: [=, in]
      values:
        - ${row}
`);
    assert.deepEqual(carets(exception('[1]')), ['        - [1]\n          ^']);
    assert.deepEqual(carets(exception('[one, [a]]')), ['        - [one, [a]]\n           ^']);
  });
  it('points at the field of an output that does not exist', () => {
    const result = load(`- rule: r
  desc: d
  output: >
    user=%user.name
    file=%fd.nmae
  priority: INFO
  condition: evt.type = open
`);
    assert.deepEqual(carets(result), ['    file=%fd.nmae\n         ^']);
  });
  it('points at fields of an output that are on their way out, of which JSON has the names', () => {
    const result = load(`- rule: r
  desc: d
  output: >
    user=%user.name
    at %evt.latency.s %evt.dir. %container.info
  priority: INFO
  condition: evt.type = open and evt.dir = <
`);
    assert.deepEqual(
      carets(result).map(text => text.slice(text.lastIndexOf('\n') + 1).length - 1),
      [33, 23, 8, 8, 33],
    );
    assert.deepEqual(
      (resultJson(result)['warnings'] as Record<string, unknown>[]).map(
        warning => warning['deprecated_field'],
      ),
      ['evt.dir', 'evt.dir', 'evt.latency.s', 'evt.latency', 'container.info'],
    );
  });
  it('stays below its character behind tabs and in long lines', () => {
    const tabs = load(`${RULE}  condition:\t\tnope\n`);
    assert.deepEqual(carets(tabs), ['  condition:\t\tnope\n            \t\t^']);
    const long = load(`${RULE}  condition: proc.name in (${'a, '.repeat(300)}b) and foo.bar = 1\n`);
    const [line, caret] = carets(long)[0]!.split('\n') as [string, string];
    assert.ok(line.length <= 160 && line.startsWith('...'));
    assert.ok(line.slice(caret.length - 1).startsWith('foo.bar'));
  });
});

describe('warnings of several files', () => {
  const unused = { name: 'a.yaml', content: Buffer.from('- list: l\n  items: [a]\n') };

  it('are told once, with the file that brought them about', () => {
    const rule = { name: 'b.yaml', content: Buffer.from(`${RULE}  condition: evt.type = open\n`) };
    const { results, rules } = loadRules([unused, rule]);
    assert.deepEqual(
      results.map(({ warnings }) => warnings.map(({ code }) => code)),
      [['LOAD_UNUSED_LIST'], []],
    );
    assert.equal(rules.length, 1);
  });
  it('end with the first file that fails', () => {
    const bad = { name: 'b.yaml', content: Buffer.from('- rule: r\n') };
    const { results, rules } = loadRules([unused, bad, unused]);
    assert.deepEqual(
      results.map(({ successful }) => successful),
      [true, false],
    );
    assert.deepEqual(rules, []);
  });
  it('go on behind it where all are to be checked, each file with what is wrong in itself', () => {
    const bad = { name: 'a.yaml', content: Buffer.from(`${RULE}  condition: foo.bar = 1\n- macro: m\n`) };
    const worse = { name: 'b.yaml', content: Buffer.from('- rule: s\n  append: true\n  condition: and x\n') };
    const plugins = '- required_plugin_versions: [{name: nope, version: 1.0.0}]\n';
    const last = { name: 'd.yaml', content: Buffer.from(plugins) };
    const { results, rules } = loadRules([bad, worse, { ...unused, name: 'c.yaml' }, last, unused], {
      checkAll: true,
    });
    assert.deepEqual(
      results.map(({ name, errors, warnings }) => [
        name,
        [...errors, ...warnings].map(({ message }) => message),
      ]),
      [
        ['a.yaml', ["Item has no mapping for key 'condition'"]],
        [
          'b.yaml',
          [
            "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists",
            "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.",
          ],
        ],
        ['c.yaml', ['List not referred to by any other rule/macro']],
        ['d.yaml', ['Plugin requirement not satisfied, must load one of: nope (>= 1.0.0)']],
      ],
    );
    assert.deepEqual(rules, []);
  });
});
