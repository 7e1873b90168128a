import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCondition } from '../../../daemon/filter/parse.js';
import { print } from '../../../daemon/filter/print.js';
import { compileText, fakeContext, fakeEvent } from './fake.js';

const TRANSFORMERS = "'val', 'tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'";
const OPERATORS =
  "'exists', '<=', '<', '>=', '>', '==', '=', '!=', 'glob', 'iglob', 'contains', 'icontains', 'bcontains', " +
  "'startswith', 'bstartswith', 'endswith', 'regex', 'intersects', 'in', 'pmatch'";

/** Condition, message, offset of the caret. */
const ERRORS: readonly (readonly [string, string, number])[] = [
  ['', 'filter input string is empty', 0],
  ['  ', "expected a '(' token, a field check, or an identifier", 2],
  ['a b', "unexpected token after 'a', expecting 'or', 'and'", 2],
  ['proc.name = a)', "unexpected token after 'a', expecting 'or', 'and'", 13],
  ['a andb', "expected blank or '(' after 'and'", 5],
  ['a or', "expected blank or '(' after 'or'", 4],
  ['a or(b) and c', "unexpected token after ')', expecting 'or', 'and'", 8],
  ['a or(b) or(c)and d', "unexpected token after ')', expecting 'or', 'and'", 13],
  ['(a or(b) and c)', "expected a ')' token", 9],
  ['a or(b) orc', "expected blank or '(' after 'or'", 10],
  ['(a', "expected a ')' token", 2],
  ['(a b)', "expected a ')' token", 3],
  ['a and =', "expected a '(' token, a field check, or an identifier", 6],
  ['x.y[] = a', 'expected a valid field argument: a quoted string or a bare string', 4],
  ['x.y[1 = a', "expected a ']' token", 5],
  ['tolower(x.y = a', "expected a ')' token closing the transformer", 12],
  ['x.y ~ a', `expected a valid check operator: one of ${OPERATORS}`, 4],
  ['x.y', `expected a valid check operator: one of ${OPERATORS}`, 3],
  ['x.y > a', `expected a number value or a field with a valid transformer: ${TRANSFORMERS}`, 6],
  ['x.y = ', `expected a string value or a field with a valid transformer: ${TRANSFORMERS}`, 6],
  ['x.y in 1', `expected a list, an identifier, or a field with a valid transformer: ${TRANSFORMERS}`, 7],
  ['x.y in (a,)', 'expected a string value', 10],
  ['x.y in (a b)', "expected a ')' token", 10],
  ['x.y = val(z)', "expected a field within 'val' transformer", 10],
  ['x.y = "a\\q"', 'unsupported string escape sequence: \\q', 8],
];

describe('a condition that is wrong', () => {
  for (const [text, message, offset] of ERRORS) {
    it(`says so with a caret: ${text === '' ? 'nothing' : text}`, () => {
      const parsed = parseCondition(text);
      assert.ok(!parsed.ok);
      assert.deepEqual([parsed.message, parsed.position.offset], [message, offset]);
    });
  }

  it('has the line and column of what is wrong', () => {
    const parsed = parseCondition('a and\n  b or\n c.d = ,');
    assert.ok(!parsed.ok);
    assert.deepEqual(parsed.position, { line: 2, column: 7, offset: 20 });
  });

  it('may nest as deep as the limit and no deeper', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    assert.ok(parseCondition(nested(1000)).ok);
    const parsed = parseCondition(nested(1001));
    assert.ok(!parsed.ok);
    assert.equal(parsed.message, 'exceeded max depth limit of 1000');
    assert.ok(!parseCondition(nested(101), { maxDepth: 100 }).ok);
  });
});

describe('a condition', () => {
  const printed = (text: string): string => {
    const parsed = parseCondition(text);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
    return print(parsed.tree);
  };

  it('binds not closer than and, and closer than or', () => {
    assert.equal(printed('a or not b and c'), '(a or (not b and c))');
    assert.equal(printed('a and b or c and d or e'), '((a and b) or (c and d) or e)');
    assert.equal(
      printed('a or b and c and d or not(e or f and g)'),
      '(a or (b and c and d) or not (e or (f and g)))',
    );
  });

  it('tells operators from values by place', () => {
    assert.equal(printed('x.y = in or x.z in(a)'), '(x.y = in or x.z in (a))');
  });

  it('means what its chains say, taken apart by hand', () => {
    const context = fakeContext({ 'b.t': { type: 'BOOL' }, 'b.f': { type: 'BOOL' } });
    const evt = fakeEvent(307, { 'b.t': true, 'b.f': false });
    const operand = fc.constantFrom('b.t = true', 'b.f = true', 'not b.t = true', 'not not b.f = true');
    const links = fc.array(fc.tuple(fc.constantFrom(' and ', ' or '), operand), { maxLength: 8 });
    const truth = (text: string): boolean => (text.split('not ').length % 2 === 1) === text.includes('b.t');
    fc.assert(
      fc.property(operand, links, (first, more) => {
        const text = first + more.map(([word, next]) => word + next).join('');
        const expected = text.split(' or ').some(part => part.split(' and ').every(truth));
        const compiled = compileText(text, context);
        assert.ok(compiled.ok);
        assert.equal(compiled.filter.matches(evt), expected, text);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });

  it('takes every argument of a transformer once', () => {
    assert.equal(printed('concat(a.b[1], c.d[x], "e") = f'), 'concat(a.b[1],c.d[x],e) = f');
    assert.equal(
      printed('join("-", (a.b[1], tolower(c.d[2]), e.f)) = g'),
      'join(-,(a.b[1],tolower(c.d[2]),e.f)) = g',
    );
  });

  it('keeps the bytes of escapes and of text apart', () => {
    assert.equal(printed('x.y = "\\xe9"'), 'x.y = "\\xe9"');
    assert.equal(printed('x.y = é'), 'x.y = é');
    assert.equal(printed('x.y = "\\xc3\\xa9"'), 'x.y = é');
  });

  it('reads a backslash at the end of a string back as it was', () => {
    assert.equal(printed('x.y = "a b\\\\"'), 'x.y = "a b\\x5c"');
    assert.equal(printed(printed('x.y = "a b\\\\"')), 'x.y = "a b\\x5c"');
  });

  const HOSTILE: Readonly<Record<string, string>> = {
    'a list of 100,000 values': `x.y in (${Array<string>(100_000).fill('/etc/a').join(', ')})`,
    '50,000 alternatives': Array<string>(50_000).fill('x.y = aaaaa').join(' or '),
    '200,000 negations': 'not '.repeat(200_000) + 'a',
    'a string of megabytes': `x.y = "${'a\\"'.repeat(1_000_000)}"`,
    'a string that does not end': `x.y = "${'a\\"'.repeat(1_000_000)}`,
    'open parentheses': '('.repeat(1_000_000),
    blanks: ' '.repeat(1_000_000) + 'a',
  };
  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`is parsed in time, whatever it holds: ${name}`, () => {
      const start = performance.now();
      parseCondition(text);
      assert.ok(performance.now() - start < 8000);
    }).timeout(20_000);
  }
});
