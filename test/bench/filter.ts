/**
 * Conditions of the upstream rules files: `node dist/test/bench/filter.js`. How long they take to parse and to compile,
 * and what judging an event costs: generated functions against the reference evaluator, in one run.
 */
import { readFileSync } from 'node:fs';
import { contextOf, writeRecord } from '../../daemon/events/record-writer.js';
import { buildRuleset, type Ruleset } from '../../daemon/filter/compile/ruleset.js';
import { parseCondition } from '../../daemon/filter/parse.js';
import { loadRules, type CompiledRule } from '../../daemon/rules/load.js';
import { Inspector } from '../../daemon/state/inspector.js';
import type { EventView } from '../../daemon/state/event.js';
import { sharedPath } from '../support/shared.js';

const FILES = ['falco_rules-0.29.1.yaml', 'falco_rules-5.1.0.yaml'];
const ROUNDS = 200_000;
const time = 1_700_000_000_000_000_000n;
const context = contextOf({
  pid: 4242,
  ppid: 1,
  uid: 1000,
  gid: 1000,
  loginuid: 1000,
  start: 1_000_000_000n,
  comm: 'worker',
});

// prettier-ignore
const EVENTS: Readonly<Record<string, Buffer>> = {
  'openat to read': writeRecord({ type: 307, time, tid: 4242, params: [5, -100, '/usr/lib/libc.so', 1, 0, 5, 77], context }),
  'openat to write': writeRecord({ type: 307, time, tid: 4242, params: [5, -100, '/var/lib/data/file', 2, 0o644, 5, 77], context }),
  'openat failed': writeRecord({ type: 307, time, tid: 4242, params: [-2, -100, '/usr/missing', 1, 0, 0, 0], context }),
  connect: writeRecord({ type: 23, time, tid: 4242, params: [0, Buffer.from('020a00000131d40a0000025000', 'hex'), 5, Buffer.from('020a0000025000', 'hex')], context }),
  close: writeRecord({ type: 5, time, tid: 4242, params: [0, 5], context }),
};

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** Nanoseconds for one call. */
function each(work: () => void): number {
  for (let i = 0; i < ROUNDS / 10; i++) work();
  return (timed(() => { for (let i = 0; i < ROUNDS; i++) work(); }) / ROUNDS) * 1e6; // prettier-ignore
}

function judge(name: string, evt: EventView, rules: readonly CompiledRule[], ruleset: Ruleset): void {
  const out = new Int32Array(rules.length);
  const mine = rules.filter(rule => rule.eventTypes.has(evt.record.type));
  const generated = each(() => ruleset.evaluate(evt, out));
  const reference = each(() => {
    for (const rule of mine) if (rule.filter.matches(evt)) return;
  });
  const ratio = (reference / generated).toFixed(1);
  console.log(
    `  ${name}: ${String(mine.length)} rules, generated ${generated.toFixed(0)} ns, reference ${reference.toFixed(0)} ns, ratio ${ratio}`,
  );
}

for (const name of FILES) {
  const content = readFileSync(sharedPath(`rules/${name}`));
  const { rules } = loadRules([{ name, content }]);
  const texts = rules.map(rule => rule.compiledCondition);
  const input = rules.map(rule => ({
    index: rule.index,
    filter: rule.filter.tree,
    eventTypes: rule.eventTypes,
  }));
  const parsing = timed(() => texts.forEach(text => parseCondition(text)));
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  let ruleset = buildRuleset(input, 'first');
  const building = timed(() => { ruleset = buildRuleset(input, 'first'); }); // prettier-ignore
  console.log(
    `${name}: ${String(rules.length)} rules, ${String(size)} characters: parse ${parsing.toFixed(0)} ms, build ${building.toFixed(0)} ms, ${String(ruleset.functions)} functions`,
  );
  const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
  for (const [kind, record] of Object.entries(EVENTS)) {
    inspector.process(record, 0, 0);
    judge(kind, inspector.view, rules, ruleset);
  }
}
