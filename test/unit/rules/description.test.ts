import assert from 'node:assert/strict';
import { describeAll, describeOne } from '../../../daemon/rules/description.js';
import { loadRules } from '../../../daemon/rules/load.js';

const RULES = `
- required_engine_version: 0.31.0
- required_engine_version: 11
- required_plugin_versions:
    - name: container
      version: 0.2.0
      alternatives: [{ name: other, version: 1.0.0 }]
- list: shells
  items: [sh, bash]
- list: all_shells
  items: [shells, my shell]
- list: idle
  items: []
- macro: spawned
  condition: evt.type in (execve, getpid)
- macro: shell
  condition: spawned and proc.name in (shells)
- macro: idle
  condition: proc.pid > 1
- rule: First
  desc: a shell
  condition: shell and not proc.aname[2] startswith anyof (a, b) and proc.pname in (all_shells)
  output: shell %proc.name %tolower(user.name)
  priority: INFO
  tags: [z, a]
  exceptions:
    - name: known
      fields: [proc.name, container.id]
      comps: [=, startswith]
      values: [[sh, x]]
    - name: unused
      fields: fd.name
- rule: Second
  desc: another
  condition: evt.type = getpid and proc.name exists
  output: none
  priority: warning
  enabled: false
- rule: Elsewhere
  desc: of a source that is not here
  condition: ct.name = x
  output: none
  priority: warning
  source: elsewhere
`;

const load = (text: string): ReturnType<typeof loadRules> =>
  loadRules([{ name: 'r.yaml', content: Buffer.from(text) }], {
    origins: true,
    additions: [{ output: 'more', tags: ['a'] }],
  });

interface Described {
  readonly info: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, unknown>>;
}

describe('the description of rules', () => {
  const loaded = load(RULES);
  const all = describeAll(loaded, {
    fieldAdditions: [
      { name: 'evt.hostname', format: null },
      { name: 'who', format: '%user.name', rule: 'First', tags: ['z'] },
      { name: 'nobody', format: '%user.name', source: 'elsewhere' },
    ],
  });
  assert.ok(all);
  const rules = all.rules as unknown as readonly Described[];
  const macros = all.macros as unknown as readonly Described[];
  const lists = all.lists as unknown as readonly Described[];

  it('has the highest version that files require, and the plugins', () => {
    assert.equal(all.required_engine_version, '0.31.0');
    assert.deepEqual(all.required_plugin_versions, [
      { alternatives: [{ name: 'other', version: '1.0.0' }], name: 'container', version: '0.2.0' },
    ]);
  });

  it('has every rule that is loaded, enabled or not, as it was written', () => {
    assert.deepEqual(
      rules.map(({ info }) => [info['name'], info['enabled'], info['priority'], info['source']]),
      [
        ['First', true, 'Informational', 'syscall'],
        ['Second', false, 'Warning', 'syscall'],
      ],
    );
    assert.deepEqual(rules[0]?.info['tags'], ['a', 'z']);
    assert.equal(
      rules[0]?.info['condition'],
      'shell and not proc.aname[2] startswith anyof (a, b) and proc.pname in (all_shells)',
    );
  });

  it('tells what became of a rule', () => {
    assert.deepEqual(rules[0]?.details, {
      condition_compiled:
        '(((evt.type in (execve, getpid) and proc.name in (sh, bash)) and not proc.aname[2] startswith anyof (a, b)' +
        ' and proc.pname in (sh, bash, "my shell")) and not (proc.name = sh and container.id startswith x))',
      condition_fields: ['container.id', 'evt.type', 'proc.aname[2]', 'proc.name', 'proc.pname'],
      condition_operators: ['=', 'in', 'startswith', 'startswith anyof'],
      events: ['asyncevent', 'execve', 'getpid'],
      exception_fields: ['proc.name', 'container.id', 'fd.name'],
      exception_names: ['known', 'unused'],
      exception_operators: ['=', 'startswith', 'in'],
      extra_output_formatted_fields: { who: '%user.name' },
      lists: ['all_shells'],
      macros: ['shell'],
      output_compiled: 'shell %proc.name %tolower(user.name) more',
      output_fields: ['proc.name', 'user.name', 'evt.hostname'],
      plugins: ['container'],
    });
    assert.deepEqual(rules[1]?.details['events'], ['asyncevent', 'getpid']);
    assert.deepEqual(rules[1].details['condition_operators'], ['=', 'exists']);
  });

  it('tells of macros what they use, and whether they are used', () => {
    assert.deepEqual(macros[1], {
      details: {
        condition_compiled: '(evt.type in (execve, getpid) and proc.name in (sh, bash))',
        condition_fields: ['evt.type', 'proc.name'],
        condition_operators: ['in'],
        events: ['asyncevent', 'execve', 'getpid'],
        lists: ['shells'],
        macros: ['spawned'],
        plugins: [],
        used: true,
      },
      info: { condition: 'spawned and proc.name in (shells)', name: 'shell' },
    });
    assert.deepEqual(
      macros.map(({ details }) => details['used']),
      [true, true, false],
    );
  });

  it('tells of lists what is in them in the end', () => {
    assert.deepEqual(lists, [
      {
        details: { items_compiled: ['sh', 'bash'], lists: [], plugins: [], used: true },
        info: { items: ['sh', 'bash'], name: 'shells' },
      },
      {
        details: { items_compiled: ['sh', 'bash', 'my shell'], lists: ['shells'], plugins: [], used: true },
        info: { items: ['shells', 'my shell'], name: 'all_shells' },
      },
      {
        details: { items_compiled: [], lists: [], plugins: [], used: false },
        info: { items: [], name: 'idle' },
      },
    ]);
  });

  it('is of one rule where one is asked for', () => {
    const one = describeOne(loaded, 'Second') as unknown as { readonly rules: readonly Described[] };
    assert.deepEqual(Object.keys(one), ['rules']);
    assert.deepEqual(
      one.rules.map(({ info }) => info['name']),
      ['Second'],
    );
    assert.equal(describeOne(loaded, 'Elsewhere'), null);
    assert.equal(describeOne(loaded, 'nobody'), null);
  });

  it('is nothing where a file has an error', () => {
    assert.equal(describeAll(load('- rule: x')), null);
  });

  it('asks for no version and no plugin where files do not', () => {
    const none = describeAll(load(''));
    assert.deepEqual(none, {
      lists: [],
      macros: [],
      required_engine_version: '0.0.0',
      required_plugin_versions: [],
      rules: [],
    });
  });
});
