import assert from 'node:assert/strict';
import { differences, isCandidate, parseAlert, type SeenAlert } from '../../attacks/alert.js';
import { readTable } from '../../attacks/table.js';

const [attack] = readTable('read | host | A rule | cat,exe | WORK/key | - | cat');
const scene = { began: 1000, work: '/tmp/a/read', container: 'host' };

function alert(fields: Readonly<Record<string, unknown>>, rule = 'A rule', happened = 1001): SeenAlert {
  return { rule, happened, arrived: happened + 5, fields };
}
const right = {
  attack: 'read',
  'proc.name': 'cat',
  'container.id': 'host',
  'fd.name': null,
  'fs.path.name': '/tmp/a/read/key',
};

describe('An alert that the attack suite reads', () => {
  it('is found in a line of syslog, with the time of the event to fractions of a millisecond', () => {
    const json =
      '{"rule":"A rule","time":"1970-01-01T00:00:01.001500000Z","output_fields":{"proc.name":"cat"}}';
    assert.deepEqual(parseAlert(`Nov 26 01:00:00 vm falco: ${json}`, 1006), {
      rule: 'A rule',
      happened: 1001.5,
      arrived: 1006,
      fields: { 'proc.name': 'cat' },
    });
  });

  it('is not found in lines of text, broken lines and other objects', () => {
    for (const line of ['12:00:00: Warning text', '{"rule":"A', '{"rule":"A rule"}', '{}', 'null'])
      assert.equal(parseAlert(line, 0), null, line);
  });

  it('is right when process, container and file are', () => {
    assert.deepEqual(differences(attack!, scene, alert(right)), []);
    assert.deepEqual(differences(attack!, scene, alert({ ...right, 'proc.name': 'exe' })), []);
  });

  it('is wrong in each of them, and says how', () => {
    const wrong = (change: Readonly<Record<string, unknown>>): readonly string[] =>
      differences(attack!, scene, alert({ ...right, ...change }));
    assert.deepEqual(wrong({ 'proc.name': 'dog' }), ['process dog']);
    assert.deepEqual(wrong({ 'container.id': 'ab12' }), ['container ab12']);
    assert.deepEqual(wrong({ 'fs.path.name': '/tmp/b' }), ['file /tmp/b']);
    assert.deepEqual(wrong({ 'fs.path.name': null }), ['file none']);
  });

  it('is not judged by what it does not show', () => {
    assert.deepEqual(differences(attack!, scene, alert({})), []);
  });

  it('is a candidate when it is of the rule, not older than the attack, and not of another one', () => {
    assert.ok(isCandidate(attack!, scene, alert(right)));
    assert.ok(isCandidate(attack!, scene, alert({})));
    assert.ok(!isCandidate(attack!, scene, alert({ attack: 'other' })));
    assert.ok(!isCandidate(attack!, scene, alert({ attack: null })));
    assert.ok(!isCandidate(attack!, scene, alert(right, 'Another rule')));
    assert.ok(!isCandidate(attack!, scene, alert(right, 'A rule', 999)));
  });
});
