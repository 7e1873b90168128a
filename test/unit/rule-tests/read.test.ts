/** Test files are read, and what is wrong with one is said with its place. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readTests } from '../../../daemon/rule-tests/read.js';
import { problemText } from '../../../daemon/rule-tests/reader.js';
import type { CallEvent, TestEvent } from '../../../daemon/rule-tests/test-file.js';

const read = (text: string) => readTests('t.yaml', Buffer.from(text));

function problems(text: string): readonly string[] {
  const result = read(text);
  return result.ok ? [] : result.errors.map(problemText);
}

/** The event of a file with one test with one event, written as flow YAML. */
function anyEvent(text: string): TestEvent {
  const result = read(
    `rules: r.yaml\ntests: [{test: t, process: {name: a}, events: [${text}], alerts: []}]\n`,
  );
  if (!result.ok) throw new Error(result.errors.map(problemText).join('\n'));
  return result.value.tests[0]!.events[0]!;
}

function event(text: string): CallEvent {
  const found = anyEvent(text);
  if (found.kind !== 'call') throw new Error('no call');
  return found;
}

function param(text: string, name: string): unknown {
  const { row, params } = event(text);
  return params[row.params.findIndex(each => each.name === name)];
}

describe('a test file', () => {
  it('gives parameters by their names, as numbers, names of flags, text and addresses', () => {
    assert.equal(param('{type: openat, args: {flags: O_WRONLY|O_CREAT}}', 'flags'), 6);
    assert.equal(param('{type: openat, args: {mode: 0o17}}', 'mode'), 15);
    assert.equal(param('{type: openat, args: {name: /etc/ü}}', 'name'), '/etc/\u00c3\u00bc');
    assert.equal(param('{type: kill, args: {pid: 0x10}}', 'pid'), 16);
    assert.deepEqual(
      param("{type: connect, args: {addr: '10.0.0.1:80'}}", 'addr'),
      Buffer.from([2, 10, 0, 0, 1, 80, 0]),
    );
    assert.deepEqual(
      param("{type: connect, args: {tuple: '10.0.0.1:256->10.0.0.2:80'}}", 'tuple'),
      Buffer.from([2, 10, 0, 0, 1, 0, 1, 10, 0, 0, 2, 80, 0]),
    );
  });
  it('has usual values for what is not given', () => {
    assert.equal(param('{type: openat}', 'fd'), 3);
    assert.equal(param('{type: openat}', 'dirfd'), -100);
    assert.equal(param('{type: openat, result: ENOENT}', 'fd'), -2);
    assert.equal(param('{type: chmod}', 'res'), 0);
  });
  it('gives fields as values of their types', () => {
    const { fields } = event(
      "{type: openat, fields: {fd.num: 5, proc.aname: [a, b], fd.sip: 10.0.0.1, container.id: ~, 'proc.env[X]': y}}",
    );
    assert.deepEqual(
      [...fields],
      [
        ['fd.num', 5],
        ['proc.aname', ['a', 'b']],
        ['fd.sip', '\n\0\0\x01'],
        ['container.id', null],
        ['proc.env[X]', 'y'],
      ],
    );
  });
  it('names the place of a mistake, and what may have been meant', () => {
    assert.deepEqual(problems('rules: r.yaml\ntsts: []\n'), [
      "t.yaml:2:1: a test file has no key 'tsts'\n    tsts: []\n    ^\n    did you mean 'tests'?",
      "t.yaml:1:1: a test file has to have 'tests'\n    rules: r.yaml\n    ^",
    ]);
  });
  it('says everything that is wrong at once', () => {
    const found = problems(`rules: r.yaml
tests:
  - test: a
    process: {name: x}
    events:
      - {type: opnat}
      - {type: openat, args: {nme: x, flags: O_RDNLY}, fields: {proc.nme: 1, evt.type: open, fd.num: x}}
    alerts: [{rule: r, priority: urgent}]
  - {test: a, process: nobody, events: [{type: open}], alerts: []}
  - {test: b, events: [{type: open}], alerts: []}
  - {test: c, events: []}
`).map(text => text.split('\n')[0]);
    assert.deepEqual(found, [
      "t.yaml:6:16: there is no event 'opnat'",
      "t.yaml:7:31: 'args' of 'openat' has no key 'nme'",
      "t.yaml:7:46: 'O_RDNLY' is no value of 'flags'",
      "t.yaml:7:65: there is no field 'proc.nme'",
      "t.yaml:7:78: 'evt.type' follows from the type of the event",
      't.yaml:7:102: x is not a valid number',
      "t.yaml:8:34: 'urgent' is no priority",
      "t.yaml:9:24: there is no process 'nobody' under 'processes' before this",
      "t.yaml:9:12: there is another test 'a' before this",
      "t.yaml:10:24: neither the event nor the test says under 'process' who did it",
      "t.yaml:11:12: a test has to say under 'alerts' which are expected",
    ]);
  });
  it('is refused with a place whatever is in it', () => {
    for (const text of [
      '',
      '[]',
      'a: [',
      'rules: [[]]\ntests: x',
      '--- a\n--- b',
      'rules: r\ntests: [x, {}]',
      '\0',
    ])
      assert.ok(problems(text).length > 0, text);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,-\n "\'&*a tesrul#') }), text => {
        read(text);
        read(`rules: r\ntests:\n  - ${text}\n`);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});
