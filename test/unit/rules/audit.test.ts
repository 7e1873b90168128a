import assert from 'node:assert/strict';
import { loadTexts, said } from '../../support/load-rules.js';

const rule = (condition: string, more = ''): string =>
  `- {rule: r, desc: d, priority: INFO, source: k8s_audit, output: "%ka.user.name", condition: ${JSON.stringify(condition)}${more}}\n`;

describe('rules of the source k8s_audit', () => {
  it('are bound to its fields, and to no others', () => {
    assert.deepEqual(said(rule('ka.verb = create and jevt.value[/stage] = ResponseComplete')), []);
    assert.match(said(rule('proc.name = cat'))[0]!, /nonexistent field proc\.name/);
    assert.match(said(rule('ka.nothing = 1'))[0]!, /nonexistent field ka\.nothing/);
  });

  it('are not counted among those of many event types', () => {
    const [compiled] = loadTexts([rule('ka.verb = create')]).rules;
    assert.ok(compiled !== undefined && compiled.eventTypes.size <= 2);
  });

  it('are warned of when they compare with <NA>', () => {
    for (const condition of [
      'ka.target.name = <NA>',
      'ka.user.groups in (a, <NA>)',
      'jevt.value[/a] != <NA>',
    ])
      assert.match(said(rule(condition)).join(), /UNSAFE_NA_CHECK/, condition);
  });

  it('find the plugins that their files ask for, or one that stands for it', () => {
    const required = (text: string): readonly string[] =>
      said(`- required_plugin_versions: ${text}\n${rule('ka.verb exists')}`);
    assert.deepEqual(required('[{name: k8saudit, version: 0.18.0}, {name: json, version: 0.7.0}]'), []);
    const alternatives = '[{name: k8saudit-eks, version: 0.12.0}, {name: k8saudit, version: 0.7.0}]';
    assert.deepEqual(required(`[{name: k8saudit-gke, version: 0.9.0, alternatives: ${alternatives}}]`), []);
    assert.match(
      required('[{name: k8saudit, version: 0.19.0}]').join(),
      /is not compatible with required plugin version/,
    );
    assert.match(required('[{name: okta, version: 0.1.0}]').join(), /must load one of: okta/);
  });

  it('stay apart from those of system calls', () => {
    const text = `${rule('ka.verb exists')}- {rule: s, desc: d, priority: INFO, output: o, condition: evt.type = open}\n`;
    assert.deepEqual(
      loadTexts([text]).rules.map(({ name, source, index }) => [name, source, index]),
      [
        ['r', 'k8s_audit', 0],
        ['s', 'syscall', 1],
      ],
    );
  });
});
