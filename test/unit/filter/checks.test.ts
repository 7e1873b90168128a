import assert from 'node:assert/strict';
import type { FieldValue } from '../../../daemon/fields/field.js';
import { compileText, fakeContext, fakeEvent, type FakeField } from './fake.js';

const FIELDS: Readonly<Record<string, FakeField>> = {
  's.s': { type: 'CHARBUF' },
  's.t': { type: 'CHARBUF' },
  's.p': { type: 'FSPATH' },
  'b.b': { type: 'BYTEBUF' },
  'n.u32': { type: 'UINT32' },
  'n.u64': { type: 'UINT64' },
  'n.i64': { type: 'INT64' },
  'n.port': { type: 'PORT' },
  'n.d': { type: 'DOUBLE' },
  't.f': { type: 'BOOL' },
  'i.a': { type: 'IPADDR' },
  'i.n': { type: 'IPNET' },
  'l.s': { type: 'CHARBUF', list: true },
  'c.s': { type: 'CHARBUF', candidates: true, flags: ['no_rhs', 'no_transformer'] },
  'evt.type': { type: 'CHARBUF' },
};
const context = fakeContext(FIELDS);

function matches(condition: string, values: Readonly<Record<string, FieldValue>>): boolean {
  const compiled = compileText(condition, context);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.filter.matches(fakeEvent(307, values));
}

function message(condition: string): string {
  const compiled = compileText(condition, context);
  assert.ok(!compiled.ok, `${condition} compiles`);
  return compiled.message;
}

/** Condition, the value of its field, whether it holds. */
const HOLDS: readonly (readonly [string, FieldValue, boolean])[] = [
  ['s.s = a', null, false],
  ['s.s != a', null, false],
  ['not s.s = a', null, true],
  ['s.s exists', '', true],
  ['s.s exists', null, false],
  ['s.s in (a, b)', 'b', true],
  ['s.s intersects (a, b)', 'b', true],
  ['s.s in ()', 'b', false],
  ['s.s < 2', '10', true],
  ['s.s icontains ABC', 'xxabcxx', true],
  ['s.s startswith /etc', '/etcd', true],
  ['s.s pmatch (/etc)', '/etcd', false],
  ['s.s pmatch (/etc)', '/etc', true],
  ['s.s pmatch (/etc/)', '/etc//passwd', true],
  ['s.s pmatch (/var/*/x, /etc)', '/var/lib/x/y', true],
  ['s.s pmatch (/var/*/x)', '/var/lib/y/x', false],
  ['s.s pmatch (/)', '/etc', true],
  ['s.s pmatch (/etc)', 'etc/passwd', false],
  ['s.s glob "/etc/*"', '/etc/a/b', true],
  ['s.s iglob "*.SO"', 'lib.so', true],
  ['s.s regex "[a-z]+"', 'abc1', false],
  ['s.s regex "é."', 'Ã©x', true],
  ['s.s = anyof (a, b)', 'b', true],
  ['s.s startswith anyof (/etc/, /var/log, /u)', '/usr', true],
  ['s.s startswith anyof (/etc/, /var/log)', '/var/lib', false],
  ["s.s startswith anyof ('')", '', true],
  ['s.s startswith anyof ()', 'a', false],
  ['c.s = anyof (x, a)', ['b', 'a'], true],
  ['c.s != anyof (x, a)', ['b', 'a'], true],
  ['c.s != allof (x, a)', ['b', 'a'], false],
  ['s.s contains allof (a, b)', 'xaxb', true],
  ['s.s contains allof (a, b)', 'xa', false],
  ['s.s contains oneof (a, b)', 'xa', true],
  ['s.s contains oneof (a, b)', 'xab', false],
  ['s.s != allof (a, b)', 'c', true],
  ['s.s = anyof ()', 'a', false],
  ['s.s = allof ()', 'a', false],
  ['b.b bcontains 0a0B', 'x\x0a\x0by', true],
  ['b.b bstartswith ff', '\xff', true],
  ['n.u32 = -1', 4294967295, true],
  ['n.u64 = -1', 18446744073709551615n, true],
  ['n.u64 > 9007199254740992', 9007199254740993n, true],
  ['n.i64 = -1', -1, true],
  ['n.i64 = 0x10', 16, true],
  ['n.port = https', 443, true],
  ['n.port in (http, 8080)', 80, true],
  ['n.d > 1', 1.5, true],
  ['t.f = true', true, true],
  ['t.f != true', false, true],
  ['i.a = 10.0.0.1', '\x0a\0\0\x01', true],
  ['i.a = ::1', '\0'.repeat(15) + '\x01', true],
  ['i.n = 10.0.0.0/9', '\x0a\x7f\0\x01', true],
  ['i.n = 10.0.0.0/9', '\x0a\x80\0\x01', false],
  ['i.n in (192.168.0.0/16, fe80::/10)', '\xfe\xbf' + '\0'.repeat(14), true],
  ['l.s in (a, b)', ['a', 'b'], true],
  ['l.s in (a, b)', ['a', 'c'], false],
  ['l.s in (a, b)', [], false],
  ['l.s intersects (a, b)', ['c', 'b'], true],
  ['c.s = a', ['b', 'a'], true],
  ['c.s != a', ['b', 'a'], false],
  ['c.s != a', ['b', 'c'], true],
  ['c.s != a', null, false],
  ['c.s startswith b', ['a', 'bc'], true],
  ['tolower(s.s) = abc', 'ABC', true],
  ['basename(s.s) = c', '/a/b/c', true],
  ['len(s.s) = 3', 'abc', true],
  ['len(s.s) = 0', null, true],
  ['len(l.s) = 2', ['a', 'b'], true],
  ['b64(s.s) = hello', 'aGVsbG8', true],
  ['b64(s.s) exists', '***', false],
  ['join(",", l.s) = "a,b"', ['a', 'b'], true],
  ['join("-", (s.s, "x")) = a-x', 'a', true],
  ['concat(s.s, "x") = ax', 'a', true],
  ['getopt(l.s, "ab:") intersects (b)', ['-b', 'value'], true],
  ['getopt(l.s, "ab:")[b] = value', ['-a', '-bvalue'], true],
  ['getopt(l.s, "ab:")[b] = ""', ['-b'], true],
  ['getopt(l.s, "ab:")[a] = a', ['-ab', 'x'], true],
  ['getopt(l.s, "ab:")[b] exists', ['-a', '--', '-b', 'x'], false],
];

const REFUSED: readonly (readonly [string, string])[] = [
  ['x.x = a', 'filter_check called with nonexistent field x.x'],
  ['n.u32 contains 1', "filter error: 'contains' operator not supported for numeric filters"],
  ['s.s bcontains 00', "filter error: 'bcontains' operator not supported for string filters"],
  ['b.b glob a', "filter error: 'glob' operator not supported for buffer filters"],
  ['i.a < 1', "filter error: '<' operator not supported for ip address and network filters"],
  ['l.s = a', "filter error: '=' operator not supported for list filters"],
  ['l.s = anyof (a)', "filter error: '=' operator not supported for list filters"],
  ['t.f < 1', "filter error: '<' operator not supported for type 'BOOL'"],
  ['t.f = maybe', 'filter error: unrecognized boolean value maybe'],
  ['b.b bcontains xyz', 'filter error: bcontains and bstartswith operator support hex strings only'],
  ['s.s = "a\\x00"', 'filter error: filter value cannot contain a NUL byte (\\x00)'],
  ['i.a = ::ffff:10.0.0.1', 'filter error: unrecognized IPv4 address ::ffff:10.0.0.1'],
  ['i.n = ::ffff:10.0.0.0/104', 'filter error: malformed IP network address ::ffff:10.0.0.0/104'],
  ['evt.type = foo', 'unknown event type foo'],
  [
    'n.u32 = val(s.s)',
    "field 'n.u32' has type 'UINT32' while the right-hand side field 's.s' has incompatible type 'CHARBUF'",
  ],
  ['toupper(c.s) = a', "field 'c.s' does not support transformers"],
  ['tolower(s.s)[x] = a', "filter error: transformer 'tolower' does not support field arguments"],
  ['join("a") = a', 'join() requires exactly 2 arguments: separator and list'],
  [
    'toupper(n.u32) = a',
    "can't add field transformer: type 'UINT32' is not supported by 'toupper' transformer applied on 'n.u32'",
  ],
  [
    'evt.type = val(s.s)',
    'right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search',
  ],
];

describe('a check', () => {
  for (const [condition, value, holds] of HOLDS) {
    it(`${holds ? 'holds' : 'does not hold'}: ${condition} on ${String(value)}`, () => {
      const field = /[a-z]+\.[a-z0-9]+/.exec(condition)![0];
      assert.equal(matches(condition, { [field]: value }), holds);
    });
  }

  for (const [condition, text] of REFUSED) {
    it(`is refused: ${condition}`, () => {
      assert.equal(message(condition), text);
    });
  }

  it('compares two fields', () => {
    assert.ok(matches('s.s = val(s.t)', { 's.s': 'a', 's.t': 'a' }));
    assert.ok(matches('s.s startswith tolower(s.t)', { 's.s': 'abc', 's.t': 'AB' }));
    assert.ok(!matches('s.s != val(s.t)', { 's.s': 'a', 's.t': null }));
  });

  it('says in which macro it is wrong', () => {
    const compiled = compileText('a and s.s exists', context, { a: 's.s exists and b', b: 'n.u32 = x' });
    assert.ok(!compiled.ok);
    assert.deepEqual(compiled.macros, ['a', 'b']);
    assert.equal(compiled.span.start.offset, 8);
  });
});
