import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { alertLine } from '../../../daemon/alerts/line.js';
import { Throttle } from '../../../daemon/alerts/throttle.js';
import { throttleRules, type ThrottlePolicies } from '../../../daemon/alerts/throttle-policy.js';
import { loadConfigText } from '../../../daemon/config/load.js';
import { Detector } from '../../../daemon/engine/detector.js';
import { buildRuleset } from '../../../daemon/filter/compile/ruleset.js';
import { ruleSources } from '../../../daemon/rules/load.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { openat } from '../../support/events.js';
import { collectGarbage } from '../../support/garbage.js';
import { loadTexts } from '../../support/load-rules.js';

const MS = 1_000_000n;
const START = 1_700_000_000_000;

const alert = (message: string, second: number, rule = 'R'): Alert => ({
  rule,
  priority: 4,
  source: 'syscall',
  tags: [],
  time: BigInt(Math.round(START + second * 1000)) * MS,
  message,
  fields: {},
});

/** All rules alike, told apart by the whole text. */
const alike = (rate: number, burst: number, ...rules: string[]): ThrottlePolicies =>
  new Map((rules.length > 0 ? rules : ['R']).map(rule => [rule, { rate, burst, key: 'text' }]));

interface Made {
  readonly throttle: Throttle;
  readonly summaries: Alert[];
  /** Whether there is room for summaries. */
  room: boolean;
}

function make(policies: ThrottlePolicies, summaryMs = 60_000, maxKeys = 100): Made {
  const summaries: Alert[] = [];
  const made: Made = {
    room: true,
    summaries,
    throttle: new Throttle(policies, { summaryMs, maxKeys }, summary => {
      if (made.room) summaries.push(summary);
      return made.room;
    }),
  };
  return made;
}

const passes = (throttle: Throttle, one: Alert): boolean => throttle.admit(one) !== null;

const held = (summaries: readonly Alert[]): number =>
  summaries.reduce((sum, { fields }) => sum + Number(fields['n_held']), 0);

describe('alerts.throttle', () => {
  it('lets a burst out, and after it as many as the rate allows', () => {
    const { throttle } = make(alike(0.5, 3));
    const passed = Array.from({ length: 100 }, (_, i) => i / 10).filter(second =>
      passes(throttle, alert('same', second)),
    );
    assert.deepEqual(passed, [0, 0.1, 0.2, 2, 4, 6, 8]);
    assert.equal(throttle.held, 93);
  });

  it('is not silenced by one alert of the future, nor by a clock that was set back', () => {
    const { throttle } = make(alike(1, 2));
    const at = (second: number) => passes(throttle, alert('x', second));
    assert.deepEqual([0, 1, 1e9, 2, 3, 4, 5].map(at), [true, true, true, true, true, true, true]);
  });

  it('counts by another clock where it is given one', () => {
    const { throttle } = make(alike(1, 1));
    const at = (second: number, now: number) =>
      throttle.admit(alert('x', second), START + now * 1000) !== null;
    assert.deepEqual([at(0, 0), at(1e6, 0.1), at(1, 0.5), at(2, 1)], [true, false, false, true]);
  });

  it('saves up no more than a burst while it is quiet', () => {
    const { throttle } = make(alike(1, 2));
    const at = (second: number) => passes(throttle, alert('x', second));
    assert.deepEqual([0, 0, 0, 1000, 1000, 1000].map(at), [true, true, false, true, true, false]);
  });

  it('tells rules and keys apart, and leaves alone a rule that has no policy', () => {
    const { throttle } = make(alike(0, 1, 'R', 'S'));
    const seen = [alert('a', 0), alert('a', 1), alert('b', 2), alert('a', 3, 'S'), alert('a', 4, 'S')];
    assert.deepEqual(
      seen.map(one => passes(throttle, one)),
      [true, false, true, true, false],
    );
    for (let i = 0; i < 5; i++) assert.ok(throttle.admit(alert('a', 9, 'free')));
  });

  it('takes keys for the same only when they are, however long they are', () => {
    const { throttle } = make(alike(0, 1));
    const long = 'x'.repeat(5000);
    assert.deepEqual(
      [`${long}a`, `${long}b`, `${long}a`].map(text => passes(throttle, alert(text, 0))),
      [true, true, false],
    );
  });

  it('says once an interval how many of which rule were held back, and of what', () => {
    const { throttle, summaries } = make(alike(0, 1));
    for (const [i, text] of ['a', 'b', 'a', 'b', 'b', 'c'].entries()) throttle.admit(alert(text, i));
    assert.equal(summaries.length, 0);
    // The first was held back in second 2.
    throttle.tick(START + 61_999);
    assert.equal(summaries.length, 0);
    throttle.tick(START + 62_000);
    throttle.tick(START + 300_000);
    assert.deepEqual(summaries, [
      {
        rule: 'Falco internal: alerts held back',
        priority: 4,
        source: 'internal',
        tags: [],
        time: BigInt(START + 62_000) * MS,
        message: "Falco internal: alerts held back. 3 alerts of rule 'R' did not go out.",
        fields: {
          rule: 'R',
          n_held: 3,
          first_held: '2023-11-14T22:13:22.000000000Z',
          last_held: '2023-11-14T22:13:24.000000000Z',
          n_keys: 2,
          most: ['b: 2', 'a: 1'],
        },
      },
    ]);
  });

  it('writes the summary as the other internal alerts are written', () => {
    const { throttle, summaries } = make(alike(0, 1));
    for (const second of [0, 1]) throttle.admit(alert('a "b"', second));
    throttle.finish();
    const form = {
      iso8601: false,
      output: true,
      message: false,
      outputFields: true,
      tags: true,
      hostname: 'h',
    };
    assert.deepEqual(JSON.parse(alertLine(summaries[0]!, { ...form, json: true }).toString()), {
      hostname: 'h',
      output: "Falco internal: alerts held back. 1 alert of rule 'R' did not go out.",
      output_fields: {
        rule: 'R',
        n_held: 1,
        n_keys: 1,
        most: ['a "b": 1'],
        first_held: '2023-11-14T22:13:21.000000000Z',
        last_held: '2023-11-14T22:13:21.000000000Z',
      },
      priority: 'Warning',
      rule: 'Falco internal: alerts held back',
      source: 'internal',
      time: '2023-11-14T22:13:21.000000000Z',
    });
    assert.match(
      alertLine(summaries[0]!, { ...form, json: false }).toString(),
      /: Warning Falco internal: alerts held back\. 1 alert of rule 'R' did not go out\. \(first_held="2023[^"]*" last_held="[^"]*" most=\["a \\"b\\": 1"\] n_held=1 n_keys=1 rule="R"\)$/,
    );
  });

  it('keeps what a summary says for the next one when there is no room for it', () => {
    const made = make(alike(0, 1));
    for (let i = 0; i < 5; i++) made.throttle.admit(alert('a', i));
    made.room = false;
    made.throttle.tick(START + 100_000);
    made.room = true;
    made.throttle.tick(START + 100_001);
    assert.equal(made.summaries.length, 0);
    made.throttle.tick(START + 160_000);
    assert.deepEqual([made.summaries.length, held(made.summaries)], [1, 4]);
  });

  it('is not put off by a clock that is set back', () => {
    const { throttle, summaries } = make(alike(0, 1));
    for (let i = 0; i < 2; i++) throttle.admit(alert('a', 100_000 + i));
    throttle.tick(START);
    assert.equal(held(summaries), 1);
    assert.equal(throttle.admit(alert('a', 5)), null);
  });

  it('keeps what it counted when settings change, and lets through what is not throttled any more', () => {
    const { throttle, summaries } = make(alike(0, 1));
    for (let i = 0; i < 3; i++) throttle.admit(alert('a', i));
    throttle.configure(new Map(), { summaryMs: 1000, maxKeys: 10 });
    assert.ok(throttle.admit(alert('a', 4)));
    throttle.finish();
    assert.equal(held(summaries), 2);
  });

  it('never remembers more keys than allowed, and loses no count over it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            rule: fc.integer({ max: 3, min: 0 }),
            key: fc.integer({ min: 0, max: 12 }),
            wait: fc.integer({ min: -50, max: 2000 }),
          }),
          { maxLength: 300 },
        ),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 3 }),
        (stream, maxKeys, rate) => {
          const rules = ['0', '1', '2', '3'];
          const made = make(alike(rate, 2, ...rules), 5000, maxKeys);
          let [second, out] = [0, 0];
          for (const [i, { rule, key, wait }] of stream.entries()) {
            second += wait / 1000;
            made.room = i % 7 !== 0;
            if (made.throttle.admit(alert(String(key), second, rules[rule]))) out++;
            assert.ok(made.throttle.keys <= maxKeys);
          }
          made.room = true;
          made.throttle.finish();
          assert.equal(out + held(made.summaries), stream.length);
          assert.equal(made.throttle.held, held(made.summaries));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('holds its memory under a flood of ever new keys', () => {
    const { throttle } = make(alike(0, 1), 60_000, 1000);
    const flood = (count: number): void => {
      for (let i = 0; i < count; i++)
        throttle.admit(alert(`${String(Math.random())}${'x'.repeat(20_000)}`, 0));
    };
    flood(2000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    flood(8000);
    collectGarbage();
    const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    assert.ok(throttle.keys <= 1000);
    assert.ok(grown < 60, `grew by ${grown.toFixed(1)} MB`);
  });
});

describe('alerts.throttle in falco.yaml', () => {
  const RULE = (name: string): string => `
- rule: ${name}
  desc: d
  condition: evt.type = openat and fd.name startswith /etc
  output: o %proc.name
  priority: WARNING
`;
  const [opened, shell] = ['Opened file', 'Shell spawned'].map(name => loadTexts([RULE(name)]).rules[0]!);
  /** As a rule of a source that has none of the fields. */
  const pod = { ...opened!, name: 'Pod created', source: 'k8s_audit' };
  const rules = [opened!, shell!, pod];

  const throttled = (yaml: string) => {
    const loaded = loadConfigText(yaml, []);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.message);
    assert.deepEqual(loaded.warnings, []);
    return throttleRules(loaded.config.alerts.throttle, rules, ruleSources({}));
  };
  const made = (yaml: string) => {
    const result = throttled(yaml);
    assert.ok(result.ok, result.ok ? '' : result.message);
    return result;
  };
  const summary = (yaml: string) =>
    Object.fromEntries([...made(yaml).policies].map(([rule, { rate, burst }]) => [rule, [rate, burst]]));

  it('is off unless it is switched on, for all or for a rule', () => {
    assert.deepEqual(summary(''), {});
    assert.deepEqual(summary('alerts: {throttle: {rate: 5}}'), {});
    assert.deepEqual(made('').rules, rules);
    assert.deepEqual(
      summary('alerts: {throttle: {overrides: [{rule: "Shell*", enabled: true, burst: 2}]}}'),
      {
        'Shell spawned': [0.1, 2],
      },
    );
  });

  it('has for each rule the first override that fits it, over what holds for all', () => {
    const yaml = `
alerts:
  throttle:
    enabled: true
    burst: 7
    overrides:
      - {rule: Shell*, rate: 3}
      - {rule: "*", burst: 1}
      - {rule: Pod created, enabled: false}`;
    assert.deepEqual(summary(yaml), {
      'Opened file': [0.1, 1],
      'Shell spawned': [3, 7],
      'Pod created': [0.1, 1],
    });
    assert.deepEqual(
      summary('alerts: {throttle: {enabled: true, overrides: [{rule: Pod*, enabled: false}]}}'),
      {
        'Opened file': [0.1, 10],
        'Shell spawned': [0.1, 10],
      },
    );
  });

  it('tells alerts apart by fields, also by such that the output does not have, and alerts do not show them', () => {
    const result = made(
      'alerts: {throttle: {enabled: true, rate: 0, burst: 1, key_fields: [proc.name, fd.name]}}',
    );
    assert.deepEqual(
      [...result.policies.values()].map(({ key }) => key),
      ['fields', 'fields', 'none'],
    );
    const throttle = new Throttle(result.policies, { summaryMs: 1000, maxKeys: 10 }, () => true);
    const out: Alert[] = [];
    const book = {
      rules: result.rules,
      ruleset: buildRuleset(
        [{ index: 0, filter: result.rules[0]!.filter.tree, eventTypes: result.rules[0]!.eventTypes }],
        'first',
      ),
    };
    const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
    const detector = new Detector(inspector, book, raised => {
      const admitted = throttle.admit(raised);
      if (admitted !== null) out.push(admitted);
    });
    for (const path of ['/etc/shadow', '/etc/group', '/etc/shadow'])
      detector.onRecord(openat({ path }), 0, 0);
    assert.equal(throttle.held, 1);
    assert.deepEqual(
      out.map(({ fields }) => ({ ...fields })),
      [{ 'proc.name': 'cat' }, { 'proc.name': 'cat' }],
    );
  });

  it('takes "*" for the whole text', () => {
    const { policies } = made('alerts: {throttle: {enabled: true, key_fields: [proc.name, "*"]}}');
    assert.deepEqual(
      [...policies.values()].map(({ key }) => key),
      ['text', 'text', 'text'],
    );
  });

  it('refuses a field that no event source has, and names one that looks like it', () => {
    assert.deepEqual(throttled('alerts: {throttle: {enabled: true, key_fields: [proc.nam]}}'), {
      ok: false,
      message: "alerts.throttle: key_fields has 'proc.nam', which is no field; did you mean 'proc.name'?",
    });
    for (const field of ['', 'proc.name fd.name', '%proc.name', 'nonsense', 'proc.aname[x'])
      assert.equal(
        throttled(`alerts: {throttle: {overrides: [{rule: a, key_fields: ['${field}']}]}}`).ok,
        false,
        field,
      );
  });
});
