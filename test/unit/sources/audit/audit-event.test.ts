import assert from 'node:assert/strict';
import { auditEvents, auditTime } from '../../../../daemon/sources/audit/audit-event.js';

const TIME = '2026-11-23T07:49:20.391063Z';
const event = (id: string): object => ({ kind: 'Event', auditID: id, stageTimestamp: TIME });
const item = (id: string): object => ({ auditID: id, stageTimestamp: TIME });

function ids(value: unknown): readonly unknown[] {
  const read = auditEvents(Buffer.from(JSON.stringify(value)));
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.events.map(({ document }) => document['auditID']);
}

function refusal(text: string | Buffer): string {
  const read = auditEvents(Buffer.from(text as string));
  assert.ok(!read.ok);
  return read.message;
}

describe('audit events in JSON text', () => {
  it('are one Event, an EventList, or arrays of these, also nested, in their order', () => {
    assert.deepEqual(ids(event('a')), ['a']);
    assert.deepEqual(ids({ kind: 'EventList', items: [item('a'), event('b')] }), ['a', 'b']);
    assert.deepEqual(ids([event('a'), event('b')]), ['a', 'b']);
    const nested = [
      event('a'),
      [{ kind: 'EventList', items: [item('b'), item('c')] }, [event('d')]],
      event('e'),
    ];
    assert.deepEqual(ids(nested), ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(ids({ kind: 'EventList', items: [] }), []);
  });

  it('have the time of their stage, to the nanosecond', () => {
    assert.equal(auditTime('1970-01-01T00:00:01Z'), 1_000_000_000n);
    assert.equal(auditTime(TIME), 1_795_420_160_391_063_000n);
    assert.equal(auditTime('2026-11-23T08:49:20.391063123+01:00'), 1_795_420_160_391_063_123n);
    for (const bad of [
      '',
      'yesterday',
      '2026-13-23T07:49:20Z',
      '2026-11-23 07:49:20Z',
      1,
      null,
      undefined,
      '1960-01-01T00:00:00Z',
    ])
      assert.equal(auditTime(bad), null, String(bad));
  });

  it('have a time that a record can hold', () => {
    assert.equal(auditTime('2554-07-21T23:34:33.709551615Z'), (1n << 64n) - 1n);
    for (const late of ['2554-07-21T23:34:33.709551616Z', '9999-01-01T00:00:00Z'])
      assert.equal(auditTime(late), null, late);
    const late = { ...item('b'), stageTimestamp: '9999-01-01T00:00:00Z' };
    assert.match(refusal(JSON.stringify({ kind: 'EventList', items: [item('a'), late] })), /is no time/);
  });

  it('have a day and an hour of the calendar, in either case of letters', () => {
    assert.equal(auditTime('1970-01-01t00:00:01z'), 1_000_000_000n);
    assert.equal(auditTime('2024-02-29T00:00:00Z'), 1_709_164_800_000_000_000n);
    for (const bad of ['2024-02-30T00:00:00Z', '2023-02-29T00:00:00Z', '2024-03-01T24:00:00Z'])
      assert.equal(auditTime(bad), null, bad);
  });

  it('are refused as a whole when one of them is none', () => {
    const list = { kind: 'EventList', items: [item('a'), { auditID: 'b' }] };
    assert.match(
      refusal(JSON.stringify(list)),
      /^Data not recognized as a k8s audit event: a stageTimestamp/,
    );
    assert.match(refusal('{"kind":"EventList"}'), /EventList without items/);
    for (const text of [
      '{"kind":"Pod"}',
      '{}',
      '1',
      'null',
      '"Event"',
      '[[1]]',
      '{"kind":"EventList","items":[[]]}',
    ])
      assert.match(refusal(text), /^Data not recognized as a k8s audit event/, text);
  });

  it('are refused when the text is no JSON', () => {
    for (const text of ['', '{', '{"kind":"Event"', 'kind: Event'])
      assert.match(refusal(text), /^Could not parse data: /);
    assert.match(
      refusal(Buffer.from([0x22, 0xff, 0x22])),
      /^Could not parse data: the text is not valid UTF-8/,
    );
  });

  it('are not quoted when they cannot be parsed, for they may hold secrets', () => {
    for (const text of ['{"token":"a",b}', '{"token":hunter2}', 'hunter2', `[${'"x",'.repeat(50)}hunter2]`]) {
      const message = refusal(text);
      assert.match(message, /^Could not parse data: \S/);
      assert.ok(!/token"|unter2|x"/.test(message), message);
    }
  });

  it('may be nested as deeply as API servers allow, and not more deeply', () => {
    const nested = (deep: number, between = ''): Buffer =>
      Buffer.from(`${'['.repeat(deep)}${JSON.stringify(event('a'))}${between}${']'.repeat(deep)}`);
    const read = auditEvents(nested(9_000, `,${JSON.stringify(event('['.repeat(100_000)))}`));
    assert.ok(read.ok);
    assert.equal(read.events.length, 2);
    assert.match(refusal(nested(200_000)), /^Could not parse data: it is nested too deeply$/);
    assert.match(refusal('{"a":'.repeat(200_000)), /nested too deeply/);
  });

  it('may have as many objects and lists as any API server writes, and not more', () => {
    const list = (item: string, count: number): Buffer =>
      Buffer.from(`{${JSON.stringify(event('a')).slice(1, -1)},"x":[${Array(count).fill(item).join()}]}`);
    const fields = '{"k:{\\"type\\":\\"Ready\\"}":{".":{},"f:type":{},"f:status":{}}}';
    assert.ok(auditEvents(list(fields, 20_000)).ok);
    assert.ok(auditEvents(list('"[[[{{{"', 20_000)).ok);
    assert.ok(auditEvents(list('{}', 100)).ok);
    for (const item of ['{}', '[]', '[{}]'])
      assert.match(refusal(list(item, 100_000)), /^Could not parse data: it has too many objects and lists$/);
  });

  it('leave the prototypes of objects alone', () => {
    const read = auditEvents(
      Buffer.from(
        `{"kind":"Event","auditID":"a","stageTimestamp":"${TIME}","__proto__":{"verb":"get"},"constructor":{"prototype":{"x":1}}}`,
      ),
    );
    assert.ok(read.ok);
    assert.equal(read.events[0]!.document['verb'], undefined);
    assert.equal(({} as Record<string, unknown>)['verb'], undefined);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  });

  it('take the last of members of the same name', () => {
    const read = auditEvents(
      Buffer.from(`{"kind":"Event","verb":"get","verb":"delete","stageTimestamp":"${TIME}"}`),
    );
    assert.ok(read.ok);
    assert.equal(read.events[0]!.document['verb'], 'delete');
  });
});
