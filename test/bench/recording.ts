/**
 * What captures around alerts cost: the detector alone, against the detector with a recorder that has nothing to write
 * (its history, and the tables of the past), and with one that writes every event. Rounds of the three alternate in one
 * run; ratios of medians of
 * CPU time. Run: node dist/test/bench/recording.js CAPTURE [rules file]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultConfig } from '../../daemon/config/defaults.js';
import { Detector } from '../../daemon/engine/detector.js';
import { startRecording, type Recording } from '../../daemon/engine/recording.js';
import type { OnRecord } from '../../daemon/sources/on-record.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { rulebook } from '../support/book.js';
import { readCaptureFile } from '../support/capture-file.js';
import { projectRoot } from '../support/project.js';

const ROUNDS = 15;
const HOST = { cpus: 1, memoryBytes: 0, maxPid: 0, hostname: 'bench', bootTime: 0n, interfaces: [] };

const [path, rules = join(projectRoot, 'etc/falco_rules.yaml')] = process.argv.slice(2);
if (path === undefined) throw new Error('which capture?');
const { records } = await readCaptureFile(path);
const batch = Buffer.concat(records);
const offsets = new Uint32Array(records.length);
for (let i = 1; i < records.length; i++) offsets[i] = offsets[i - 1]! + records[i - 1]!.length;
const book = rulebook(readFileSync(rules, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'falco-bench-'));

function subject(mode: 'alone' | 'waiting' | 'writing'): OnRecord {
  const inspector = new Inspector({ live: false });
  let recording: Recording | null = null;
  const detector = new Detector(inspector, book, () => {
    if (mode === 'writing') recording?.recorder.fired({ capture: true, captureDuration: 3_600_000 });
  });
  if (mode === 'alone') return detector.onRecord;
  const config = defaultConfig();
  recording = startRecording({
    ...{
      inspector,
      past: new Inspector({ live: false }),
      host: HOST,
      log: () => undefined,
      emit: () => undefined,
    },
    config: { ...config, capture: { ...config.capture, path_prefix: join(folder, 'c') } },
  });
  return recording.wrap(detector.onRecord);
}

const subjects = (['alone', 'waiting', 'writing'] as const).map(mode => ({
  mode,
  run: subject(mode),
  rounds: [] as number[],
}));
for (let round = 0; round < ROUNDS; round++) {
  for (const { run, rounds } of subjects) {
    const start = process.cpuUsage();
    for (let i = 0; i < offsets.length; i++) run(batch, offsets[i]!, 0);
    const { user, system } = process.cpuUsage(start);
    rounds.push(((user + system) * 1000) / offsets.length);
    // Lets the file be written.
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const base = median(subjects[0]!.rounds.slice(ROUNDS / 3));
for (const { mode, rounds } of subjects) {
  const ns = median(rounds.slice(ROUNDS / 3));
  console.log(`${mode.padEnd(8)} ${ns.toFixed(0).padStart(5)} ns/event  ${(ns / base).toFixed(2)}x`);
}
rmSync(folder, { recursive: true });
process.exit();
