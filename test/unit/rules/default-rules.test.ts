/** What holds for each delivered rule, and what a local file can make of one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../support/project.js';
import { eventNames } from '../../../daemon/engine/selection.js';
import { EVENT_COUNT } from '../../../daemon/events/event-table.js';
import { CONTAINER, DELIVERED, loadDelivered, RuleHost } from '../../support/rule-host.js';

/** What is looked at in a file's items, most of which are no rules. */
interface Item {
  readonly rule?: string;
  readonly exceptions?: readonly unknown[];
}

const delivered = loadDelivered();
const items = DELIVERED.flatMap(
  name => parse(readFileSync(join(projectRoot, name), 'utf8')) as readonly Item[],
);
const exceptions = new Map(items.map(item => [item.rule, item.exceptions]));
/** Calls of which a host makes thousands in a second. */
const ALL_THE_TIME =
  /^(p?readv?(64)?|p?writev?(64)?|close|.*stat.*|futex|p?poll|epoll_.*|select|mmap|brk|switch)$/;
const MATURITY = /^maturity_(stable|incubating|sandbox|deprecated)$/;
const TECHNIQUE = /^T\d{4}(\.\d{3})?$/;
/** What every output has to tell: of the process, and where it is. */
const TOLD = ['%proc.cmdline', '%user.name', '%proc.exepath', '%proc.pname', '%container.id'];

describe('the delivered rules', () => {
  it('load without an error, a warning or a note', () => {
    for (const result of delivered.results) {
      assert.deepEqual([result.errors, result.warnings, result.notes], [[], [], []], result.name);
    }
  });

  for (const rule of delivered.rules) {
    describe(rule.name, () => {
      it('has a description, the tags of its techniques and one of its maturity', () => {
        assert.ok(rule.desc.length > 80, rule.desc);
        assert.equal(rule.tags.filter(tag => MATURITY.test(tag)).length, 1);
        assert.ok(rule.tags.some(tag => tag.startsWith('mitre_')));
        assert.ok(rule.tags.some(tag => TECHNIQUE.test(tag)));
        assert.ok(rule.tags.some(tag => tag === 'host' || tag === 'container'));
      });
      it('names the types of its events, none of which happen all the time', () => {
        const names = [...eventNames(rule.filter.tree)];
        assert.ok(names.length > 0);
        assert.ok(rule.eventTypes.size < EVENT_COUNT / 4, String(rule.eventTypes.size));
        assert.deepEqual(
          names.filter(name => ALL_THE_TIME.test(name)),
          [],
        );
      });
      it('has exceptions to add to', () => {
        assert.ok((exceptions.get(rule.name)?.length ?? 0) > 0);
      });
      it('tells who did it and where', () => {
        for (const field of TOLD) assert.ok(rule.output.includes(field), field);
      });
    });
  }

  it('take an exception from a local file', () => {
    const local = loadDelivered(`
- rule: Read sensitive file untrusted
  exceptions:
    - name: program_and_file
      values:
        - [nightly-backup, /etc/shadow]
  override:
    exceptions: append
`);
    assert.ok(local.results.every(({ successful, warnings }) => successful && warnings.length === 0));
    const host = new RuleHost(local.rules);
    const backup = host.process({ name: 'nightly-backup' });
    assert.deepEqual(host.open(backup, '/etc/shadow'), []);
    assert.deepEqual(host.open(backup, '/etc/sudoers'), ['Read sensitive file untrusted']);
  });

  it('say first who edited /etc/passwd in a container', () => {
    const host = new RuleHost(delivered.rules);
    const parent = host.process({ name: 'sh', exe: '/bin/busybox', container: CONTAINER });
    const sed = host.process({ name: 'sed', exe: '/bin/busybox', args: ['-i', '$d', '/etc/passwd'], parent });
    const [alert, ...more] = host.alertsOf(sed, 'openat', {
      fd: 4,
      dirfd: -100,
      name: '/etc/sedXa81Qw',
      flags: host.flags('file_flags', 'O_RDWR|O_CREAT|O_EXCL|O_F_CREATED'),
    });
    assert.deepEqual([alert?.rule, alert?.priority, more], ['Write below etc', 3, []]);
    const beginning =
      'File below /etc opened for writing (user=root user_loginuid=-1 command=sed -i $d /etc/passwd parent=sh ';
    assert.ok(alert?.message.startsWith(beginning), alert?.message);
    for (const part of ['file=/etc/sedXa81Qw', 'program=sed', 'gparent=', 'image=<NA>']) {
      assert.ok(alert.message.includes(` ${part}`), alert.message);
    }
    assert.ok(alert.message.includes(`container_id=${CONTAINER.slice(0, 12)} `), alert.message);
  });
});
