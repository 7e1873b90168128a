import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PRIORITY_NAMES, type Alert } from '../../../daemon/alerts/alert.js';
import { localTime, utcTime } from '../../../daemon/alerts/clock.js';
import { alertLine, type LineOptions } from '../../../daemon/alerts/line.js';
import { toByteString } from '../../../daemon/events/byte-string.js';

const TIME = 1_631_774_000_123_456_789n;
const alert: Alert = {
  rule: 'R',
  priority: 4,
  source: 'syscall',
  tags: ['b', 'a'],
  time: TIME,
  message: 'Some text (proc_exe=bash)',
  fields: { 'proc.exe': 'bash' },
};
const options: LineOptions = {
  json: false,
  iso8601: false,
  output: true,
  message: false,
  outputFields: true,
  tags: true,
  hostname: 'h',
};
const line = (change: Partial<Alert> = {}, form: Partial<LineOptions> = {}): string =>
  alertLine({ ...alert, ...change }, { ...options, ...form }).toString('latin1');
const json = (change: Partial<Alert> = {}, form: Partial<LineOptions> = {}): string =>
  alertLine({ ...alert, ...change }, { ...options, json: true, ...form }).toString('utf8');

describe('Times of alerts', () => {
  it('are local wall-clock time with nanoseconds', () => {
    const date = new Date(1_631_774_000_000);
    const clock = [date.getHours(), date.getMinutes(), date.getSeconds()]
      .map(n => String(n).padStart(2, '0'))
      .join(':');
    assert.equal(localTime(TIME), `${clock}.123456789`);
    assert.equal(localTime(TIME - 123_456_788n), `${clock}.000000001`);
  });

  it('are UTC in ISO 8601', () => {
    assert.equal(utcTime(TIME, '+0000'), '2021-09-16T06:33:20.123456789+0000');
  });
});

describe('An alert as a text line', () => {
  it('has time, priority and message', () => {
    assert.equal(line(), `${localTime(TIME)}: Warning Some text (proc_exe=bash)`);
    assert.equal(
      line({}, { iso8601: true }),
      '2021-09-16T06:33:20.123456789+0000: Warning Some text (proc_exe=bash)',
    );
  });

  it('has the long name of each priority', () => {
    PRIORITY_NAMES.forEach((name, i) =>
      assert.ok(line({ priority: i as Alert['priority'] }).includes(`: ${name} Some`)),
    );
  });

  it('carries the very bytes of the event', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const message = Buffer.from(bytes).toString('latin1');
        const head = Buffer.from(`${localTime(TIME)}: Warning `);
        assert.deepEqual(alertLine({ ...alert, message }, options), Buffer.concat([head, bytes]));
      }),
      { seed: 3 },
    );
  });
});

describe('An alert as JSON', () => {
  it('has its keys in order, without blanks', () => {
    assert.equal(
      json(),
      `{"hostname":"h","output":"${localTime(TIME)}: Warning Some text (proc_exe=bash)","output_fields":{"evt.time":1631774000123456789,"proc.exe":"bash"},` +
        '"priority":"Warning","rule":"R","source":"syscall","tags":["a","b"],"time":"2021-09-16T06:33:20.123456789Z"}',
    );
  });

  it('has the properties that are asked for', () => {
    assert.equal(
      json({}, { output: false, outputFields: false, tags: false, message: true }),
      '{"hostname":"h","message":"Some text (proc_exe=bash)","priority":"Warning","rule":"R","source":"syscall","time":"2021-09-16T06:33:20.123456789Z"}',
    );
  });

  it('names the time field after its form', () => {
    assert.ok(
      json({}, { iso8601: true }).includes('"output_fields":{"evt.time.iso8601":1631774000123456789,'),
    );
  });

  it('writes each kind of value as it is', () => {
    const fields = {
      a: null,
      b: 18_446_744_073_709_551_615n,
      c: -1,
      d: true,
      e: ['x', 1, 2n],
      'evt.arg[0]': 'q"\\\n\u001f',
    };
    assert.ok(
      json({ fields }).includes(
        '"output_fields":{"a":null,"b":18446744073709551615,"c":-1,"d":true,"e":["x",1,2],"evt.arg[0]":"q\\"\\\\\\n\\u001f","evt.time":',
      ),
    );
  });

  it('gives numbers with a fraction one, also when it is nothing', () => {
    const fields = { 'thread.cpu': 0, 'thread.cpu.user': 1.5, 'proc.fdusage': 100, 'proc.pid': 100 };
    assert.match(
      json({ fields }),
      /"proc.fdusage":100.0,"proc.pid":100,"thread.cpu":0.0,"thread.cpu.user":1.5}/,
    );
  });

  it('shows text as text, and what is not valid UTF-8 as U+FFFD', () => {
    const message = `${toByteString('é→')}\xff`;
    const parsed = JSON.parse(json({ message, fields: { f: message }, rule: toByteString('Ré') })) as Record<
      string,
      unknown
    >;
    assert.equal(parsed['rule'], 'Ré');
    assert.deepEqual((parsed['output_fields'] as Record<string, unknown>)['f'], 'é→\ufffd');
    assert.ok((parsed['output'] as string).endsWith('Warning é→\ufffd'));
  });

  it('is valid JSON for any bytes', () => {
    const bytes = fc.uint8Array().map(array => Buffer.from(array).toString('latin1'));
    fc.assert(
      fc.property(bytes, bytes, bytes, (message, rule, value) => {
        JSON.parse(json({ message, rule, fields: { [value]: value } }));
      }),
      { seed: 5 },
    );
  });
});

describe('What the daemon itself reports', () => {
  const internal: Partial<Alert> = {
    source: 'internal',
    rule: 'Falco internal: syscall event drop',
    priority: 7,
    message: 'Falco internal: syscall event drop. 3 system calls dropped in last second.',
    fields: { n_evts: '30', n_drops: '3' },
  };

  it('has its fields behind the text, and always local time', () => {
    const expected = `${localTime(TIME)}: Debug ${internal.message!} (n_drops="3" n_evts="30")`;
    assert.equal(line(internal), expected);
    assert.equal(line(internal, { iso8601: true }), expected);
    assert.equal(line({ ...internal, fields: {} }), `${localTime(TIME)}: Debug ${internal.message!}`);
  });

  it('has neither tags nor a time in its output, as JSON', () => {
    assert.equal(
      json(internal),
      `{"hostname":"h","output":"${internal.message!}","output_fields":{"n_drops":"3","n_evts":"30"},"priority":"Debug",` +
        '"rule":"Falco internal: syscall event drop","source":"internal","time":"2021-09-16T06:33:20.123456789Z"}',
    );
  });
});
