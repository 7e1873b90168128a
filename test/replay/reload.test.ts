/**
 * Reload while events stream in: every alert once. The stream comes through a pipe; each of its events is known, and
 * so is each alert. FALCO_RELOADS and FALCO_RELOAD_EVENTS set the size; the whole run that the daemon was measured with is
 * 200 and 1000000.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecord } from '../../daemon/events/record-writer.js';
import { eventBlock, section } from '../support/capture-file.js';
import { eventually, sleep, type RunningProcess } from '../support/process.js';
import { Random } from '../support/random.js';
import { deliveredRules, launchDaemon } from '../support/run-daemon.js';

const RELOADS = Math.max(12, Number(process.env['FALCO_RELOADS'] ?? 20));
const EVENTS = Number(process.env['FALCO_RELOAD_EVENTS'] ?? 60_000);
/** One event in so many is one to alert on. */
const ALERT_EVERY = 5;
const START = 1_700_000_000_000_000_000n;

const rules = (version: number): string =>
  readFileSync(deliveredRules, 'utf8') +
  `
- list: names_of_${version}
  items: [${Array.from({ length: 20 }, (_, n) => `name_${version}_${n}`).join(', ')}]
- rule: Version ${version % 7}
  desc: test
  condition: evt.type = openat and proc.name in (names_of_${version})
  output: never %proc.name
  priority: NOTICE
- rule: Known
  desc: test
  condition: evt.type = openat and fd.name startswith /known/
  output: opened %fd.name version=${version}.
  priority: WARNING
`;

function event(number: number): Buffer {
  const path = number % ALERT_EVERY === 0 ? `/known/${number}` : `/other/${number}`;
  const record = writeRecord({
    type: 307,
    time: START + BigInt(number) * 1000n,
    tid: 7,
    params: [3, -100, path, 1, 0, 0, 0],
  });
  return eventBlock(record);
}

function rssMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;
}

describe('Reloads while events stream in', () => {
  let daemon: RunningProcess | undefined;
  afterEach(() => daemon?.stop('SIGKILL'));

  it('lose no alert, double none, and leave the memory as it is', async function () {
    this.timeout(60_000 + RELOADS * 3000 + EVENTS / 10);
    const folder = mkdtempSync(join(tmpdir(), 'falco-reload-'));
    const pipe = join(folder, 'events.scap');
    const output = join(folder, 'alerts');
    execFileSync('mkfifo', [pipe]);
    const running = launchDaemon({
      rules: rules(0),
      config: {
        engine: { kind: 'replay', replay: { capture_file: pipe } },
        stdout_output: { enabled: false },
        file_output: { enabled: true, keep_alive: true, filename: output },
        watch_config_files: true,
        // A busy machine may need longer for the last ones than is usual.
        output_timeout: 30_000,
      },
    });
    daemon = running;
    const file = join(running.folder, 'rules.yaml');
    const writer = await open(pipe, 'w');
    let done = 0;
    let written = 0;
    let resting = false;
    const stream = (async () => {
      await writer.write(section());
      while (written < EVENTS) {
        // A little ahead of the reloads all the time, so that none of them happens in silence.
        if (resting || (done < RELOADS && written / EVENTS > (done + 1) / (RELOADS + 2))) {
          await sleep(1);
          continue;
        }
        const blocks = Array.from({ length: Math.min(500, EVENTS - written) }, (_, n) => event(written + n));
        await writer.write(Buffer.concat(blocks));
        written += blocks.length;
      }
    })();

    /** While nothing comes, and what came is delivered. */
    async function restingMemory(pid: number): Promise<number> {
      resting = true;
      await sleep(1500);
      const found = rssMegabytes(pid);
      resting = false;
      return found;
    }

    const random = new Random(6);
    const memory: number[] = [];
    let failed = 0;
    const reloaded = (): number =>
      running.stderr.filter(({ text }) => text.includes('Rules are reloaded')).length;
    const failures = (): number => running.stderr.filter(({ text }) => text.includes('Reload failed')).length;
    await running.line('stderr', /Replaying events/, 20_000);
    for (let version = 1; version <= RELOADS; version++) {
      await sleep(random.below(20));
      if (random.below(10) === 0) {
        const before = failures();
        writeFileSync(file, '- rule: [\n');
        if (random.below(2) === 0) running.child.kill('SIGHUP');
        failed++;
        await eventually('a failure', () => failures() > before, 20_000);
      }
      // One reload may have two reasons: then there are two.
      const before = reloaded();
      const how = random.below(3);
      if (how === 0) {
        writeFileSync(`${file}.new`, rules(version));
        renameSync(`${file}.new`, file);
      } else {
        writeFileSync(file, rules(version));
        if (how === 1) running.child.kill('SIGHUP');
      }
      await eventually(`reload ${version}`, () => reloaded() > before, 20_000);
      done = version;
      if (version === 10 || version === RELOADS) memory.push(await restingMemory(running.pid));
    }
    await stream;
    await writer.close();
    const { code } = await running.ended;
    const said = (): string =>
      running.stderr
        .slice(-8)
        .map(({ text }) => text)
        .join('\n');
    assert.equal(code, 0, said());

    const lines = readFileSync(output, 'utf8')
      .split('\n')
      .filter(line => line.includes(': Warning opened'));
    const numbers = lines.map(line => Number(/\/known\/(\d+) version=\d+\.$/.exec(line)![1]));
    const wrong = numbers.findIndex((number, i) => number !== i * ALERT_EVERY);
    assert.equal(
      wrong,
      -1,
      `alert ${wrong} is of event ${numbers[wrong]}, behind that of ${numbers[wrong - 1]}`,
    );
    assert.equal(
      numbers.length,
      Math.ceil(EVENTS / ALERT_EVERY),
      `the last is of event ${numbers.at(-1)}; ${said()}`,
    );
    const versions = lines.map(line => Number(/version=(\d+)\.$/.exec(line)![1]));
    versions.forEach((version, i) => assert.ok(version >= (versions[i - 1] ?? 0)));
    const seen = new Set(versions).size;
    // On a busy machine two may follow each other so quickly that no event comes between.
    assert.ok(seen > RELOADS * 0.75, `alerts of ${seen} versions`);
    const [early, late] = memory as [number, number];
    console.log(
      `      ${EVENTS} events, ${lines.length} alerts of ${seen} versions, ${failed} bad reloads; after 10 reloads ${early.toFixed(1)} MB, after ${RELOADS} ${late.toFixed(1)} MB`,
    );
    assert.ok(RELOADS < 100 || late < early * 1.05, `${early} MB, then ${late} MB`);
    rmSync(folder, { recursive: true });
  });
});
