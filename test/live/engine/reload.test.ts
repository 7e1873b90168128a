import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import { startEngine, type Engine } from '../../../daemon/engine/engine.js';
import { bpfObjects } from '../../support/bpf.js';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';

const OPENED = `
- rule: Opened
  desc: test
  condition: evt.type in (open, openat) and fd.name = /dev/null and proc.name = loops
  output: opened
  priority: NOTICE
`;

/** Asks for calls that neither the other rule nor the tables need. */
const CHANGED = `
- rule: Changed
  desc: test
  condition: evt.type in (chmod, fchmodat, fchmodat2) and proc.name = chmod
  output: changed
  priority: NOTICE
`;

describeLive(
  'A reload of the rules',
  function (this: Mocha.Suite) {
    this.timeout(60_000);
    const folder = mkdtempSync('/tmp/falco-reload-');
    const file = join(folder, 'file');
    const counts = new Map<string, number>();
    const errors: string[] = [];
    let engine: Engine;

    const options = (rules: string): Parameters<Engine['reload']>[0] => ({
      config: defaultConfig(),
      rules: [{ name: 'live.yaml', content: Buffer.from(rules) }],
    });

    before(async () => {
      writeFileSync(file, '');
      let ready = false;
      engine = startEngine(options(OPENED), {
        onRules: () => undefined,
        onReady: () => (ready = true),
        onAlert: ({ message }) => counts.set(message, (counts.get(message) ?? 0) + 1),
        onLog: () => undefined,
        onError: message => errors.push(message),
        onEnd: () => undefined,
      });
      await eventually('the engine is ready', () => (ready || errors.length > 0 ? true : undefined), 10_000);
      assert.deepEqual(errors, []);
    });
    after(async () => {
      await engine.stop();
      rmSync(folder, { recursive: true });
    });

    it('changes which calls are sent, loses no event of those that stay, and attaches nothing anew', async () => {
      const loops = cProgram('test/bench/loops.c');
      const { programs, links } = bpfObjects('self');
      assert.ok(programs.length > 0 && links.length > 0);
      execFileSync('chmod', ['600', file]);

      let done = 0;
      let running = true;
      const going = promisify(execFile)(loops, ['paced', '2000', '3']).then(({ stdout }) => {
        done = Number(stdout);
        running = false;
      });
      let reloads = 0;
      while (running) {
        const more = reloads++ % 2 === 0;
        assert.deepEqual(await engine.reload(options(more ? OPENED + CHANGED : OPENED)), { ok: true });
        execFileSync('chmod', ['600', file]);
        // What is still in the rings at the next reload is for the new rules to judge.
        if (more) await eventually('the alert', () => counts.get('changed') === (reloads + 1) / 2, 5_000);
        else await new Promise(passed => setTimeout(passed, 20));
      }
      await going;
      assert.ok(reloads >= 6 && done > 1_000);

      const expected = { opened: done, changed: Math.ceil(reloads / 2) };
      await eventually(
        'the alerts arrive',
        () =>
          counts.get('opened') === done && counts.get('changed') === expected.changed ? true : undefined,
        5_000,
      ).catch(() => undefined);
      assert.deepEqual(Object.fromEntries(counts), expected);
      const after = bpfObjects('self');
      assert.deepEqual([after.programs, after.links], [programs, links]);
      assert.deepEqual(errors, []);
    });
  },
  compilerFor('test/bench/loops.c'),
);
