/** What is found that can never be true, and that none of it ever is. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { conditionDoubts } from '../../../daemon/filter/never/condition.js';
import { Implication } from '../../../daemon/filter/never/implies.js';
import { eventCatalog, sourceContext } from '../../../daemon/filter/source-context.js';
import type { Filter } from '../../../daemon/filter/typed.js';
import { compileText, fakeContext, fakeEvent } from './fake.js';

const real = sourceContext('syscall');

interface Found {
  /** Text from the caret to the end of the doubt's span, and what is said of it. */
  readonly parts: readonly string[];
  readonly whole: boolean;
}

function find(text: string): Found {
  const compiled = compileText(text, real);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  const { parts, whole } = conditionDoubts(compiled.filter.tree, eventCatalog);
  const shown = [...compiled.doubts, ...parts]
    .filter(({ kind }) => kind !== 'idiom')
    .map(({ span, message }) => `${text.slice(span.start.offset, span.end.offset)}: ${message}`);
  return { parts: shown, whole: whole !== null };
}

// prettier-ignore
const NEVER: readonly (readonly [condition: string, at: string, message: string])[] = [
  ['fd.typechar = xx',                             'fd.typechar = xx',             "'fd.typechar = xx' is never true: fd.typechar has no such value"],
  ['fd.typechar = xx',                             'xx',                           "fd.typechar is never 'xx'"],
  ['fd.l4proto = sctp',                            'sctp',                         "fd.l4proto is never 'sctp': it is one of <NA>, icmp, raw, tcp, udp"],
  ['evt.category startswith net and evt.category = file', 'evt.category = file',   "'evt.category = file' is never true together with 'evt.category startswith net'"],
  ['fd.sport > 65535',                             'fd.sport > 65535',             "'fd.sport > 65535' is never true: the greatest value of a PORT is 65535"],
  ['len(proc.name) < 0',                           'len(proc.name) < 0',           "'len(proc.name) < 0' is never true: the least value of a UINT64 is 0"],
  ['proc.name in ()',                              'proc.name in ()',              "'proc.name in ()' is never true: the list is empty"],
  ['proc.name = allof (a, b)',                     'proc.name = allof (a, b)',     "'proc.name = allof (a, b)' is never true: there is one value only"],
  ['proc.name = a and proc.name = b',              'proc.name = b',                "'proc.name = b' is never true together with 'proc.name = a'"],
  ['proc.name = a and (fd.num = 1 and proc.name != a)', 'proc.name != a',           "'proc.name != a' is never true together with 'proc.name = a'"],
  ['proc.name in (a, b) and not proc.name in (b, a, c)', 'proc.name in (b, a, c)',  "'not proc.name in (b, a, c)' is never true together with 'proc.name in (a, b)'"],
  ['proc.name in (a, b) and proc.name in (b, c) and proc.name in (c, a)', 'proc.name in (c, a)', "'proc.name in (c, a)' is never true together with the other checks of proc.name"],
  ['proc.name = cat and proc.name startswith d',   'proc.name startswith d',       "'proc.name startswith d' is never true together with 'proc.name = cat'"],
  ['not proc.name exists and proc.name glob d*',   'proc.name glob d*',            "'proc.name glob d*' is never true together with 'not proc.name exists'"],
  ['proc.pid > 5 and proc.pid <= 4',               'proc.pid <= 4',                "'proc.pid <= 4' is never true together with 'proc.pid > 5'"],
  ['evt.is_open_read = true and evt.is_open_read = false', 'evt.is_open_read = false', "'evt.is_open_read = false' is never true together with 'evt.is_open_read = true'"],
  ['not (proc.name != a or not proc.name = b)',    'proc.name = b',                "'proc.name = b' is never true together with 'not proc.name != a'"],
  ['evt.type = open and evt.type = close',         'evt.type = close',             "'evt.type = close' is never true together with 'evt.type = open'"],
  ['(evt.type = open or evt.type = openat) and evt.type = close', 'evt.type = close', "'evt.type = close' is never true for the event types that the checks before it leave"],
  ['evt.type = execve and evt.arg.domain = AF_INET', 'evt.arg.domain = AF_INET',   "'evt.arg.domain = AF_INET' is never true for the event types that the checks before it leave"],
  ['fd.sip = 10.0.0.1 and fd.sip = 10.0.0.2',      'fd.sip = 10.0.0.2',            "'fd.sip = 10.0.0.2' is never true together with 'fd.sip = 10.0.0.1'"],
  ['not evt.type exists',                          'evt.type exists',              "'not evt.type exists' is never true: no event is of such a type"],
];

/** Of these the whole condition may hold all the same. */
const PARTS: readonly (readonly [condition: string, at: string, message: string])[] = [
  ['fd.type in (file, fiel)', 'fiel', "fd.type is never 'fiel'"],
  ['fd.sport in (80, 99999)', '99999', 'does not fit fd.sport (PORT, 0 to 65535): it is compared as 34463'],
  [
    'user.uid = 4294967296',
    '4294967296',
    'does not fit user.uid (UINT32, 0 to 4294967295): it is compared as 0',
  ],
  ['not fd.type = fiel', 'fiel', "fd.type is never 'fiel'"],
  [
    'evt.type = read or (proc.name = a and proc.name = b)',
    'proc.name = b',
    "is never true together with 'proc.name = a'",
  ],
];

const FINE: readonly string[] = [
  'evt.num = 1',
  'not evt.num = 0',
  'user.uid = -1 and user.loginuid != -1',
  'not proc.name = a and not proc.name = b and not proc.name exists',
  'proc.name in (a, b) and not proc.name in (a)',
  'proc.name = oneof (ab, b) and proc.name startswith allof (a, ab)',
  'fd.port = 80 and fd.port = 443 and fd.ip = 10.0.0.1 and fd.ip = 10.0.0.2',
  'proc.aname = a and proc.aname = b',
  'fd.snet = 10.0.0.0/8 and fd.snet = 10.1.0.0/16',
  'proc.pid > 5 and proc.pid < 8 and proc.pid >= 6',
  'thread.cpu > 1 and thread.cpu < 1',
  'evt.type in (open, openat) and not evt.type = open and evt.arg.flags contains O_RDONLY',
  'proc.name = val(proc.pname) and proc.name != val(proc.exe)',
  // Asynchronous events have names of their plugins' choosing.
  'evt.type glob nosuch*',
  'evt.type = container and evt.arg.data exists',
  'evt.type startswith open and evt.category in (file, IPC, net)',
  'fd.types intersects (file) and not fd.types intersects (ipv4)',
];

describe('what can never be true', () => {
  for (const [condition, at, message] of NEVER) {
    it(`is found: ${condition} (${at})`, () => {
      const { parts, whole } = find(condition);
      assert.ok(parts.includes(`${at}: ${message}`), parts.join('\n'));
      assert.ok(whole);
    });
  }
  for (const [condition, at, message] of PARTS) {
    it(`is found in what may be true: ${condition}`, () => {
      const [part] = find(condition).parts;
      assert.ok(part?.startsWith(`${at}: `) === true && part.endsWith(message), part);
    });
  }
  it('is the idiom for "never", too, but that is no mistake', () => {
    assert.deepEqual(find('evt.type = open and evt.num = 0'), { parts: [], whole: true });
  });
  for (const condition of FINE) {
    it(`is not seen in: ${condition}`, () => assert.deepEqual(find(condition), { parts: [], whole: false }));
  }
});

const context = fakeContext({
  'evt.type': { type: 'CHARBUF' },
  's.a': { type: 'CHARBUF' },
  'n.i': { type: 'INT64' },
  'n.p': { type: 'PORT' },
  'b.t': { type: 'BOOL' },
  'c.s': { type: 'CHARBUF', candidates: true },
});
const names = ['a', 'b', 'ab'];
const TYPES = [
  [307, 'openat'],
  [5, 'close'],
] as const;
const nothing = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 });
const events = fc.array(
  fc
    .record({
      type: fc.constantFrom(...TYPES),
      's.a': nothing(fc.constantFrom(...names)),
      'n.i': nothing(fc.integer({ min: -1, max: 3 })),
      'n.p': nothing(fc.constantFrom(0, 1, 65535)),
      'b.t': nothing(fc.boolean()),
      'c.s': nothing(fc.subarray(names)),
    })
    .map(({ type: [code, name], ...values }) => fakeEvent(code, { ...values, 'evt.type': name })),
  { minLength: 30, maxLength: 30 },
);
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map(all => all.join(' '));
const one = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const some = fc.subarray(names).map(all => `(${all.join(', ')})`);
const check = fc.oneof(
  join(one('evt.type = openat', 'evt.type != close', 'evt.type in (close, execve)', 'evt.type glob o*')),
  join(one('s.a', 'c.s'), one('=', '!=', 'startswith', 'contains'), one(...names)),
  join(one('s.a', 'c.s'), one('in', '= oneof', '= allof', '!= anyof'), some),
  join(one('n.i'), one('=', '<', '<=', '>', '>='), one('0', '1', '2')),
  join(one('n.p'), one('=', '<', '>', '!='), one('0', '1', '65535')),
  join(one('b.t'), one('=', '!='), one('true', 'false')),
  join(one('s.a', 'n.i', 'b.t', 'c.s'), one('exists')),
);
const { condition } = fc.letrec<{ condition: string }>(tie => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    check,
    tie('condition').map(inner => `not (${inner})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 4 }).map(all => `(${all.join(' and ')})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map(all => `(${all.join(' or ')})`),
  ),
}));

function compile(text: string): Filter {
  const compiled = compileText(text, context);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.filter;
}

describe('what is said to be never true', () => {
  it('is true for no random event', () => {
    let found = 0;
    fc.assert(
      fc.property(condition, events, (text, all) => {
        const filter = compile(text);
        if (conditionDoubts(filter.tree, eventCatalog).whole === null) return;
        found++;
        for (const evt of all) assert.ok(!filter.matches(evt), text);
      }),
      { seed: 31, numRuns: 5000 },
    );
    assert.ok(found > 300, `${String(found)} were found`);
  }).timeout(60_000);

  it('is said of a condition that another implies only where it does', () => {
    let found = 0;
    fc.assert(
      fc.property(condition, condition, events, (premise, conclusion, all) => {
        const [first, second] = [compile(`${premise} and ${conclusion}`), compile(conclusion)];
        const [weak, strong] = [compile(premise), compile(conclusion)];
        assert.ok(new Implication().implies(first.tree, second.tree), `${premise} and ${conclusion}`);
        if (!new Implication().implies(weak.tree, strong.tree)) return;
        found++;
        for (const evt of all)
          assert.ok(!weak.matches(evt) || strong.matches(evt), `${premise} => ${conclusion}`);
      }),
      { seed: 32, numRuns: 5000 },
    );
    assert.ok(found > 150, `${String(found)} were found`);
  }).timeout(60_000);
});
