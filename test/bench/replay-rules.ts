/**
 * What judging the events of captures costs: generated functions against the reference evaluator, with our own rules
 * and others: `node dist/test/bench/replay-rules.js CAPTURE… -- RULES…`. Each round replays every capture three times
 * through the state engine: without rules, with the functions, with the evaluator. What the first takes is subtracted
 * from the others; medians of CPU time.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { loadRules } from '../../daemon/rules/load.js';
import { Inspector } from '../../daemon/state/inspector.js';
import type { EventView } from '../../daemon/state/event.js';
import { readCaptureFile } from '../support/capture-file.js';
import { projectRoot } from '../support/project.js';

const ROUNDS = 15;
const split = process.argv.indexOf('--');
const captures = process.argv.slice(2, split < 0 ? undefined : split);
const others = split < 0 ? [] : process.argv.slice(split + 1);
const records: Buffer[] = [];
for (const path of captures) for (const record of (await readCaptureFile(path)).records) records.push(record);
if (records.length === 0) throw new Error('which captures?');
const batch = Buffer.concat(records);

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of one replay. */
function replay(judge: (evt: EventView) => void): number {
  const inspector = new Inspector({ live: false });
  const start = cpuMs();
  let offset = 0;
  for (const { length } of records) {
    if (inspector.process(batch, offset, 0)) judge(inspector.view);
    offset += length;
  }
  return cpuMs() - start;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

for (const path of [join(projectRoot, 'etc/falco_rules.yaml'), ...others]) {
  const { rules } = loadRules([{ name: path, content: readFileSync(path) }]);
  const input = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
  const ruleset = buildRuleset(input, 'first');
  const byType = Array.from({ length: 512 }, (_, code) => rules.filter(rule => rule.eventTypes.has(code)));
  const out = new Int32Array(rules.length);
  let matches = 0;
  let expected = 0;
  const times = { nothing: [] as number[], generated: [] as number[], reference: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.nothing.push(replay(() => undefined));
    times.generated.push(replay(evt => void (matches += ruleset.evaluate(evt, out))));
    times.reference.push(
      replay(evt => {
        if (byType[evt.record.type]!.some(rule => rule.filter.matches(evt))) expected++;
      }),
    );
  }
  if (matches !== expected) throw new Error(`${String(matches)} matches, ${String(expected)} expected`);
  const nothing = median(times.nothing);
  const each = (total: number[]): number => ((median(total) - nothing) / records.length) * 1e6;
  const generated = each(times.generated);
  const reference = each(times.reference);
  console.log(
    `${basename(path)}: ${String(rules.length)} rules, ${String(records.length)} events, ${String(matches / ROUNDS)} matches: ` +
      `generated ${generated.toFixed(0)} ns, reference ${reference.toFixed(0)} ns for an event, ratio ${(reference / generated).toFixed(1)}`,
  );
}
