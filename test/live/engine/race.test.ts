/** What alerts say of a program that rewrites the path of an open while the kernel reads it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { startEngine } from '../../../daemon/engine/engine.js';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';

const ROUNDS = 2500;

describeLive(
  'the engine, raced for a path,',
  function (this: Mocha.Suite) {
    it('misses no open of the watched file, and never names a file that was not opened', async function () {
      if (availableParallelism() < 2) this.skip();
      const folder = mkdtempSync('/tmp/falco-race-');
      const [watched, other] = [join(folder, 'file-b'), join(folder, 'file-a')] as const;
      for (const path of [watched, other]) writeFileSync(path, '');
      const named: string[] = [];
      const errors: string[] = [];
      let ready = false;
      const rule = `- {rule: Opened, desc: d, priority: NOTICE, output: '%fd.name', condition: 'evt.type = openat and proc.name = race and fd.name = ${watched}'}`;
      const engine = startEngine(
        { config: defaultConfig(), rules: [{ name: 'race.yaml', content: Buffer.from(rule) }] },
        {
          onRules: () => undefined,
          onReady: () => (ready = true),
          onAlert: alert => named.push(alert.message),
          onLog: () => undefined,
          onError: message => errors.push(message),
          onEnd: () => undefined,
        },
      );
      try {
        await eventually('it is ready', () => (ready || errors.length > 0 ? true : undefined), 10_000);
        assert.deepEqual(errors, []);
        const { stdout } = await promisify(execFile)(
          cProgram('test/live/driver/race.c'),
          ['openat', String(ROUNDS)],
          { cwd: folder },
        );
        const reached = stdout.trim().split('\n')[1]!;
        const truth = reached.split('b').length - 1;
        assert.ok(truth > ROUNDS / 50 && truth < ROUNDS - ROUNDS / 50, `${String(truth)} times`);
        const count = (path: string): number => named.filter(name => name === path).length;
        await eventually('the alerts arrive', () => (count(watched) >= truth ? true : undefined), 10_000);
        await engine.stop();
        assert.equal(count(watched), truth);
        // Where the memory named the watched file while the other one was opened, the alert says which one it was.
        assert.equal(count(watched) + count(other), named.length);
      } finally {
        await engine.stop();
        rmSync(folder, { recursive: true });
      }
    });
  },
  compilerFor('test/live/driver/race.c'),
);
