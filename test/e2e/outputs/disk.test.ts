/** Files of alerts on a disk that is full, and under a real logrotate. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedStream, streamNumbers, streamRules, writeStream } from '../../support/alert-stream.js';
import { describeLive } from '../../support/live.js';
import { eventually, sleep } from '../../support/process.js';
import { launchDaemon } from '../../support/run-daemon.js';
import { Receiver } from '../../support/receiver.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describeLive(
  'A full disk',
  () => {
    let folder: string;
    let disk: string;
    let capture: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'falco-disk-'));
      disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'falco-test', disk]);
      capture = join(folder, 'stream.scap');
    });
    afterEach(() => {
      execFileSync('umount', [disk]);
      rmSync(folder, { recursive: true });
    });
    const replay = () => ({ kind: 'replay', replay: { capture_file: capture } });

    it('holds the file up: when there is room again every line is there, and whole', async () => {
      writeStream(capture, 20_000);
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(900_000));
      const file = join(disk, 'events.txt');
      const daemon = launchDaemon({
        rules: streamRules(),
        config: {
          engine: replay(),
          stdout_output: { enabled: false },
          file_output: { enabled: true, keep_alive: true, filename: file },
          output_timeout: 60_000,
        },
      });
      await daemon.line(
        'stderr',
        /Output 'file': cannot write to .*: no space left on device; messages are kept/,
        20_000,
      );
      execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      assert.equal((await daemon.ended).code, 0);
      assert.deepEqual(streamNumbers(readFileSync(file, 'latin1').split('\n')), upTo(20_000));
    });

    it('leaves alerts that go elsewhere alone: those of a spool without room wait in memory', async () => {
      writeStream(capture, 20_000);
      writeFileSync(join(disk, 'ballast'), Buffer.alloc(1 << 20));
      const receiver = new Receiver();
      await receiver.start();
      try {
        const daemon = launchDaemon({
          rules: streamRules(),
          config: {
            engine: replay(),
            stdout_output: { enabled: false },
            http_output: { enabled: true, url: receiver.url, batch_size: 500 },
            outputs_spool: { enabled: true, path: join(disk, 'spool') },
            output_timeout: 60_000,
          },
        });
        assert.equal((await daemon.ended).code, 0);
        assert.ok(
          daemon.stderr.some(line =>
            /the spool .*: no space left on device; messages wait in memory/.test(line.text),
          ),
        );
        assert.deepEqual(streamNumbers(receiver.taken.flatMap(body => body.split('\n'))), upTo(20_000));
      } finally {
        await receiver.stop();
      }
    });

    it('costs a spool nothing that it had, and nothing afterwards', async () => {
      writeStream(capture, 20_000);
      const receiver = new Receiver();
      receiver.answer = () => ({ status: 500 });
      await receiver.start();
      const config = {
        engine: replay(),
        stdout_output: { enabled: false },
        http_output: { enabled: true, url: receiver.url, batch_size: 1000 },
        outputs_spool: { enabled: true, path: join(disk, 'spool') },
      };
      try {
        const first = launchDaemon({ rules: streamRules(), config: { ...config, output_timeout: 500 } });
        assert.equal((await first.ended).code, 0);
        const log = first.stderr.map(line => line.text).join('\n');
        const kept = Number(/Output 'http': (\d+) messages are kept in the spool/.exec(log)![1]);
        const lost = Number(/Output 'http': (\d+) messages lost/.exec(log)![1]);
        assert.equal(kept + lost, 20_000, log);
        assert.ok(kept > 0 && lost > 0);
        receiver.answer = () => ({ status: 200 });
        writeStream(capture, 0);
        const second = launchDaemon({ rules: streamRules(), config: { ...config, output_timeout: 60_000 } });
        assert.equal((await second.ended).code, 0);
        assert.deepEqual(streamNumbers(receiver.taken.flatMap(body => body.split('\n'))), upTo(kept));
      } finally {
        await receiver.stop();
      }
    });
  },
  ['mount'],
);

describeLive(
  'A file that logrotate rotates',
  () => {
    it('has every alert once, in the old files and the new', async function () {
      this.timeout(120_000);
      const folder = mkdtempSync(join(tmpdir(), 'falco-rotate-'));
      const file = join(folder, 'events.txt');
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const daemon = launchDaemon({
        rules: streamRules(),
        config: {
          engine: { kind: 'replay', replay: { capture_file: pipe } },
          stdout_output: { enabled: false },
          file_output: { enabled: true, keep_alive: true, filename: file },
          output_timeout: 60_000,
        },
        args: ['-P', join(folder, 'pid')],
      });
      try {
        const settings = join(folder, 'logrotate.conf');
        writeFileSync(
          settings,
          [
            `${file} {`,
            '  rotate 1000',
            '  su root root',
            '  missingok',
            '  nocompress',
            '  postrotate',
            `    kill -USR1 $(cat ${folder}/pid)`,
            '  endscript',
            '}',
            '',
          ].join('\n'),
        );
        let fed = false;
        const feeding = feedStream(pipe, { events: 1000, everyMs: 30, total: 100_000 }).finally(
          () => (fed = true),
        );
        await eventually('the first lines', () => existsSync(file), 20_000);
        let rotations = 0;
        while (!fed) {
          execFileSync('logrotate', ['-f', '-s', join(folder, 'state'), settings]);
          rotations++;
          await eventually('the new file', () => existsSync(file) || fed, 10_000);
          await sleep(50);
        }
        assert.equal(await feeding, 100_000);
        assert.equal((await daemon.ended).code, 0);
        const names = readdirSync(folder).filter(name => name.startsWith('events.txt'));
        assert.ok(
          rotations >= 5 && names.length >= 6,
          `${String(rotations)} rotations, ${String(names.length)} files`,
        );
        // The oldest has the highest number.
        const age = (name: string): number => Number(name.split('.')[2] ?? 0);
        const files = names
          .sort((a, b) => age(b) - age(a))
          .map(name => readFileSync(join(folder, name), 'latin1'));
        assert.deepEqual(
          files.flatMap(text => streamNumbers(text.split('\n'))),
          upTo(100_000),
        );
      } finally {
        await daemon.stop('SIGKILL');
        rmSync(folder, { recursive: true });
      }
    });
  },
  ['logrotate'],
);
