import assert from 'node:assert/strict';
import fc from 'fast-check';
import { startsWithAny } from '../../../daemon/filter/operators/prefixes.js';

const naively = (prefixes: readonly string[], value: string): boolean =>
  prefixes.some(prefix => value.startsWith(prefix));

const byte = fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code));
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('/', 'a', 'b', 'e'), maxLength: 8 }),
  fc.string({ unit: byte, maxLength: 4 }),
  fc.string({ unit: fc.constantFrom('/', '\u0100', '\u{1f600}'), maxLength: 3 }),
);

describe('prefixes, many at once', () => {
  it('say the same as one after the other', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), text, (prefixes, value) => {
        assert.equal(startsWithAny(prefixes)(value), naively(prefixes, value));
      }),
      { seed: 17, numRuns: 3000 },
    );
  });

  it('of which one begins with another are both found', () => {
    for (const prefixes of [
      ['/etc', '/etc/ssh'],
      ['/etc/ssh', '/etc'],
    ]) {
      const test = startsWithAny(prefixes);
      assert.equal(test('/etc/passwd'), true);
      assert.equal(test('/et'), false);
      assert.equal(test('/etc'), true);
    }
    assert.equal(startsWithAny(['/etc/ssh/'])('/etc/ssh'), false);
  });

  it('that use every byte are told apart', () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
    const test = startsWithAny(all.map(char => `x${char}`).slice(0, 255));
    assert.equal(test('x\u00fe'), true);
    assert.equal(test('x\u00ff'), false);
  });

  it('that are thousands say the same, too', () => {
    const prefixes = Array.from({ length: 5000 }, (_, i) => `/srv/data/${String(i * 7)}/`);
    const test = startsWithAny(prefixes);
    assert.equal(test('/srv/data/34993/x'), true);
    assert.equal(test('/srv/data/34994/x'), false);
    assert.equal(test('/srv/data/'), false);
  });
});
