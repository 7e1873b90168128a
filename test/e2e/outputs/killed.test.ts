/**
 * The daemon is killed at random moments while alerts come in, are spooled and are sent. FALCO_KILL_ROUNDS says how
 * often (default 8; 50 take about two minutes).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedStream, streamRules, writeStream } from '../../support/alert-stream.js';
import { patience } from '../../support/live.js';
import { sleep } from '../../support/process.js';
import { Random } from '../../support/random.js';
import { launchDaemon } from '../../support/run-daemon.js';
import { Receiver } from '../../support/receiver.js';
import { readSpool } from '../../support/spool-file.js';

const ROUNDS = Number(process.env['FALCO_KILL_ROUNDS'] ?? 8);
const BATCH = 50;

/** Round and number of an alert, as one number. */
const idOf = (text: string): number => {
  const match = /^\d\d:\d\d:\d\d\.\d{9}: Warning round (\d+) \/stream\/(\d{7}) end$/.exec(text);
  if (match === null) throw new Error(`torn: '${text}'`);
  return Number(match[1]) * 1e7 + Number(match[2]);
};

describe('A daemon that is killed at any moment, with a spool', function () {
  this.timeout((60_000 + ROUNDS * 15_000) * patience);

  it(`loses nothing that the spool had, and tears nothing, ${String(ROUNDS)} times`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'falco-killed-'));
    const random = new Random(Date.now());
    const receiver = new Receiver();
    let bad = 0;
    receiver.answer = async () => {
      const chance = random.below(100);
      if (chance < bad) return random.oneIn(2) ? { status: 500 } : 'reset';
      if (chance > 95) await sleep(20);
      return { status: 200 };
    };
    await receiver.start();
    const spool = join(folder, 'spool');
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const start = (words: string, batch: number, timeoutMs: number, capture: string) =>
      launchDaemon({
        rules: streamRules(words),
        config: {
          engine: { kind: 'replay', replay: { capture_file: capture } },
          stdout_output: { enabled: false },
          http_output: { enabled: true, url: receiver.url, batch_size: batch },
          outputs_spool: { enabled: true, path: spool, max_size_mb: 1024 },
          output_timeout: timeoutMs,
        },
      });
    try {
      const onDisk = new Set<number>();
      for (let round = 1; round <= ROUNDS; round++) {
        // Now and then the server takes nothing at all.
        bad = random.oneIn(4) ? 100 : random.below(10);
        const daemon = start(`round ${String(round)}`, BATCH, 2000, pipe);
        let over = false;
        let begun: () => void = () => undefined;
        const begins = new Promise<void>(resolve => (begun = resolve));
        const pace = { events: 100, everyMs: 5, total: 1_000_000 };
        const feeding = feedStream(pipe, pace, () => over, begun);
        await begins;
        await sleep(random.below(1000));
        assert.equal((await daemon.stop('SIGKILL')).signal, 'SIGKILL', 'it had ended before');
        over = true;
        await feeding;
        for (const text of readSpool(join(spool, 'http'))) onDisk.add(idOf(text));
      }
      bad = 0;
      const empty = join(folder, 'empty.scap');
      writeStream(empty, 0);
      const last = start('last', 1000, 120_000, empty);
      assert.equal((await last.ended).code, 0);
      const log = last.stderr.map(line => line.text).join('\n');
      assert.doesNotMatch(log, /lost|damaged|missing|kept in the spool/);

      const sent = receiver.taken.flatMap(body => body.split('\n').slice(0, -1)).map(idOf);
      const delivered = new Set(sent);
      const lost = [...onDisk].filter(id => !delivered.has(id));
      assert.deepEqual(
        lost,
        [],
        `${String(lost.length)} of ${String(onDisk.size)} that were on disk are lost`,
      );
      for (const id of delivered)
        assert.ok(id % 1e7 === 0 || delivered.has(id - 1), `the one before ${String(id)} is missing`);
      let repeats = 0;
      for (let i = 1; i < sent.length; i++) {
        if (sent[i]! > sent[i - 1]!) continue;
        repeats++;
        // What goes out again is at most what was under way, and what had just been answered.
        const again = sent.slice(0, i).lastIndexOf(sent[i]!);
        assert.ok(again >= 0 && i - again <= 2 * BATCH, `${String(i - again)} alerts are repeated`);
      }
      assert.ok(repeats <= ROUNDS);
      assert.ok(onDisk.size > ROUNDS * 100, `${String(onDisk.size)} alerts were on disk`);
      const doubled = sent.length - delivered.size;
      console.log(
        `      ${String(ROUNDS)} kills: ${String(onDisk.size)} alerts seen on disk, ${String(delivered.size)} delivered, ${String(doubled)} of them twice`,
      );
    } finally {
      await receiver.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
