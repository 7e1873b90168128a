/**
 * Throughput and memory of replay: `node dist/test/bench/replay.js [captures] [millions] [rule sets]`, for example
 * `node dist/test/bench/replay.js a1,a2 5 trivial,stable`. Default: a1, 5 million events, all rule sets. Needs the
 * shared captures and rules beside the project, and room for two files in the folder of temporary files.
 *
 * A capture is made of a shared one by repeating its events, plain and packed. Each measurement is a process of its
 * own that reads it as the engine does. Events per second of CPU time, of all threads of the process, without start
 * and loading of the rules: of the first million, in which the runtime still compiles; of the last; of all. The sets:
 *   state    no rules: block walk, records and state alone
 *   trivial  one rule
 *   stable   the 25 upstream rules of maturity stable
 *   all      the rules of both upstream files that load together, 91
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Detector, type RuleBook } from '../../daemon/engine/detector.js';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { loadRules } from '../../daemon/rules/load.js';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { sharedPath } from '../support/shared.js';

const MILLION = 1_000_000;
const TURN_MS = 20;
/** As large a young generation as the detection worker has. */
const SPACES = ['--max-semi-space-size=3', '--v8-pool-size=1'];
const EVENT_BLOCKS: ReadonlySet<number> = new Set([0x216, 0x217, 0x221, 0x222]);
const TRIVIAL = `
- rule: trivial
  desc: matches nothing
  condition: evt.type = openat and proc.name = nothing-has-this-name
  output: "%evt.num"
  priority: INFO
`;

const SETS: Readonly<Record<string, readonly string[]>> = {
  state: [],
  trivial: [],
  stable: ['falco_rules-5.1.0.yaml'],
  all: ['falco_rules-0.29.1.yaml', 'falco_rules-5.1.0.yaml'],
};

function bookOf(set: string): RuleBook {
  const names = SETS[set];
  if (names === undefined) throw new Error(`no rule set is named ${set}`);
  const files = names.map(name => ({ name, content: readFileSync(sharedPath(`rules/${name}`)) }));
  if (set === 'trivial') files.push({ name: 'trivial.yaml', content: Buffer.from(TRIVIAL) });
  const { rules, results } = loadRules(files);
  for (const { successful, name } of results) if (!successful) throw new Error(`${name} does not load`);
  const input = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
  return { rules, ruleset: buildRuleset(input, 'first') };
}

/** Writes the capture with its events repeated, and the same packed; returns how many events they have. */
function writeRepeated(name: string, events: number, plain: string, packed: string): void {
  const content = gunzipSync(readFileSync(sharedPath(`captures/live/${name}.scap`)));
  let first = 0;
  let count = 0;
  for (let at = 0; at < content.length; at += content.readUInt32LE(at + 4)) {
    if (!EVENT_BLOCKS.has(content.readUInt32LE(at))) continue;
    if (count++ === 0) first = at;
  }
  const body = content.subarray(first);
  const rounds = Math.ceil(events / count);
  const [packedHead, packedBody] = [gzipSync(content.subarray(0, first)), gzipSync(body)];
  const [to, toPacked] = [openSync(plain, 'w'), openSync(packed, 'w')];
  writeSync(to, content, 0, first);
  writeSync(toPacked, packedHead);
  for (let round = 0; round < rounds; round++) {
    writeSync(to, body);
    writeSync(toPacked, packedBody);
  }
  closeSync(to);
  closeSync(toPacked);
}

interface Figures {
  readonly events: number;
  readonly alerts: number;
  /** Million events a second of CPU, of each million. */
  readonly rates: readonly number[];
  readonly whole: number;
  readonly startMb: number;
  readonly peakMb: number;
}

async function replay(path: string, set: string): Promise<Figures> {
  const inspector = new Inspector({ live: false });
  let alerts = 0;
  const detector = new Detector(inspector, bookOf(set), () => alerts++);
  const opened = await CaptureSource.open(path, inspector);
  if (!opened.ok) throw new Error(opened.message);
  const { source } = opened;
  const startMb = process.memoryUsage.rss() / 1e6;
  const rates: number[] = [];
  const rate = (events: number, since: NodeJS.CpuUsage): number => {
    const { user, system } = process.cpuUsage(since);
    return events / (user + system);
  };
  const start = process.cpuUsage();
  let [lastEvents, last] = [0, start];
  for (let state = ''; state !== 'end';) {
    state = source.step(TURN_MS, detector.onRecord);
    if (state === 'more') await source.fill();
    if (detector.events - lastEvents < MILLION) continue;
    rates.push(rate(detector.events - lastEvents, last));
    [lastEvents, last] = [detector.events, process.cpuUsage()];
  }
  const whole = rate(detector.events, start);
  await source.close();
  if (source.problem !== null) throw new Error(source.problem);
  const peakMb = process.resourceUsage().maxRSS / 1000;
  return { events: detector.events, alerts, rates, whole, startMb, peakMb };
}

function show(title: string, { events, alerts, rates, whole, startMb, peakMb }: Figures): void {
  const text = (value: number | undefined): string => (value ?? NaN).toFixed(2).padStart(5);
  console.log(
    `${title.padEnd(22)} first ${text(rates[0])}  last ${text(rates.at(-1))}  all ${text(whole)} M/s, ` +
      `${String(events)} events, ${String(alerts)} alerts, ${peakMb.toFixed(0)} MB (${startMb.toFixed(0)} before)`,
  );
}

const [captures = 'a1', millions = '5', sets = Object.keys(SETS).join()] = process.argv.slice(2);
if (captures === 'measure') {
  writeFileSync(1, JSON.stringify(await replay(millions, sets)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'falco-bench-'));
  const files = { plain: join(folder, 'plain.scap'), packed: join(folder, 'packed.scap') };
  try {
    for (const capture of captures.split(',')) {
      writeRepeated(capture, Number(millions) * MILLION, files.plain, files.packed);
      for (const set of sets.split(',')) {
        for (const [form, path] of Object.entries(files)) {
          const args = [...SPACES, ...process.execArgv, process.argv[1]!, 'measure', path, set];
          const answer = execFileSync(process.execPath, args, { encoding: 'utf8' });
          show(`${capture} ${set} ${form}`, JSON.parse(answer) as Figures);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
