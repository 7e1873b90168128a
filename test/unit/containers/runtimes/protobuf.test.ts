import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  bool,
  bytes,
  decode,
  encode,
  int32,
  int64,
  list,
  map,
  message,
  text,
} from '../../../../daemon/containers/runtimes/protobuf.js';

const inner = message({ name: [1, text], number: [2, int64] });
const outer = message({
  text: [1, text],
  flag: [2, bool],
  small: [3, int32],
  large: [4, int64],
  raw: [5, bytes],
  inner: [6, inner],
  texts: [7, list(text)],
  inners: [8, list(inner)],
  labels: [16, map(text)],
});

describe('Messages of protocol buffers', () => {
  it('have the bytes that the format prescribes', () => {
    // The examples of the format's own description: field 1 = 150, field 2 = "testing", field 3 = { field 1 = 150 }.
    const example = message({ a: [1, int32], b: [2, text], c: [3, message({ a: [1, int32] })] });
    const bytesOf = '089601' + '120774657374696e67' + '1a03089601';
    assert.equal(encode(example, { a: 150, b: 'testing', c: { a: 150 } }).toString('hex'), bytesOf);
    assert.deepEqual(decode(example, Buffer.from(bytesOf, 'hex')), { a: 150, b: 'testing', c: { a: 150 } });
  });

  it('come back as they went', () => {
    const value = fc.record(
      {
        text: fc.string(),
        flag: fc.boolean(),
        small: fc.integer(),
        large: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        raw: fc.uint8Array().map(array => Buffer.from(array)),
        inner: fc.record(
          { name: fc.string(), number: fc.bigInt({ min: 0n, max: 2n ** 62n }) },
          { noNullPrototype: true },
        ),
        texts: fc.array(fc.string()),
        inners: fc.array(
          fc.record({ name: fc.string(), number: fc.constant(7n) }, { noNullPrototype: true }),
        ),
        labels: fc.dictionary(fc.string(), fc.string()).map(labels => new Map(Object.entries(labels))),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(value, given => {
        const { raw, ...rest } = decode(outer, encode(outer, given))!;
        assert.deepEqual({ ...rest, raw: Buffer.from(raw) }, given);
      }),
    );
  });

  it('have defaults for fields that are absent, and keep what defaults a reader must not change', () => {
    const first = decode(outer, Buffer.alloc(0))!;
    assert.deepEqual(
      [
        first.text,
        first.flag,
        first.small,
        first.large,
        first.inner.name,
        first.texts.length,
        first.labels.size,
      ],
      ['', false, 0, 0n, '', 0, 0],
    );
    decode(outer, encode(outer, { texts: ['a'], labels: new Map([['k', 'v']]), inner: { name: 'x' } }));
    assert.deepEqual(decode(outer, Buffer.alloc(0)), first);
  });

  it('may have fields of other numbers and kinds, which are passed over', () => {
    const newer = message({ text: [1, text], more: [99, list(inner)], kind: [3, text], big: [100, int64] });
    const content = encode(newer, { text: 'a', more: [{ name: 'b' }], kind: 'not a number', big: 5n });
    const fixed = Buffer.from([0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x5d, 1, 2, 3, 4]); // field 11: 64 and 32 bits
    const value = decode(outer, Buffer.concat([content, fixed]))!;
    assert.equal(value.text, 'a');
    assert.equal(value.small, 0);
  });

  it('are null when they are cut or no messages at all, and never throw', () => {
    const whole = encode(outer, { text: 'hello', inner: { name: 'x' }, labels: new Map([['a', 'b']]) });
    assert.equal(decode(outer, whole.subarray(0, whole.length - 1)), null);
    assert.equal(decode(outer, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), null);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), noise => void decode(outer, Buffer.from(noise))),
    );
  });

  it('cannot hold more entries than memory is meant for', () => {
    const empty = Buffer.alloc(2 * 1024 * 1024, Buffer.from([0x42, 0])); // field 8: a million empty messages
    assert.equal(decode(outer, empty), null);
  });
});
