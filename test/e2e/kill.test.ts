/** Whatever happens to the daemon, nothing of it stays in the kernel. */
import assert from 'node:assert/strict';
import { bpfObjects, bpfObjectsGone, watchBpfMaps } from '../support/bpf.js';
import { describeLive } from '../support/live.js';
import { runDaemon } from '../support/run-daemon.js';
import type { Daemon } from '../support/run-daemon.js';

/** Ends the daemon by `end`, and waits until the kernel has let go of all that it held. */
async function endsClean(daemon: Daemon, end: () => Promise<unknown>): Promise<void> {
  const held = bpfObjects(daemon.pid);
  assert.ok(
    held.programs.length > 0 && held.maps.length > 0,
    'a daemon that watches holds programs and maps',
  );
  await end();
  await bpfObjectsGone(held);
}

describeLive(
  'A daemon that is killed',
  () => {
    it('leaves no program and no map behind, ten times', async function () {
      this.timeout(120_000);
      for (let round = 1; round <= 10; round += 1) {
        const daemon = await runDaemon();
        await endsClean(daemon, async () => assert.equal((await daemon.stop('SIGKILL')).signal, 'SIGKILL'));
      }
    });

    // A tool that opens a map that is on its way out can keep it: see native/driver/lib/handler.h.
    it('leaves no map behind either when two tools list all maps meanwhile, five times', async function () {
      this.timeout(120_000);
      const watches = [watchBpfMaps(), watchBpfMaps()];
      try {
        for (let round = 1; round <= 5; round += 1) {
          const daemon = await runDaemon();
          await endsClean(daemon, async () => assert.equal((await daemon.stop('SIGKILL')).signal, 'SIGKILL'));
        }
      } finally {
        for (const watch of watches)
          assert.ok((await watch.stop()) >= 5, 'the maps were listed all the while');
      }
    });

    it('leaves nothing behind when it is asked to stop either', async () => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const daemon = await runDaemon();
        await endsClean(daemon, async () =>
          assert.deepEqual(await daemon.stop(signal), { code: 0, signal: null }),
        );
      }
    });
  },
  ['bpftool'],
);
