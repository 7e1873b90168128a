/**
 * Generated rules files: whatever is in them, the answer is success or diagnostics, and it comes soon. 5,000 files
 * unless FALCO_FUZZ_FILES says how many, from the seeds below; the whole promise is
 * `FALCO_FUZZ_FILES=100000 npm test -- fuzz`.
 */
import assert from 'node:assert/strict';
import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { CODES } from '../../daemon/rules/codes.js';
import { loadRules, type RulesLoad } from '../../daemon/rules/load.js';
import { resultJson, resultText } from '../../daemon/rules/report.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { Choices, tapes } from '../support/choices.js';
import { randomRecord } from '../support/random-event.js';
import { damaged, encoded } from './damage.js';
import { hostileText } from './hostile-text.js';
import { rulesText } from './rules-text.js';

const FILES = Number(process.env['FALCO_FUZZ_FILES'] ?? 5000);
const SEED = Number(process.env['FALCO_FUZZ_SEED'] ?? 62);
/** CPU time for one file: on a busy machine the clock says nothing. */
const LIMIT_MS = 5000;
/** Where a file is given up at all, so that one that hangs is told by name. */
const HANG_MS = 20_000;
/** What comes before the file in every other case: a file on top of another has more to change. */
const BASE = `
- list: l0
  items: [a, b]
- macro: m0
  condition: evt.type = open
- macro: spawned_process
  condition: evt.type in (execve, execveat)
- rule: r0
  desc: d
  condition: m0 and proc.name in (l0)
  output: "%proc.name"
  priority: INFO
  exceptions:
    - name: e0
      fields: [proc.name, fd.name]
      comps: [=, startswith]
`;

/** Codes that no text of a file brings about here. */
const UNREACHABLE = ['LOAD_ERR_FILE_READ', 'LOAD_ERR_EXTENSION', 'LOAD_WARNING_EXTENSION'];

/** What files came to: a generator whose files all fail at the first line would test nothing. */
interface Tally {
  files: number;
  good: number;
  rules: number;
  matches: number;
  slowestMs: number;
  readonly codes: Map<string, number>;
}

const records = fc.sample(randomRecord, { seed: 5, numRuns: 8 });

/** Calls `work`, and gives it up when it hangs: that works from within V8 only. @returns milliseconds of CPU */
function timed(work: () => void): number {
  const start = process.cpuUsage();
  const context = globalThis as unknown as { fuzzWork: () => void };
  context.fuzzWork = work;
  runInThisContext('fuzzWork()', { timeout: HANG_MS });
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function checkResults({ results, rules }: RulesLoad, size: number, tally: Tally): void {
  for (const result of results) {
    assert.equal(result.successful, result.errors.length === 0);
    for (const { code, message, locations } of [...result.errors, ...result.warnings, ...result.notes]) {
      assert.ok(code in CODES, code);
      assert.notEqual(message, '');
      assert.ok(locations.length > 0);
      tally.codes.set(code, (tally.codes.get(code) ?? 0) + 1);
      // The further steps may name a condition instead of a file.
      assert.ok(results.some(({ name }) => name === locations[0]?.source));
      for (const { span } of locations) {
        const { start, end } = span;
        assert.ok(start.line >= 0 && start.column >= 0 && start.column <= start.offset);
        assert.ok(start.offset <= end.offset && end.offset <= size, 'a place outside of the file');
      }
    }
    const most = 1_000_000 + 500 * size;
    assert.ok(resultText(result).length < most, 'the report is too long');
    assert.ok(JSON.stringify(resultJson(result)).length < most, 'the report is too long');
  }
  if (results.some(result => !result.successful)) assert.equal(rules.length, 0);
}

/** Rules that loaded judge events, and as the reference evaluator says. */
function checkRules({ rules }: RulesLoad, tally: Tally): void {
  const input = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
  const ruleset = buildRuleset(input, 'all');
  const inspector = new Inspector({ live: true, procRoot: '/nonexistent' });
  const out = new Int32Array(rules.length);
  for (const record of records) {
    inspector.process(record, 0, 0);
    const evt = inspector.view;
    const expected = rules.filter(rule => rule.eventTypes.has(evt.record.type) && rule.filter.matches(evt));
    const found = [...out.subarray(0, ruleset.evaluate(evt, out))];
    assert.deepEqual(
      found,
      expected.map(rule => rule.index),
    );
    for (const { format } of expected) {
      assert.equal(typeof format.message(evt), 'string');
      format.values(evt);
    }
    tally.matches += found.length;
  }
}

function check(file: Buffer, onBase: boolean, tally: Tally): void {
  const files = [{ name: 'generated.yaml', content: file }];
  if (onBase) files.unshift({ name: 'base.yaml', content: Buffer.from(BASE) });
  let load: RulesLoad | null = null;
  const ms = timed(() => {
    load = loadRules(files);
    checkResults(load, Math.max(file.length, BASE.length), tally);
  });
  assert.ok(ms < LIMIT_MS, `took ${ms.toFixed(0)} ms`);
  timed(() => {
    if (load !== null && load.rules.length > 0) checkRules(load, tally);
  });
  const { results, rules } = load! as RulesLoad;
  tally.files++;
  tally.rules += rules.length;
  tally.slowestMs = Math.max(tally.slowestMs, ms);
  if (results.every(({ successful }) => successful)) tally.good++;
}

function newTally(): Tally {
  return { files: 0, good: 0, rules: 0, matches: 0, slowestMs: 0, codes: new Map() };
}

function report({ files, good, rules, matches, slowestMs, codes }: Tally): void {
  if (process.env['FALCO_FUZZ_FILES'] === undefined) return;
  console.log(
    `      ${String(files)} files, ${String(good)} good, ${String(rules)} rules, ${String(matches)} matches, ` +
      `slowest ${slowestMs.toFixed(0)} ms; ${[...codes].map(([code, count]) => `${code} ${String(count)}`).join(', ')}`,
  );
}

/** Tells the file in words: of a large one, its beginning. */
function property(make: (choices: Choices) => Buffer, tally: Tally): fc.IProperty<[Uint32Array]> {
  return fc.property(tapes(600), tape => {
    const choices = new Choices(tape);
    const onBase = choices.oneIn(2);
    const file = make(choices);
    try {
      check(file, onBase, tally);
    } catch (error) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const text = JSON.stringify(file.toString('utf8').slice(0, 4000));
      const where = onBase ? 'on the base, ' : '';
      throw new Error(`${what}\n${where}${String(file.length)} bytes: ${text}`, { cause: error });
    }
  });
}

describe('generated rules files', function () {
  this.timeout(0);

  const share = (part: number, seed: number): fc.Parameters<[Uint32Array]> => ({
    numRuns: Math.ceil(FILES * part),
    seed: SEED + seed,
    // Large files take their time to shrink.
    endOnFailure: seed === 4,
  });

  const seen = new Set<string>();

  it('well made, with a few things wrong: success or diagnostics', () => {
    const tally = newTally();
    fc.assert(
      property(choices => Buffer.from(rulesText(choices)), tally),
      share(0.6, 1),
    );
    report(tally);
    for (const code of tally.codes.keys()) seen.add(code);
    assert.ok(tally.good > tally.files / 5, `${String(tally.good)} of ${String(tally.files)} load`);
    assert.ok(tally.matches > tally.files / 20);
  });

  it('damaged: success or diagnostics', () => {
    const tally = newTally();
    fc.assert(
      property(choices => damaged(rulesText(choices), choices), tally),
      share(0.25, 2),
    );
    report(tally);
    for (const code of tally.codes.keys()) seen.add(code);
    assert.ok(tally.good > tally.files / 100);
  });

  it('in other encodings: success or diagnostics', () => {
    const tally = newTally();
    fc.assert(
      property(choices => encoded(rulesText(choices), choices), tally),
      share(0.05, 3),
    );
    report(tally);
    for (const code of tally.codes.keys()) seen.add(code);
    assert.ok(tally.good > tally.files / 20);
  });

  it('hostile: success or diagnostics', () => {
    const tally = newTally();
    fc.assert(
      property(choices => Buffer.from(hostileText(choices)), tally),
      share(0.1, 4),
    );
    report(tally);
    for (const code of tally.codes.keys()) seen.add(code);
    assert.ok(tally.good > tally.files / 20);
  });

  it('bring about every diagnostic that there is', () => {
    const unseen = Object.keys(CODES).filter(code => !seen.has(code));
    assert.deepEqual(unseen, UNREACHABLE);
  });
});
