import assert from 'node:assert/strict';
import type { FieldValue } from '../../../daemon/fields/field.js';
import { compileOutput, type OutputFormat } from '../../../daemon/filter/output-format.js';
import { fakeContext, fakeEvent } from './fake.js';

const context = fakeContext({
  's.s': { type: 'CHARBUF' },
  'n.n': { type: 'INT64' },
  'n.d': { type: 'DOUBLE' },
  't.t': { type: 'BOOL' },
  'i.a': { type: 'IPADDR' },
  'i.n': { type: 'IPNET', flags: ['filter_only'] },
  'b.b': { type: 'BYTEBUF' },
  'l.l': { type: 'CHARBUF', list: true },
  'evt.time': { type: 'CHARBUF' },
});

function format(text: string): OutputFormat {
  const compiled = compileOutput(text, context);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.format;
}

const shown = (text: string, values: Readonly<Record<string, FieldValue>>): string =>
  format(text).message(fakeEvent(307, values));

describe('an output', () => {
  it('shows each type of value in its own way', () => {
    assert.equal(shown('%n.n %n.d %t.t', { 'n.n': -5, 'n.d': 1.25, 't.t': true }), '-5 1.3 true');
    assert.equal(shown('%i.a', { 'i.a': '\x7f\0\0\x01' }), '127.0.0.1');
    assert.equal(shown('%i.a', { 'i.a': '\xfe\x80' + '\0'.repeat(13) + '\x01' }), 'fe80::1');
    assert.equal(shown('%l.l', { 'l.l': ['a', 'b'] }), '(a,b)');
    assert.equal(shown('%b.b', { 'b.b': 'a\0b\n' }), 'a.b.');
  });

  it('shows <NA> for what is not there, and a sign for networks, which have no text', () => {
    assert.equal(shown('a=%s.s b=%i.n', { 's.s': null, 'i.n': '\x01\x02\x03\x04' }), 'a=<NA> b=<IPNET>');
  });

  it('pads and cuts off to a width', () => {
    assert.equal(shown('[%5s.s]', { 's.s': 'ab' }), '[ab   ]');
    assert.equal(shown('[%5s.s]', { 's.s': 'abcdefg' }), '[abcde]');
  });

  it('keeps text that is not ASCII', () => {
    assert.equal(shown('é=%s.s', { 's.s': '\xff' }), '\xc3\xa9=\xff');
  });

  it('can be begun while some fields are not known, and filled in later', () => {
    const whole = format('%n.n [%5s.s] %tolower(s.s) %join(",",(s.s,n.n)) %t.t');
    const late = ({ text }: { readonly text: string }): boolean => text === 's.s';
    assert.equal(whole.isLate(late), true);
    assert.equal(
      whole.isLate(({ text }) => text === 'b.b'),
      false,
    );
    const then = whole.begin(fakeEvent(307, { 'n.n': 5, 't.t': true }), late);
    const { message, values } = then(fakeEvent(307, { 's.s': 'AB' }));
    assert.equal(message, '5 [AB   ] ab <NA> true');
    assert.deepEqual(Object.entries(values), [
      ['n.n', 5],
      ['s.s', 'AB'],
      ['t.t', true],
    ]);
  });

  it('gives values for JSON under the fields as written', () => {
    const values = format('%n.n %t.t %tolower(s.s) %l.l %evt.time').values(
      fakeEvent(307, { 'n.n': 5, 't.t': false, 's.s': 'A', 'l.l': ['x'] }, 1_700_000_000_123_456_789n),
    );
    assert.deepEqual(values, {
      'n.n': 5,
      't.t': false,
      's.s': 'A',
      'l.l': ['x'],
      'evt.time': 1_700_000_000_123_456_789n,
    });
  });

  const ERRORS: readonly (readonly [string, string, number])[] = [
    ['a %', 'invalid formatting syntax: formatting cannot end with a %', 2],
    ['a %12', 'invalid formatting syntax: formatting cannot end with a number', 2],
    ['%x.x', 'unknown filter: filter_check called with nonexistent field x.x', 0],
    ['a%%', 'unknown filter: filter_check called with nonexistent field %', 1],
    ['%tolower(s.s', "unknown filter: expected a ')' token closing the transformer", 0],
  ];
  for (const [text, message, offset] of ERRORS) {
    it(`is refused: ${text}`, () => {
      const compiled = compileOutput(text, context);
      assert.ok(!compiled.ok);
      assert.deepEqual([compiled.message, compiled.offset], [message, offset]);
    });
  }
});
