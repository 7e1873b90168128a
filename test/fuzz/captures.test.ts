/**
 * Damaged and made-up captures: each is read to its end or to a clear error, without a crash, soon, and in little
 * memory. 1,500 captures unless FALCO_FUZZ_CAPTURES says how many, or FALCO_FUZZ_MINUTES how long:
 * `FALCO_FUZZ_MINUTES=60 npm test -- fuzz/captures`. The seed of a case that fails is in the message;
 * `FALCO_FUZZ_CASE=<seed>` runs that one alone.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { Detector } from '../../daemon/engine/detector.js';
import { RecordReader } from '../../daemon/events/record.js';
import { CaptureSource } from '../../daemon/sources/capture/source.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { rulebook } from '../support/book.js';
import { projectRoot } from '../support/project.js';
import { Random } from '../support/random.js';
import { damagedCapture } from './capture-damage.js';
import { sharedCaptures } from './capture-parts.js';
import { everyField, isFieldValue } from './every-field.js';
import { randomRecord } from './random-record.js';

const MINUTES = Number(process.env['FALCO_FUZZ_MINUTES'] ?? 0);
const CAPTURES = Number(process.env['FALCO_FUZZ_CAPTURES'] ?? 1500);
const SEED = Number(process.env['FALCO_FUZZ_SEED'] ?? 4);
const CASE = process.env['FALCO_FUZZ_CASE'];
/** CPU time for one capture. */
const LIMIT_MS = 6000;
/** A turn that takes as long hangs: it is ended. */
const HANG_MS = 20_000;
/** What the process may have grown by one capture, and what it may be in the end. */
const CASE_GROWTH_KB = 150_000;
const MOST_KB = 900_000;
const THREAD_LIMIT = 2000;
const FD_LIMIT = 200;
const PROBLEM =
  /^Capture file .* (is damaged at (offset \d+|byte \d+ of the file)|ends in the middle of a block)/;
const REFUSED = /^Could not open trace filename .*: \S/;

const captures = sharedCaptures();
const book = rulebook(readFileSync(join(projectRoot, 'etc/falco_rules.yaml'), 'utf8'), 'all');

interface Tally {
  cases: number;
  refused: number;
  damaged: number;
  events: number;
  values: number;
  alerts: number;
  unknown: number;
  slowestMs: number;
}

/** Calls `work`, and gives it up when it hangs: that works from within V8 only. */
function guarded(work: () => void): void {
  const context = globalThis as unknown as { fuzzWork: () => void };
  context.fuzzWork = work;
  runInThisContext('fuzzWork()', { timeout: HANG_MS });
}

/** The same for what is waited for. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('waits for ever')), HANG_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function checkTables(inspector: Inspector): void {
  const { threads } = inspector.stats();
  assert.ok(threads <= THREAD_LIMIT, `${String(threads)} threads`);
  for (const thread of inspector.threads.values()) {
    const fds = thread.fds?.size ?? 0;
    assert.ok(fds <= FD_LIMIT, `${String(fds)} descriptors in one table`);
  }
}

function readFields(inspector: Inspector, tally: Tally): void {
  const { view } = inspector;
  for (const field of everyField) {
    const value = field.extract(view);
    assert.ok(isFieldValue(value), `${field.text} is ${String(value)}`);
    if (field.candidates !== null) assert.ok(isFieldValue(field.candidates(view)), field.text);
    if (value !== null) tally.values++;
  }
}

async function check(path: string, random: Random, tally: Tally): Promise<void> {
  const live = random.oneIn(6);
  const inspector = new Inspector({
    live,
    procRoot: '/nonexistent',
    hostRoot: '/nonexistent',
    threadLimit: THREAD_LIMIT,
    fdLimit: FD_LIMIT,
  });
  const detector = new Detector(inspector, book, alert => {
    tally.alerts++;
    assert.equal(typeof alert.message, 'string');
  });
  const opened = await inTime(CaptureSource.open(path, inspector));
  if (!opened.ok) {
    assert.match(opened.message, REFUSED);
    tally.refused++;
    return;
  }
  const { source } = opened;
  let sample = random.below(20);
  try {
    for (let state = ''; state !== 'end';) {
      guarded(() => {
        state = source.step(1000, (batch, offset, cpu) => {
          const before = detector.events;
          detector.onRecord(batch, offset, cpu);
          if (detector.events === before || sample-- > 0) return;
          sample = random.below(20);
          readFields(inspector, tally);
        });
      });
      if (state === 'more') await inTime(source.fill());
    }
  } finally {
    await inTime(source.close());
  }
  if (source.problem !== null) {
    assert.match(source.problem, PROBLEM);
    tally.damaged++;
  }
  tally.events += detector.events;
  tally.unknown += source.stats().unknown;
  checkTables(inspector);
}

const usedKb = (): number => process.resourceUsage().maxRSS;

async function runCase(folder: string, seed: number, tally: Tally): Promise<void> {
  const random = new Random(seed);
  const path = join(folder, 'case.scap');
  writeFileSync(path, damagedCapture(random, captures));
  const kb = usedKb();
  const start = process.cpuUsage();
  try {
    await check(path, random, tally);
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    tally.slowestMs = Math.max(tally.slowestMs, ms);
    assert.ok(ms < LIMIT_MS, `took ${ms.toFixed(0)} ms`);
    assert.ok(usedKb() - kb < CASE_GROWTH_KB, `memory grew by ${String(usedKb() - kb)} kB`);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`FALCO_FUZZ_CASE=${String(seed)}: ${what}`, { cause: error });
  }
  tally.cases++;
}

describe('damaged captures', function () {
  this.timeout(0);

  it('are read to the end or to a clear error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-fuzz-'));
    const tally = {
      cases: 0,
      refused: 0,
      damaged: 0,
      events: 0,
      values: 0,
      alerts: 0,
      unknown: 0,
      slowestMs: 0,
    };
    const seeds = new Random(SEED);
    const until = Date.now() + MINUTES * 60_000;
    try {
      if (CASE !== undefined) await runCase(folder, Number(CASE), tally);
      else
        while (MINUTES > 0 ? Date.now() < until : tally.cases < CAPTURES)
          await runCase(folder, seeds.next(), tally);
    } finally {
      rmSync(folder, { recursive: true });
      if (MINUTES > 0 || CASE !== undefined)
        console.log(
          `      seed ${String(SEED)}: ${JSON.stringify(tally)}, ${String(usedKb() >> 10)} MB at most`,
        );
    }
    if (CASE !== undefined) return;
    assert.ok(usedKb() < MOST_KB, `${String(usedKb())} kB`);
    // The generator makes captures of every kind: what never happens is not tested.
    for (const [name, count] of Object.entries(tally)) assert.ok(count > 0, name);
  });

  it('hold records that read as something, wherever the reader is put', () => {
    const random = new Random(SEED);
    const reader = new RecordReader();
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.concat([
        randomRecord(random),
        random.bytes(random.below(40)),
        randomRecord(random),
      ]);
      for (let edits = random.below(4); edits > 0; edits--) bytes[random.below(bytes.length)] = random.next();
      reader.attach(bytes);
      for (let tries = 0; tries < 60; tries++) {
        const offset = tries === 0 ? 0 : random.below(bytes.length + 2) - 1;
        const end = reader.seek(offset);
        assert.ok(end === -1 || (end > offset && end <= bytes.length));
        if (end === -1) continue;
        for (let i = 0; i <= reader.nparams + 1; i++) {
          assert.ok(reader.start(i) + reader.length(i) <= end);
          assert.ok(reader.string(i).length <= reader.length(i));
          assert.equal(reader.bytes(i).length, reader.length(i));
          assert.ok(reader.strings(i).join('').length <= reader.length(i));
          assert.ok(
            Number.isFinite(
              reader.number(i) + reader.uint32(i) + Number(reader.int(i)) + Number(reader.uint(i)),
            ),
          );
          assert.ok(reader.bytesAt(i, random.below(50), random.below(50)).length <= reader.length(i));
          assert.ok(Number(reader.uint64At(i, random.below(50))) >= 0);
        }
      }
    }
  });
});
