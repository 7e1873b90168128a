/** The daemon on captures of the test's own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { writeRecord } from '../../daemon/events/record-writer.js';
import { eventBlock, section } from '../support/capture-file.js';
import type { Line } from '../support/process.js';
import { launchDaemon } from '../support/run-daemon.js';

const START = 1_700_000_000_000_000_000n;
const SECOND = 1_000_000_000n;
const RULES = `
- rule: Shadow
  desc: test
  condition: evt.type = openat and fd.name startswith /etc/shadow
  output: opened %fd.name at %evt.rawtime.s
  priority: WARNING
`;

/** One openat a second, each of another file. */
function capture(count: number): Buffer {
  const events = Array.from({ length: count }, (_, n) =>
    eventBlock(
      writeRecord({
        type: 307,
        time: START + BigInt(n) * SECOND,
        tid: 7,
        params: [3, -100, `/etc/shadow${n}`, 1, 0, 0, 0],
      }),
    ),
  );
  return Buffer.concat([section(), ...events]);
}

function text(lines: readonly Line[]): string {
  return lines.map(line => `${line.text}\n`).join('');
}

describe('the daemon on a capture', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-replay-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function replay(
    content: Buffer | null,
    args: readonly string[] = [],
  ): Promise<{ code: number | null; stdout: string; stderr: string; file: string }> {
    const file = join(folder, 'test.scap');
    if (content === null) rmSync(file, { force: true });
    else writeFileSync(file, content);
    const running = launchDaemon({
      rules: RULES,
      config: { engine: { kind: 'replay', replay: { capture_file: file } } },
      args,
      env: { TZ: 'UTC' },
    });
    const { code } = await running.ended;
    return { code, stdout: text(running.stdout), stderr: text(running.stderr), file };
  }

  it('raises alerts with the time of the capture, sums up at its end, and ends', async () => {
    const { code, stdout, stderr, file } = await replay(gzipSync(capture(2)));
    assert.equal(code, 0, stderr);
    assert.equal(
      stdout,
      '22:13:20.000000000: Warning opened /etc/shadow0 at 1700000000\n' +
        '22:13:21.000000000: Warning opened /etc/shadow1 at 1700000001\n' +
        'Events detected: 2\nRule counts by severity:\n   WARNING: 2\n' +
        'Triggered rules by rule name:\n   Shadow: 2\n',
    );
    assert.match(stderr, new RegExp(`Replaying events from the capture file: ${file}\n`));
    assert.match(stderr, /Syscall event drop monitoring:\n {3}- event drop detected: 0 occurrences/);
  });

  it('holds back alerts by the time of the capture, and tells how many at its end', async () => {
    const throttle = ['rate=0.1', 'burst=2', 'summary_interval=20s', 'enabled=true'];
    const args = throttle.flatMap(setting => ['-o', `alerts.throttle.${setting}`]);
    const { code, stdout, stderr } = await replay(capture(45), args);
    assert.equal(code, 0, stderr);
    const lines = stdout.split('\n');
    const alerts = lines.filter(line => line.includes('Warning opened'));
    assert.deepEqual(
      alerts.map(line => line.slice(0, 8)),
      ['22:13:20', '22:13:21', '22:13:30', '22:13:40', '22:13:50', '22:14:00'],
    );
    const told = lines.flatMap(
      line => /(\S+): Warning Falco internal: alerts held back.*n_held=(\d+)/.exec(line)?.slice(1) ?? [],
    );
    // The first was held back at 22:13:22: two intervals of 20 s, and the end.
    assert.deepEqual(told, [
      '22:13:42.000000000',
      '18',
      '22:14:02.000000000',
      '18',
      '22:14:04.000000000',
      '3',
    ]);
    assert.match(stdout, /Events detected: 45\n/);
    assert.match(stderr, /: 39 alerts were held back by alerts\.throttle\n/);
    const wrong = await replay(capture(1), ['-o', 'alerts.throttle.key_fields[]=proc.nam']);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^Error: alerts\.throttle: key_fields has 'proc\.nam', which is no field; did you mean 'proc\.name'\?$/m,
    );
  });

  it('ends with an error that names the offset when the file is cut, after the alerts before', async () => {
    const whole = capture(10);
    const { code, stdout, stderr } = await replay(whole.subarray(0, whole.length - 10));
    assert.equal(code, 1);
    assert.match(stdout, /opened \/etc\/shadow8 .*\nEvents detected: 9\n/);
    assert.match(
      stderr,
      /Error: Capture file .*test\.scap ends in the middle of a block, at offset \d+: 10 of its \d+ bytes are missing\n$/,
    );
  });

  it('ends with an error when there is no such file', async () => {
    const { code, stdout, stderr, file } = await replay(null);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      new RegExp(`Error: Could not open trace filename ${file} for reading: No such file or directory\n$`),
    );
  });

  it('stops after the seconds of event time that -M says', async () => {
    const { code, stdout } = await replay(capture(100), ['-M', '3']);
    assert.equal(code, 0);
    assert.match(stdout, /Events detected: 4\n/);
  });

  it('loses no alert, however fast they come', async () => {
    const { code, stdout } = await replay(gzipSync(capture(60_000)));
    assert.equal(code, 0);
    assert.match(stdout, /Events detected: 60000\n/);
    assert.equal(stdout.split('\n').filter(line => line.includes(': Warning opened')).length, 60_000);
  });

  it('explains a rule, event by event, when it is asked to', async () => {
    const { code, stdout } = await replay(capture(3), ['--explain', 'Shadow']);
    assert.equal(code, 0);
    assert.match(stdout, /Shadow: 3 events of its types, 3 matches/);
  });

  describe('that comes through a pipe', () => {
    const pipe = (): string => {
      const path = join(folder, `pipe${String(Math.random())}`);
      execFileSync('mkfifo', [path]);
      return path;
    };
    const read = (file: string): ReturnType<typeof launchDaemon> =>
      launchDaemon({ rules: RULES, config: { engine: { kind: 'replay', replay: { capture_file: file } } } });

    it('reads on until its writer ends, however slow that is', async () => {
      const path = pipe();
      const running = read(path);
      const whole = capture(10);
      const writer = await open(path, 'w');
      await writer.write(whole.subarray(0, 300));
      await setTimeout(300);
      await writer.write(whole.subarray(300));
      await writer.close();
      const { code } = await running.ended;
      assert.equal(code, 0, text(running.stderr));
      assert.match(text(running.stdout), /Events detected: 10\n/);
    });

    it('says what is wrong with it, and does not read it again', async () => {
      const path = pipe();
      const running = read(path);
      const packed = gzipSync(capture(2000));
      packed.fill(0x55, packed.length - 100, packed.length - 50);
      const writer = await open(path, 'w');
      await writer.write(packed);
      await writer.close();
      const { code } = await running.ended;
      assert.equal(code, 1);
      assert.match(text(running.stderr), /Error: .*pipe\S+ (for reading|is damaged)/);
    });

    it('stops on a signal, whether nobody writes or nothing comes', async () => {
      const silent = pipe();
      const paths = [pipe(), silent];
      const writing: Promise<FileHandle> = open(silent, 'w');
      const all = paths.map(read);
      const writer = await writing;
      await writer.write(capture(3));
      for (const running of all) {
        await running.line('stderr', /Replaying events/);
        await setTimeout(500);
        const { code } = await running.stop('SIGTERM', 4000);
        assert.equal(code, 0, text(running.stderr));
      }
      await writer.close();
      assert.match(text(all[1]!.stdout), /Events detected: 3\n/);
    });
  });
});
