/** Names that do not exist and operators that are none: what may have been meant. */
import assert from 'node:assert/strict';
import { loadRules } from '../../../daemon/rules/load.js';
import { diagnosticText, resultJson } from '../../../daemon/rules/report.js';

function load(condition: string, output = 'x') {
  const text = `
- macro: spawned_process
  condition: evt.type = execve
- rule: r
  desc: d
  condition: ${condition}
  output: "${output}"
  priority: INFO
`;
  return loadRules([{ name: 'r.yaml', content: Buffer.from(text) }]).results[0]!;
}
const hint = (condition: string, output?: string): string | undefined =>
  load(condition, output).errors[0]?.hint;

describe('a hint', () => {
  // prettier-ignore
  const cases: readonly (readonly [condition: string, meant: string])[] = [
    ['evt.type = open and proc.nmae = cat',             'proc.name'],
    ['evt.type = open and proc.pnme[1] = cat',          'proc.pname'],
    ['evt.type = open and evt.arg.flgs contains x',     'evt.arg.flags'],
    ['spwned_process',                                  'spawned_process'],
    ['evt.type = opne',                                 'open'],
    ['evt.type in (open, exceve)',                      'execve'],
    ['evt.type = open and proc.name contans cat',       'contains'],
    ['evt.type = open and proc.name equals cat',        '='],
    ['evt.type = open and proc.name exist',             'exists'],
    ['evt.type = open and proc.name inn (a)',           'in'],
    ['evt.type = open and tolwer(proc.name) = cat',     'tolower'],
    ['evt.type = open and proc.name = anyoff (a, b)',   'anyof'],
    ['evt.type = open adn proc.name = a',               'and'],
  ];
  for (const [condition, meant] of cases) {
    it(`is '${meant}' for: ${condition}`, () => assert.equal(hint(condition), `did you mean '${meant}'?`));
  }
  it('is given for outputs', () =>
    assert.equal(hint('evt.type = open', '%proc.nam'), "did you mean 'proc.name'?"));
  it('is given within macros', () => {
    const text = '- macro: opened\n  condition: evt.type = open\n- macro: m\n  condition: opend\n';
    const [result] = loadRules([{ name: 'r.yaml', content: Buffer.from(text) }]).results;
    assert.equal(result!.errors[0]!.hint, "did you mean 'opened'?");
  });
  it('is given for lists, with a note that the name is taken as text', () => {
    const warned = (condition: string) =>
      loadRules([
        {
          name: 'r.yaml',
          content: Buffer.from(
            `- list: shell_binaries\n  items: [sh, shel_binarie]\n- macro: m\n  condition: ${condition}\n`,
          ),
        },
      ])
        .results[0]!.notes.filter(({ code }) => code === 'LOAD_UNKNOWN_LIST')
        .map(({ message, hint, locations }) => [message, hint, locations.at(-1)!.span.start.column]);
    const expected = [
      "there is no list 'shel_binaries': it is compared as text",
      "did you mean 'shell_binaries'?",
    ];
    assert.deepEqual(warned('proc.name in (cat, shel_binaries)'), [[...expected, 32]]);
    assert.deepEqual(warned('proc.name in shel_binaries'), [[...expected, 26]]);
    assert.deepEqual(warned('proc.name startswith anyof (shel_binaries)'), [[...expected, 41]]);
    assert.deepEqual(warned('proc.name in (shell_binaries)'), []);
    assert.deepEqual(warned('proc.name in ("shel_binaries", other_list) or proc.name = shel_binaries'), []);
  });
  it('is given for keys, kinds, priorities, overrides and exceptions', () => {
    const rule = (more: string): string =>
      `- {rule: r, desc: d, output: o, priority: INFO, condition: evt.type = open${more}}\n`;
    const hinted = (text: string): readonly (string | undefined)[] => {
      const [result] = loadRules([{ name: 'r.yaml', content: Buffer.from(text) }]).results;
      return [...result!.errors, ...result!.warnings].map(diagnostic => diagnostic.hint);
    };
    const meant = (...words: readonly string[]) => words.map(word => `did you mean '${word}'?`);
    assert.deepEqual(
      hinted(rule(', conditon: x, skip_if_unknown_filter: true')),
      meant('condition', 'skip-if-unknown-filter'),
    );
    assert.deepEqual(hinted('- marco: x\n- rul: x\n- something: x\n'), [
      ...meant('macro', 'rule'),
      undefined,
    ]);
    assert.deepEqual(hinted(rule('').replace('INFO', 'CRITICL')), meant('Critical'));
    assert.deepEqual(hinted(rule('').replace('INFO', 'P1')), [
      'it is one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug',
    ]);
    assert.deepEqual(
      hinted(`${rule('')}- {rule: r, output: x, override: {output: apend}}\n`).slice(0, 1),
      meant('append'),
    );
    assert.deepEqual(
      hinted(`${rule('')}- {rule: r, desk: x, override: {desk: replace}}\n`),
      meant('desc', 'desc'),
    );
    const exception = (fields: string, comps: string): readonly (string | undefined)[] =>
      hinted(rule(`, exceptions: [{name: e, fields: [${fields}], comps: [${comps}]}]`));
    assert.deepEqual(exception('proc.nme', 'in'), meant('proc.name'));
    assert.deepEqual(exception('proc.name', 'startwith'), meant('startswith'));
  });
  it('is not given where nothing is near', () => {
    assert.equal(hint('evt.type = open and foo.bar = 1'), undefined);
    assert.equal(hint('evt.type = open and ('), undefined);
    assert.equal(hint('something_else'), undefined);
  });
  it('stands on a line of its own in text, and beside the message in JSON', () => {
    const result = load('evt.type = opne');
    assert.match(diagnosticText(result.errors[0]!), /unknown event type opne\n {4}did you mean 'open'\?$/);
    assert.match(
      JSON.stringify(resultJson(result)),
      /"hint":"did you mean 'open'\?","message":"unknown event type opne"/,
    );
  });
});
