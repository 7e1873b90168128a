import assert from 'node:assert/strict';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { Detector } from '../../../daemon/engine/detector.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { rulebook } from '../../support/book.js';
import { openat } from '../../support/events.js';

const opened = (name: string, path: string): string => `
- rule: ${name}
  desc: test
  condition: evt.type = openat and fd.num >= 0 and fd.name = ${path}
  output: ${name} file=%fd.name raw=%fd.nameraw comm=%proc.name
  priority: WARNING
  tags: [b, a]
`;

function detector(
  text: string,
  mode: 'first' | 'all' = 'first',
): { run: (record: Buffer) => string[]; detector: Detector; alerts: Alert[] } {
  const alerts: Alert[] = [];
  const it = new Detector(
    new Inspector({ live: true, procRoot: '/nonexistent' }),
    rulebook(text, mode),
    alert => alerts.push(alert),
  );
  return {
    detector: it,
    alerts,
    run(record) {
      const before = alerts.length;
      it.onRecord(record, 0, 0);
      return alerts.slice(before).map(alert => alert.message);
    },
  };
}

describe('the detector', () => {
  it('raises an alert that carries rule, priority, sorted tags, time, message and fields', () => {
    const { run, alerts } = detector(opened('Shadow', '/etc/shadow'));
    assert.deepEqual(run(openat({ path: '/etc/shadow' })), [
      'Shadow file=/etc/shadow raw=/etc/shadow comm=cat',
    ]);
    const alert = alerts[0]!;
    assert.deepEqual(
      [alert.rule, alert.priority, alert.source, alert.tags],
      ['Shadow', 4, 'syscall', ['a', 'b']],
    );
    assert.ok(alert.time > 1_700_000_000_000_000_000n);
    assert.deepEqual(
      { ...alert.fields },
      { 'fd.name': '/etc/shadow', 'fd.nameraw': '/etc/shadow', 'proc.name': 'cat' },
    );
  });

  it('judges an open under another spelling, and no other descriptor of the same file', () => {
    const { run } = detector(`
- rule: Link
  desc: test
  condition: evt.type = openat and fd.num >= 0 and fd.name = /tmp/link and proc.stdin.name = /etc/shadow
  output: stdin=%proc.stdin.name file=%fd.name
  priority: WARNING
`);
    const record = (fd: number): Buffer => openat({ path: '/tmp/link', file: '/etc/shadow', fd });
    assert.deepEqual(run(record(0)), []);
    assert.deepEqual(run(record(3)), ['stdin=/etc/shadow file=/etc/shadow']);
  });

  it('sees through a symbolic link: the kernel’s path matches', () => {
    const { run } = detector(opened('Shadow', '/etc/shadow'));
    assert.deepEqual(run(openat({ path: '/tmp/link', file: '/etc/shadow' })), [
      'Shadow file=/etc/shadow raw=/tmp/link comm=cat',
    ]);
  });

  it('judges the path as the program spelled it too, and still names the file that was opened', () => {
    const { run } = detector(opened('Token', '/var/run/token'));
    assert.deepEqual(run(openat({ path: '/var/run/token', file: '/run/token' })), [
      'Token file=/run/token raw=/var/run/token comm=cat',
    ]);
    assert.deepEqual(run(openat({ path: '/run/token' })), []);
  });

  it('makes a relative path absolute by the directory that the kernel names', () => {
    const { run } = detector(opened('Token', '/var/run/token'));
    const record = openat({ path: 'token', base: '/var/run', file: '/run/other' });
    assert.deepEqual(run(record), ['Token file=/run/other raw=token comm=cat']);
  });

  it('alerts once only when both spellings match, and leaves the descriptor with the kernel’s name', () => {
    const both = opened('A', '/run/token') + opened('B', '/var/run/token');
    const record = { path: '/var/run/token', file: '/run/token' };
    assert.deepEqual(detector(both).run(openat(record)), ['A file=/run/token raw=/var/run/token comm=cat']);
    const all = detector(both, 'all');
    assert.deepEqual(all.run(openat(record)), [
      'A file=/run/token raw=/var/run/token comm=cat',
      'B file=/run/token raw=/var/run/token comm=cat',
    ]);
    assert.deepEqual(all.run(openat({ path: '/run/token', fd: 4 })), [
      'A file=/run/token raw=/run/token comm=cat',
    ]);
  });

  it('stops at the first rule or goes on to all, in the order of the file', () => {
    const twice = opened('A', '/etc/shadow') + opened('B', '/etc/shadow');
    assert.equal(detector(twice).run(openat({ path: '/etc/shadow' })).length, 1);
    const all = detector(twice, 'all').run(openat({ path: '/etc/shadow' }));
    assert.deepEqual(
      all.map(message => message[0]),
      ['A', 'B'],
    );
  });

  it('keeps its counts and its tables when other rules are swapped in', () => {
    const { detector: it, run } = detector(opened('A', '/etc/shadow'));
    run(openat({ path: '/etc/shadow' }));
    it.swap(rulebook(opened('B', '/etc/passwd') + opened('A', '/etc/shadow')));
    run(openat({ path: '/etc/passwd' }));
    run(openat({ path: '/etc/shadow' }));
    assert.deepEqual(
      it.counts().map(({ name, matches }) => [name, matches]),
      [
        ['A', 2],
        ['B', 1],
      ],
    );
    assert.equal(it.alerts, 3);
  });

  it('takes a damaged record for what it is and goes on', () => {
    const { run } = detector(opened('A', '/etc/shadow'));
    const record = openat({ path: '/etc/shadow' });
    record.writeUInt32LE(7, 16);
    assert.deepEqual(run(record), []);
    assert.equal(run(openat({ path: '/etc/shadow' })).length, 1);
  });
});
