/**
 * Cost of one event from record to verdict, with the rules that come with the daemon: state alone, and state with
 * rules. Run: node dist/test/bench/detector.js [rules file]. Figures are ns of one core; compare within one run. With
 * --expose-gc also what an event leaves to be collected.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Detector } from '../../daemon/engine/detector.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { rulebook } from '../support/book.js';
import { close, openat } from '../support/events.js';
import { projectRoot } from '../support/project.js';

const EVENTS = 200_000;
const ROUNDS = 7;
/** Bytes an event; more is measured again. */
const USUAL_GARBAGE = 3;

/** A stream of opens and closes as an ordinary host makes them: few programs, many times the same files. */
function stream(): { batch: Buffer; offsets: number[] } {
  const paths = [
    '/etc/ld.so.cache',
    '/usr/lib/x86_64-linux-gnu/libc.so.6',
    '/proc/self/stat',
    '/usr/share/zoneinfo/UTC',
  ];
  const records: Buffer[] = [];
  for (let i = 0; i < 64; i++) {
    const tid = 100 + (i % 8);
    records.push(openat({ path: paths[i % paths.length]!, tid, comm: `program${String(i % 8)}` }));
    records.push(close(3, tid, `program${String(i % 8)}`));
  }
  const offsets: number[] = [];
  let at = 0;
  for (const record of records) {
    offsets.push(at);
    at += record.length;
  }
  return { batch: Buffer.concat(records), offsets };
}

function measure(run: (batch: Buffer, offset: number, cpu: number) => void): number {
  const { batch, offsets } = stream();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < EVENTS; i++) run(batch, offsets[i % offsets.length]!, 0);
    rounds.push(Number(process.hrtime.bigint() - start) / EVENTS);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const file = process.argv[2] ?? join(projectRoot, 'etc/falco_rules.yaml');
const options = { live: true, procRoot: '/nonexistent' };
const alone = new Inspector(options);
let alerts = 0;
const detector = new Detector(new Inspector(options), rulebook(readFileSync(file, 'utf8')), () => alerts++);
/**
 * Bytes that an event leaves behind once everything is compiled: the least of some rounds, for compiling goes on, and on
 * a busy machine for long. What the collector still tidied up in a round makes it look like less than nothing: such a
 * round says nothing.
 */
function garbage(run: (batch: Buffer, offset: number, cpu: number) => void): number {
  const { batch, offsets } = stream();
  // So few that nothing is collected meanwhile, which would make it look like less.
  const events = 20_000;
  let least = Infinity;
  for (let round = 0; round < ROUNDS || (least > USUAL_GARBAGE && round < 10 * ROUNDS); round++) {
    global.gc!();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < events; i++) run(batch, offsets[i % offsets.length]!, 0);
    const left = (process.memoryUsage().heapUsed - before) / events;
    if (left > -1) least = Math.min(least, left);
  }
  return least;
}

const state = measure((batch, offset, cpu) => void alone.process(batch, offset, cpu));
const whole = measure(detector.onRecord);
console.log(`state          ${state.toFixed(0)} ns/event`);
console.log(
  `state + rules  ${whole.toFixed(0)} ns/event (${(whole / state).toFixed(2)}x), ${String(alerts)} alerts`,
);
if (global.gc !== undefined)
  console.log(`garbage        ${garbage(detector.onRecord).toFixed(1)} bytes/event`);
