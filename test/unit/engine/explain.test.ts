/** A rule is explained: which check stopped it, what that saw, where it stands. */
import assert from 'node:assert/strict';
import { ExplainedRule } from '../../../daemon/engine/explain.js';
import { eventsByName } from '../../../daemon/events/event-table.js';
import { writeRecord } from '../../../daemon/events/record-writer.js';
import { buildRuleset } from '../../../daemon/filter/compile/ruleset.js';
import { loadRules } from '../../../daemon/rules/load.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { newThread } from '../../../daemon/state/thread.js';

const RULES = `- list: trusted
  items: [sshd, sudo, login, su]
- macro: opened
  condition: evt.type in (open, openat) and fd.num >= 0
- macro: secret
  condition: fd.name = /etc/shadow or fd.name startswith /etc/ssh/
- rule: first
  desc: takes what dd does
  condition: evt.type = openat and proc.name = dd
  output: x
  priority: INFO
- rule: secrets
  desc: secrets read
  condition: >
    opened and secret
    and not (proc.name in (trusted) and proc.exepath startswith /usr/)
  output: x
  priority: INFO
- rule: off
  desc: not enabled
  enabled: false
  condition: evt.type = openat and proc.name = cat
  output: x
  priority: INFO
`;
const OPENAT = eventsByName('openat').at(-1)!;

function explained(name: string) {
  const loaded = loadRules([{ name: 'r.yaml', content: Buffer.from(RULES) }], { origins: true });
  const judged = loaded.rules.map(({ index, filter, eventTypes }) => ({
    index,
    filter: filter.tree,
    eventTypes,
  }));
  const book = { ruleset: buildRuleset(judged, 'first'), rules: loaded.rules };
  const inspector = new Inspector({ live: false });
  const lines: string[] = [];
  const rule = new ExplainedRule(
    inspector,
    book,
    loaded.all.find(each => each.name === name)!,
    text => lines.push(...text.split('\n').filter(line => line !== '')),
  );
  const open = (program: string, file: string, fd = 3): void => {
    const thread = Object.assign(newThread(7, 7), { comm: program, exepath: `/usr/bin/${program}` });
    inspector.threads.add(thread);
    const values: Record<string, string | number> = { fd, dirfd: -100, name: file };
    const params = OPENAT.params.map(param => values[param.name] ?? (param.size > 0 ? 0 : ''));
    rule.onRecord(writeRecord({ type: OPENAT.code, time: 1n, tid: 7, params }), 0, 0);
  };
  return { rule, lines, open };
}

describe('an explained rule', () => {
  it('says where it stopped, through which macro, and what the check saw', () => {
    const { lines, open } = explained('secrets');
    open('cat', '/etc/shadow', -2);
    open('cat', '/tmp/x');
    assert.deepEqual(lines, [
      'openat cat(7): stopped at fd.num >= 0: saw -1 [step 2 of 4; opened, r.yaml:4:45]',
      "openat cat(7): stopped at fd.name = /etc/shadow and 1 alternative: saw '/tmp/x' [step 3 of 4; secret, r.yaml:6:14]",
    ]);
  });
  it('names all checks of an exclusion that held', () => {
    const { lines, open } = explained('secrets');
    open('sudo', '/etc/shadow');
    assert.deepEqual(lines, [
      "openat sudo(7): stopped at not (proc.name in (sshd, sudo, login, …) and proc.exepath startswith /usr/): saw 'sudo', saw '/usr/bin/sudo' [step 4 of 4; r.yaml:16:14]",
    ]);
  });
  it('says when it matched, and when another rule took the event', () => {
    const { lines, open } = explained('secrets');
    open('cat', '/etc/shadow');
    open('dd', '/etc/shadow');
    assert.deepEqual(lines, [
      'openat cat(7): matched',
      "openat dd(7): matched, but rule 'first' is before it and takes the event",
    ]);
  });
  it('folds equal lines and leaves out what is too much', () => {
    const { rule, lines, open } = explained('secrets');
    for (let i = 0; i < 10; i++) open('cat', '/etc/shadow');
    for (let i = 0; i < 10; i++) open('cat', `/tmp/${String(i)}`);
    assert.equal(lines.length, 6);
    rule.tick(1_000);
    assert.deepEqual(lines.slice(6), [
      'openat cat(7): matched (9 more)',
      '… and 5 more lines that are not shown',
    ]);
  });
  it('counts by check at the end', () => {
    const { rule, open } = explained('secrets');
    for (let i = 0; i < 3; i++) open('cat', '/tmp/x');
    open('cat', '/etc/shadow', -2);
    open('dd', '/etc/ssh/key');
    assert.deepEqual(rule.summary().trim().split('\n'), [
      'secrets: 5 events of its types, 1 match, 1 of them taken by rules before it',
      '         1  stopped at fd.num >= 0 [step 2 of 4; opened, r.yaml:4:45]',
      '         3  stopped at fd.name = /etc/shadow and 1 alternative [step 3 of 4; secret, r.yaml:6:14]',
    ]);
  });
  it('is explained when it is not enabled, too', () => {
    const { lines, open } = explained('off');
    open('cat', '/x');
    assert.deepEqual(lines, [
      'The rule is not enabled: it raises no alerts. This tells what it would do.',
      'openat cat(7): matched',
    ]);
  });
});
