/** What the daemon costs a host on which nothing happens. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeLive } from '../support/live.js';
import { sleep } from '../support/process.js';
import { runDaemon } from '../support/run-daemon.js';

/** CPU time of the process so far, in milliseconds (fields utime and stime of its stat, at 100 ticks a second). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  return Number(line![1]) / 1024;
}

/** CPU time that the whole host has used so far, in milliseconds: all of /proc/stat but idling and waiting for disks. */
function hostCpuMs(): number {
  const [user, nice, system, , , irq, softirq] = /^cpu\s+(.*)$/m
    .exec(readFileSync('/proc/stat', 'latin1'))![1]!
    .split(' ')
    .map(Number);
  return (user! + nice! + system! + irq! + softirq!) * 10;
}

const SLICE_MS = 5000;
/** A slice in which the rest of the host used more than this share of a core says nothing of an idle host. */
const QUIET_PERCENT = 4;
const ENOUGH_MS = 60_000;
const LONGEST_MS = 200_000;

describeLive('An idle host', () => {
  it('gives the daemon less than 0.5 % of a core over a minute, and less than 120 MB', async function () {
    this.timeout(LONGEST_MS + 30_000);
    const daemon = await runDaemon();
    try {
      await sleep(2000);
      let used = 0;
      let quiet = 0;
      for (let passed = 0; quiet < ENOUGH_MS && passed < LONGEST_MS; passed += SLICE_MS) {
        const before = { daemon: cpuMs(daemon.pid), host: hostCpuMs() };
        await sleep(SLICE_MS);
        const own = cpuMs(daemon.pid) - before.daemon;
        const others = hostCpuMs() - before.host - own;
        if ((others / SLICE_MS) * 100 > QUIET_PERCENT) continue;
        used += own;
        quiet += SLICE_MS;
      }
      const share = (used / quiet) * 100;
      const rss = rssMegabytes(daemon.pid);
      console.log(`      ${share.toFixed(2)} % of a core over ${quiet / 1000} s, ${rss.toFixed(0)} MB`);
      assert.ok(quiet >= 20_000, `the host was idle for ${quiet / 1000} s only: nothing can be said`);
      assert.ok(share < 0.5, `${share} % of a core`);
      assert.ok(rss < 120, `${rss} MB`);
    } finally {
      await daemon.stop();
    }
  });
});
