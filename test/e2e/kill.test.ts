/** Whatever happens to the daemon, nothing of it stays in the kernel. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describeLive } from '../support/live.js';
import { eventually } from '../support/process.js';
import { runDaemon } from '../support/run-daemon.js';

interface KernelObject {
  readonly id: number;
  readonly name?: string;
  readonly pids?: readonly { readonly pid: number }[];
}

/** The BPF programs and maps of the kernel, by kind and id. */
function objects(): Map<string, KernelObject> {
  const found = new Map<string, KernelObject>();
  for (const kind of ['prog', 'map', 'link']) {
    const text = execFileSync('/usr/sbin/bpftool', ['-j', kind, 'list'], {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    for (const object of JSON.parse(text || '[]') as KernelObject[])
      found.set(`${kind} ${object.id}`, object);
  }
  return found;
}

/** Those that a process holds. */
function heldBy(pid: number): string[] {
  return [...objects()]
    .filter(([, object]) => object.pids?.some(holder => holder.pid === pid))
    .map(([key]) => key);
}

describeLive(
  'A daemon that is killed',
  () => {
    it('leaves no program and no map behind, ten times', async function () {
      this.timeout(120_000);
      for (let round = 1; round <= 10; round += 1) {
        const daemon = await runDaemon();
        const held = heldBy(daemon.pid);
        assert.ok(
          held.some(key => key.startsWith('prog')) && held.some(key => key.startsWith('map')),
          `round ${round}: held ${held.length}`,
        );
        const ending = await daemon.stop('SIGKILL');
        assert.equal(ending.signal, 'SIGKILL');
        await eventually(`round ${round}: all objects gone`, () => {
          const left = objects();
          return held.every(key => !left.has(key));
        });
      }
    });

    it('leaves nothing behind when it is asked to stop either', async () => {
      const daemon = await runDaemon();
      const held = heldBy(daemon.pid);
      assert.ok(held.length > 0);
      assert.deepEqual(await daemon.stop(), { code: 0, signal: null });
      await eventually('all objects gone', () => {
        const left = objects();
        return held.every(key => !left.has(key));
      });
    });
  },
  ['bpftool'],
);
