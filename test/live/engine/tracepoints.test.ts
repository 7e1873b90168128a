/** Rules on what is no system call: signals, and files that are opened through an io_uring. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../../daemon/alerts/alert.js';
import { defaultConfig } from '../../../daemon/config/defaults.js';
import type { Engine } from '../../../daemon/engine/engine.js';
import { compilerFor, cProgram } from '../../support/c-program.js';
import { describeLive, kernelAtLeast } from '../../support/live.js';
import { watchingEngine } from '../../support/live-engine.js';
import { eventually } from '../../support/process.js';

const rules = (condition: string, output: string): { name: string; content: Buffer }[] => [
  {
    name: 'tracepoints.yaml',
    content: Buffer.from(
      `- {rule: Seen, desc: test, priority: NOTICE, condition: '${condition}', output: '${output}'}`,
    ),
  },
];

describeLive(
  'the engine on tracepoints',
  function (this: Mocha.Suite) {
    const folder = mkdtempSync('/tmp/falco-engine-');
    const file = join(folder, 'file');
    const alerts: Alert[] = [];
    let engine: Engine;

    before(async () => {
      const opened = `evt.type in (open, openat, openat2) and evt.is_open_read = true and fd.num >= 0 and fd.name = ${file}`;
      engine = await watchingEngine(rules(opened, '%proc.name opened %fd.name'), alert => alerts.push(alert));
    });
    after(async () => {
      await engine.stop();
      rmSync(folder, { recursive: true });
    });

    const arrived = async (count: number): Promise<string[]> => {
      await eventually('the alerts arrive', () => (alerts.length >= count ? true : undefined), 10_000);
      return alerts.splice(0).map(alert => alert.message);
    };

    it('alerts of files that are opened through an io_uring, into descriptors or not', async function () {
      if (!kernelAtLeast(6, 0)) this.skip();
      spawnSync(cProgram('test/live/driver/ring.c'), { cwd: folder });
      // The first one writes, too; of the rest one only writes.
      assert.deepEqual(
        await arrived(3),
        Array.from({ length: 3 }, () => `ring opened ${file}`),
      );
    });

    it('alerts of signals once a rule asks for them, and no longer when none does', async () => {
      // One that handles the signal: of the others the kernel says SIGKILL, whatever it was that ended them.
      const killed = async (): Promise<number> => {
        // By the time that it says so it has run one program, to its end, and runs no other.
        const child = spawn('sh', ['-c', 'trap exit TERM; sleep 0; echo; read line']);
        await new Promise(done => child.stdout.once('data', done));
        child.kill('SIGTERM');
        await new Promise(done => child.on('exit', done));
        return child.pid!;
      };
      const load = (condition: string, output: string): Promise<unknown> =>
        engine.reload({ config: defaultConfig(), rules: rules(condition, output) });
      await load(
        'evt.type = signaldeliver and evt.arg.sig = SIGTERM and proc.name = sh',
        '%evt.arg.sig from %evt.arg.spid to %proc.pid',
      );
      const pid = await killed();
      assert.deepEqual(await arrived(1), [`SIGTERM from node to ${String(pid)}`]);
      await load(
        'evt.type in (signaldeliver, execve) and evt.type != signaldeliver and proc.name = sleep',
        'started',
      );
      await killed();
      assert.deepEqual(await arrived(1), ['started']);
    });
  },
  compilerFor('test/live/driver/ring.c'),
);
