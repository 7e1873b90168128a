/** Which events a capture gets, and what becomes of it when the disk does not play along. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { containerFromJson } from '../../../daemon/containers/container-json.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { writeRecord } from '../../../daemon/events/record-writer.js';
import { CaptureFile, type CaptureEnding } from '../../../daemon/recording/capture-file.js';
import { Recorder, type CapturingRule, type RecorderOptions } from '../../../daemon/recording/recorder.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { FdTable } from '../../../daemon/state/fd-table.js';
import { newThread } from '../../../daemon/state/thread.js';
import { containerOfImage } from '../../support/containers.js';
import { readCaptureFile } from '../../support/capture-file.js';

const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
const HOST = { cpus: 1, memoryBytes: 0, maxPid: 0, hostname: 'h', bootTime: 0n, interfaces: [] };
const ASKING: CapturingRule = { capture: true, captureDuration: 0 };
const SILENT: CapturingRule = { capture: false, captureDuration: 0 };

class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'falco-recorder-'));
  readonly log: string[] = [];
  readonly alerts: Alert[] = [];
  readonly inspector = new Inspector({ live: false });
  readonly recorder: Recorder;
  readonly past = new Inspector({ live: false });

  constructor(options: Partial<RecorderOptions> = {}) {
    const thread = Object.assign(newThread(10, 10), { comm: 'actor', cwd: '/home/', fds: new FdTable() });
    this.inspector.threads.add(thread);
    const { past } = this;
    past.threads.copy(this.inspector.threads);
    this.recorder = new Recorder(
      {
        pathPrefix: join(this.folder, 'falco'),
        mode: 'rules',
        defaultDurationMs: 5000,
        maxFileBytes: 0,
        historyMs: 3000,
        historyBytes: 1 << 20,
        ...options,
      },
      {
        host: HOST,
        inspector: this.inspector,
        past,
        log: (level, text) => this.log.push(`${level}: ${text.replaceAll(this.folder, '')}`),
        alert: alert => this.alerts.push(alert),
      },
    );
  }

  /** An event so many seconds after the start, on which a rule may fire. */
  event(
    seconds: number,
    fired?: CapturingRule,
    params: readonly (number | string)[] = [0, 5],
    type = 5,
  ): void {
    const time = START + BigInt(Math.round(seconds * 1000)) * 1_000_000n;
    const record = writeRecord({ type, time, tid: 10, params });
    this.inspector.process(record, 0, 0);
    if (fired !== undefined) this.recorder.fired(fired);
    this.recorder.record(record, 0, 0);
  }

  get files(): string[] {
    return readdirSync(this.folder).sort();
  }

  /** Seconds of the events of each capture. */
  async captured(): Promise<number[][]> {
    await this.recorder.close();
    const all: number[][] = [];
    for (const file of this.files) {
      const { records, problem } = await readCaptureFile(join(this.folder, file));
      assert.equal(problem, null);
      all.push(records.map(record => Number((record.readBigUInt64LE(0) - START) / 1_000_000n) / 1000));
    }
    return all;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

describe('a recorder', () => {
  let scene: Scene;
  afterEach(() => scene.remove());

  it('tells what was known of the containers in which something runs, and what becomes known meanwhile', async () => {
    scene = new Scene();
    const [web, idle, later] = [
      containerOfImage('abc', 'web', 'httpd:2.4'),
      containerOfImage('fff', 'idle', 'httpd:2.4'),
      containerOfImage('ddd', 'later', 'nginx:1', { env: ['A=B'] }),
    ];
    scene.past.threads.get(10)!.containerId = web.id;
    scene.recorder.containerKnown(web, START);
    scene.recorder.containerKnown(idle, START);
    for (let second = 1; second <= 5; second++) scene.event(second, second === 5 ? ASKING : undefined);
    scene.recorder.containerKnown(later, START + 6n * SECOND);
    scene.event(7);
    await scene.recorder.close();
    const { records, inspector } = await readCaptureFile(join(scene.folder, scene.files[0]!));
    const reader = new RecordReader();
    const told = records.map(record => {
      reader.attach(record);
      reader.seek(0);
      return reader.type === 324 ? containerFromJson(reader.string(0)) : reader.type;
    });
    assert.deepEqual(told, [5, 5, 5, 5, later, 5]);
    // What comes before the first event tells of the host as it was.
    const { containers } = inspector;
    assert.deepEqual([containers.get(web.id), containers.get(idle.id)], [web, null]);
  });

  it('writes the events from before the alert to the end of its duration', async () => {
    scene = new Scene();
    for (let second = 0; second <= 12; second++) scene.event(second, second === 4 ? ASKING : undefined);
    assert.deepEqual(await scene.captured(), [[1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('names the file after the time and number of the alert, for its owner alone', async () => {
    scene = new Scene();
    scene.event(0);
    scene.event(1, ASKING);
    await scene.recorder.close();
    assert.deepEqual(scene.files, ['falco_01700000001000000000_00000000000000000002.scap']);
    assert.equal(statSync(join(scene.folder, scene.files[0]!)).mode & 0o777, 0o600);
    assert.match(scene.log.join(), /^info: Capture of 2 events \(\d+ bytes\) written to \/falco_0170/);
  });

  it('goes on while alerts come, and takes the longest of their durations', async () => {
    scene = new Scene({ historyMs: 0 });
    scene.event(0, { capture: true, captureDuration: 8000 });
    scene.event(1, { capture: true, captureDuration: 500 });
    scene.event(4, ASKING);
    for (const second of [8, 9, 9.5]) scene.event(second);
    assert.deepEqual(await scene.captured(), [[0, 1, 4, 8, 9]]);
  });

  it('starts another capture after the first, and loses nothing between them', async () => {
    scene = new Scene();
    scene.event(0, { capture: true, captureDuration: 1000 });
    for (const second of [1, 2, 3]) scene.event(second);
    scene.event(4, { capture: true, captureDuration: 1000 });
    assert.deepEqual(await scene.captured(), [
      [0, 1],
      [2, 3, 4],
    ]);
  });

  it('takes no notice of rules that do not ask, unless all are to be recorded', async () => {
    scene = new Scene();
    scene.event(0, SILENT);
    assert.deepEqual(await scene.captured(), []);
    scene.remove();
    scene = new Scene({ mode: 'all_rules' });
    scene.event(0, SILENT);
    assert.deepEqual(await scene.captured(), [[0]]);
  });

  it('opens the capture with the tables as they were before its first event', async () => {
    scene = new Scene();
    const open = (num: number, name: string): readonly (number | string)[] => [num, -100, name, 1, 0, 1, 2];
    scene.event(0, undefined, open(3, '/old'), 307);
    scene.event(4);
    scene.event(5, undefined, open(4, 'relative'), 307);
    scene.event(6, ASKING);
    await scene.recorder.close();
    const seen: string[] = [];
    await readCaptureFile(join(scene.folder, scene.files[0]!), ({ view, threads }) => {
      const names = [...(threads.get(10)?.fds ?? [])].map(([num, fd]) => `${String(num)}=${fd.name}`);
      seen.push(`${view.name} ${names.join()}`);
    });
    assert.deepEqual(seen, [
      'close 3=/old',
      'openat 3=/old,4=/home/relative',
      'close 3=/old,4=/home/relative',
    ]);
  });

  it('ends a capture by the clock when no event comes', async () => {
    scene = new Scene();
    scene.event(0, ASKING);
    scene.recorder.tick(Number(START / 1_000_000n) + 4999);
    scene.event(2);
    scene.recorder.tick(Number(START / 1_000_000n) + 5001);
    scene.event(3);
    assert.deepEqual(await scene.captured(), [[0, 2]]);
  });

  it('ends a capture at the size limit, and says so in an alert', async () => {
    scene = new Scene({ maxFileBytes: 1 << 20, historyMs: 0 });
    scene.event(0, ASKING);
    const large = 'x'.repeat(60_000);
    for (let i = 0; i < 30; i++) scene.event(1, undefined, [1, large, 3, 60_000], 9);
    const [events] = await scene.captured();
    const size = statSync(join(scene.folder, scene.files[0]!)).size;
    assert.ok(size >= 1 << 20 && size < (1 << 20) + 70_000, String(size));
    assert.ok(events!.length < 30);
    assert.equal(scene.alerts.length, 1);
    const { rule, message, priority, source, fields } = scene.alerts[0]!;
    assert.equal(rule, 'Falco internal: capture size limit reached');
    assert.equal(message, 'Falco internal: capture size limit reached. Configured limit: 1 MB.');
    assert.deepEqual(
      [priority, source, fields],
      [6, 'internal', { max_file_size_mb: 1, written_bytes: size }],
    );
  });

  it('says once why it cannot write, and goes on', async () => {
    scene = new Scene({ pathPrefix: '/nonexistent/folder/falco' });
    for (let second = 0; second < 15; second++) scene.event(second, ASKING);
    await scene.recorder.close();
    assert.equal(scene.log.length, 2);
    assert.match(scene.log[0]!, /^error: Cannot write a capture: ENOENT/);
    assert.equal(scene.log[1], 'warning: 15 alerts that asked for a capture are in none');
  });

  it('tries again after ten seconds, and says how many alerts had no capture', async () => {
    scene = new Scene({ historyMs: 0 });
    const moved = `${scene.folder}.away`;
    renameSync(scene.folder, moved);
    scene.event(0, ASKING);
    renameSync(moved, scene.folder);
    for (const second of [1, 9, 10]) scene.event(second, ASKING);
    assert.deepEqual(await scene.captured(), [[10]]);
    assert.equal(scene.log[1], 'warning: 3 alerts that asked for a capture are in none');
  });

  it('has the last second on the disk while the capture goes on', async () => {
    scene = new Scene();
    const now = Number(START / 1_000_000n);
    scene.event(0, ASKING);
    scene.event(1);
    scene.recorder.tick(now + 1000);
    await setTimeout(50);
    scene.recorder.tick(now + 2000);
    const file = join(scene.folder, scene.files[0]!);
    for (let i = 0; i < 100; i++) {
      if ((await readCaptureFile(file)).records.length === 2) break;
      await setTimeout(20);
    }
    const { records, problem } = await readCaptureFile(file);
    assert.deepEqual([records.length, problem], [2, null]);
    await scene.recorder.close();
  });

  it('does not follow a link that somebody has put in its way', async () => {
    scene = new Scene();
    const target = join(scene.folder, 'precious');
    writeFileSync(target, 'precious');
    symlinkSync(target, join(scene.folder, 'falco_01700000000000000000_00000000000000000001.scap'));
    scene.event(0, ASKING);
    await scene.recorder.close();
    assert.match(scene.log.join(), /error: Cannot write a capture: EEXIST/);
    assert.equal(statSync(target).size, 8);
  });

  it('tells of a disk that is full', async () => {
    scene = new Scene();
    const ending = await new Promise<CaptureEnding>(resolve => {
      const file = CaptureFile.open('/dev/full', resolve);
      assert.ok(typeof file !== 'string');
      file.begin(Buffer.alloc(100));
      file.end();
    });
    assert.match(ending.error ?? '', /ENOSPC/);
  });

  it('ends once, with events that came after the disk was full', async () => {
    scene = new Scene();
    let endings = 0;
    const file = CaptureFile.open('/dev/full', () => endings++);
    assert.ok(typeof file !== 'string');
    const record = writeRecord({ type: 5, time: START, tid: 10, params: [0, 5] });
    file.add(record, 0, record.length, 0);
    file.begin(Buffer.alloc(100));
    while (!file.failed) await setTimeout(5);
    file.end();
    await setTimeout(50);
    assert.equal(endings, 1);
  });

  it('leaves out, and counts, what a disk that hangs cannot take, and keeps what it took', async function () {
    this.timeout(20_000);
    scene = new Scene();
    const pipe = join(scene.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const record = writeRecord({ type: 9, time: START, tid: 10, params: [1, 'x'.repeat(60_000), 3, 60_000] });
    const ended = new Promise<CaptureEnding>(resolve => {
      const file = CaptureFile.open(pipe, resolve);
      assert.ok(typeof file !== 'string');
      for (let i = 0; i < 1000; i++) file.add(record, 0, record.length, 0);
      file.end();
    });
    let bytes = 0;
    let ending: CaptureEnding | null = null;
    void ended.then(end => (ending = end));
    const buffer = Buffer.alloc(1 << 20);
    while (ending === null) {
      await new Promise(setImmediate);
      try {
        bytes += readSync(reader, buffer);
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'EAGAIN');
      }
    }
    for (let got = 1; got > 0; bytes += got) got = readSync(reader, buffer);
    closeSync(reader);
    const end = await ended;
    assert.equal(end.error, null);
    assert.equal(end.bytes, bytes);
    assert.ok(end.events > 400 && end.lost > 300, JSON.stringify(end));
    assert.equal(end.events + end.lost, 1000);
  });
});
