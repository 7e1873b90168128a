/** Regular expressions: what they match, what is said of those that are none, and that they take linear time. */
import assert from 'node:assert/strict';
import { compileRegex, isSimpleRegex } from '../../../daemon/filter/regex.js';

function matches(pattern: string, value: string): boolean {
  const compiled = compileRegex(pattern);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.test(value);
}

describe('a regular expression', () => {
  it('matches the whole value', () => {
    assert.ok(matches('/home/.*/dev', '/home/a/dev'));
    assert.ok(!matches('/home/.*/dev', '/home/a/dev/null'));
    assert.ok(!matches('home', '/home'));
    assert.ok(matches('a|ab', 'ab'));
    assert.ok(matches('', '') && !matches('', 'a'));
  });
  it("has RE2's syntax", () => {
    assert.ok(matches('[[:alpha:]]+[0-9]{2,3}', 'abc123'));
    assert.ok(matches('(?i)ABC\\d', 'abc7'));
    assert.ok(matches('\\Qa.b\\E\\x41', 'a.bA'));
    assert.ok(!matches('a.b', 'a\nb') && matches('(?s)a.b', 'a\nb'));
    assert.ok(matches('\\pL.', '\xc3\xa9\xc3\xa9'), 'characters, not bytes');
  });

  // prettier-ignore
  const refused: readonly (readonly [pattern: string, reason: string, offset: number])[] = [
    ['abc(',      'missing closing ): abc(',                    0],
    ['ab)',       'unexpected ): ab)',                          0],
    ['abc[z-a]',  'invalid character class range: z-a',         4],
    ['x(?=a)',    'invalid or unsupported Perl syntax: (?=',    1],
    ['x(?<!a)',   'invalid named capture: (?<!a)',              1],
    ['(a)\\1',    'invalid escape sequence: \\1',               3],
    ['a{1001}',   'invalid repeat count: {1001}',               1],
    ['a++',       'invalid nested repetition operator: ++',     1],
    ['a\\',       'trailing backslash at end of expression',    0],
    [`${'('.repeat(2000)}a${')'.repeat(2000)}`, 'expression nests too deeply', 0],
  ];
  for (const [pattern, reason, offset] of refused) {
    it(`that is none says where: ${pattern.slice(0, 20)}`, () => {
      const compiled = compileRegex(pattern);
      assert.ok(!compiled.ok);
      assert.equal(compiled.message, `filter error: invalid regular expression '${pattern}': ${reason}`);
      assert.equal(compiled.offset, offset);
    });
  }

  it('takes linear time, however hostile', () => {
    const text = `${'a'.repeat(20_000)}!`;
    const patterns = [
      '(a+)+$', '(a|aa)+b', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*(.*)*(.*)*x', '((a*)*)*b',
      '(a?){50}a{50}', '[a-z]*[a-z]*[a-z]*[a-z]*[0-9]',
    ]; // prettier-ignore
    for (const pattern of patterns) {
      const start = performance.now();
      assert.equal(matches(pattern, text), false);
      const took = performance.now() - start;
      assert.ok(took < 5000, `${pattern} took ${took.toFixed(0)} ms`);
    }
  });

  it('is simple where another operator could say the same', () => {
    for (const pattern of ['abc', '^abc', 'abc.*', '.*abc$', '/etc/passwd'])
      assert.ok(isSimpleRegex(pattern));
    for (const pattern of ['a.c', 'a|b', '[ab]', 'a+', '(a)', 'a\\.b']) assert.ok(!isSimpleRegex(pattern));
  });
});
