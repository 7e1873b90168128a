import assert from 'node:assert/strict';
import { Detector } from '../../../daemon/engine/detector.js';
import { RuleTimes } from '../../../daemon/engine/rule-times.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { rulebook } from '../../support/book.js';
import { openat } from '../../support/events.js';

const rule = (name: string, condition: string): string =>
  `- rule: ${name}\n  desc: test\n  condition: ${condition}\n  output: x\n  priority: WARNING\n`;

const names = Array.from({ length: 400 }, (_, n) => `"*a${n}*b*"`).join(', ');
const RULES =
  rule('Cheap', 'evt.type = openat and fd.num = 99') +
  rule(
    'Dear',
    `evt.type = openat and fd.name glob "*x*y*z*" or (evt.type = openat and fd.name pmatch (/q) or fd.name in (${names})) and fd.name regex ".*(a|b)+c{1,9}d.*"`,
  ) +
  rule('Other', 'evt.type = execve and proc.name = x');

describe('The time of rules', () => {
  function inspected(): Inspector {
    const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
    assert.ok(inspector.process(openat({ path: `/abc/${'abcabc'.repeat(30)}` }), 0, 0));
    return inspector;
  }

  it('goes to those rules that are about the event, more to the one that costs more', () => {
    const { view } = inspected();
    const times = new RuleTimes(rulebook(RULES, 'all'));
    for (let i = 0; i < 300; i++) times.measure(view, 1);
    const [cheap, dear, other] = times.nanoseconds as unknown as [number, number, number];
    assert.ok(cheap > 0 && dear > cheap, `${cheap} and ${dear} ns`);
    assert.equal(other, 0);
  });

  it('adds up to the time of all rules together, as often as an event stands for others', () => {
    const { view } = inspected();
    const times = new RuleTimes(rulebook(RULES, 'all'));
    times.measure(view, 1);
    const begun = performance.now();
    for (let i = 0; i < 100; i++) times.measure(view, 1);
    const longest = (performance.now() - begun) * 1e6;
    const sum = times.nanoseconds.reduce((total, one) => total + one, 0);
    assert.ok(sum > 0 && sum < longest * 2, `${sum} of ${longest} ns`);
  });

  it('is part of the counts of the detector when it is wanted, over all books', () => {
    const detector = new Detector(
      new Inspector({ live: true, procRoot: '/nonexistent' }),
      rulebook(RULES, 'all'),
      () => undefined,
    );
    const time = (): number => detector.counts().find(({ name }) => name === 'Cheap')!.nanoseconds;
    const run = (): void => {
      for (let i = 0; i < 10_000; i++) detector.onRecord(openat({ path: '/abc' }), 0, 0);
    };
    run();
    assert.equal(time(), 0);
    detector.measureTimes(true);
    run();
    const first = time();
    assert.ok(first > 0);
    detector.swap(rulebook(RULES, 'all'));
    run();
    assert.ok(time() > first);
    detector.measureTimes(false);
    const last = time();
    run();
    assert.equal(time(), last);
  });
});
