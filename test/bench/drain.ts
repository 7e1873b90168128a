/**
 * What it costs to get records from the rings to JavaScript. Run as root, after a build: node dist/test/bench/drain.js
 * First from full rings, so that only the reader works; then live, against threads that make calls flat out.
 */
import { spawn } from 'node:child_process';
import { RecordReader } from '../../daemon/events/record.js';
import { walkFrames } from '../../daemon/sources/syscall/frames.js';
import { attach, CLOSE, opened } from '../live/addon/workload.js';
import { cProgram } from '../support/c-program.js';

const RING_BYTES = 32 * 1024 * 1024;
const CALLS = 250_000;

const hop = cProgram('test/live/addon/hop.c');

/** Runs threads that make `calls` calls in all; resolves when they have ended. */
function load(threads: number, calls: number): Promise<void> {
  const child = spawn(hop, [threads, calls / threads, 2_000_000].map(String), { stdio: 'ignore' });
  return new Promise((done, fail) => child.on('exit', () => done()).on('error', fail));
}

function report(what: string, records: number, ms: number): void {
  const each = (ms * 1e6) / records;
  console.log(
    `${what.padEnd(52)} ${String(records).padStart(8)} records ${each.toFixed(0).padStart(5)} ns each ${(1000 / each).toFixed(2).padStart(6)} M/s`,
  );
}

const reader = new RecordReader();
let records = 0;
let checksum = 0;
const countOnly = (): void => void records++;
const readHeader = (_: Buffer, offset: number): void => {
  records++;
  reader.seek(offset);
  checksum += reader.type + reader.tid;
};

async function fromFullRings(
  what: string,
  cpusForEachBuffer: number,
  onRecord: ((batch: Buffer, offset: number) => void) | null,
): Promise<void> {
  const driver = opened({ bufferBytes: RING_BYTES, cpusForEachBuffer });
  driver.setInterest([CLOSE]);
  attach(driver);
  await load(2, CALLS);
  driver.detach();
  const expected = driver.stats().submitted;
  if (onRecord) reader.attach(driver.batch);
  records = 0;
  let batches = 0;
  const start = performance.now();
  for (;;) {
    const used = driver.drain();
    if (used === 0) break;
    batches++;
    if (onRecord) walkFrames(driver.batch, used, onRecord);
  }
  report(`${what} (${String(batches)} batches)`, expected, performance.now() - start);
  driver.close();
}

async function live(threads: number): Promise<void> {
  const driver = opened();
  driver.setInterest([CLOSE]);
  attach(driver);
  reader.attach(driver.batch);
  records = 0;
  let over = false;
  const ended = load(threads, 2 * CALLS).then(() => (over = true));
  const start = performance.now();
  const cpu = process.cpuUsage();
  while (!over) {
    const used = driver.drain();
    walkFrames(driver.batch, used, readHeader);
    if (used < 65_536) await new Promise(done => setTimeout(done, 1));
  }
  await ended;
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const stats = driver.stats();
  const lost = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  report(`live, ${String(threads)} threads, wall clock`, records, ms);
  report(
    `live, ${String(threads)} threads, CPU of this process; ${String(lost)} lost`,
    records,
    (user + system) / 1000,
  );
  driver.close();
}

for (let round = 0; round < 2; round++) {
  await fromFullRings('drain only, ring for each CPU', 1, null);
  await fromFullRings('drain only, one ring', 0, null);
  await fromFullRings('drain and walk, ring for each CPU', 1, countOnly);
  await fromFullRings('drain, walk and read headers, ring for each CPU', 1, readHeader);
}
await live(2);
console.log(checksum > 0 ? '' : 'nothing was read');
