import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHost } from '../../../daemon/metrics/host.js';
import { readResources } from '../../../daemon/metrics/resources.js';

describe('Resources', () => {
  let proc = '';
  before(() => {
    proc = mkdtempSync(join(tmpdir(), 'falco-proc-'));
    mkdirSync(join(proc, 'self'));
    mkdirSync(join(proc, 'sys/fs'), { recursive: true });
    const files = {
      'self/status': 'Name:\tfalco\nVmSize:\t 2000 kB\nVmRSS:\t  1000 kB\n',
      'self/smaps_rollup': '00-ff ---p [rollup]\nRss:  1000 kB\nPss:      700 kB\n',
      // Started at second 60; 5 s of user time, 5 s of system time. Its name holds what fields hold.
      'self/stat': `7 (a) S 1 2) S ${'0 '.repeat(10)}500 500 0 0 20 0 3 0 6000 0\n`,
      uptime: '160.00 300.00\n',
      meminfo:
        'MemTotal: 10000 kB\nMemFree: 3000 kB\nMemAvailable: 1 kB\nBuffers: 1000 kB\nCached: 2000 kB\n',
      stat: 'cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2\nbtime 1700000000\nprocs_running 4\n',
      'sys/fs/file-nr': '1184\t0\t9223372036854775807\n',
      memory: '123456\n',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(proc, name), content);
  });
  after(() => rmSync(proc, { recursive: true }));

  it('are what /proc and the control group say', () => {
    assert.deepEqual(readResources({ proc, cgroupMemory: join(proc, 'memory') }), {
      cpuPercent: 10,
      rssKb: 1000,
      vszKb: 2000,
      pssKb: 700,
      containerMemoryBytes: 123_456,
      hostCpuPercent: 20,
      hostMemoryKb: 4000,
      hostProcsRunning: 4,
      hostOpenFds: 1184,
    });
  });

  it('are 0 where there is nothing to read', () => {
    const nothing = readResources({ proc: '/nonexistent', cgroupMemory: '/nonexistent' });
    assert.ok(Object.values(nothing).every(value => value === 0));
  });

  it('of this very process are plausible', () => {
    const own = readResources({});
    assert.ok(own.rssKb > 10_000 && own.rssKb < own.vszKb && own.pssKb <= own.rssKb * 1.5);
    assert.ok(own.hostMemoryKb > 0 && own.hostOpenFds > 0 && own.hostProcsRunning > 0);
  });

  it('stand beside when the host was started', () => {
    assert.equal(readHost(proc).bootTime, 1_700_000_000_000_000_000n);
    assert.equal(readHost('/nonexistent').bootTime, 0n);
    assert.ok(!readHost().interfaces.some(({ name }) => name === 'lo'));
  });

  it('need no descriptor: where none is left the host has no addresses', () => {
    const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      import { openSync } from 'node:fs';
      import { readHost } from ${module('../../../daemon/metrics/host.js')};
      import { provoke } from ${module('../../../daemon/engine/source-proof.js')};
      try { for (;;) openSync('/dev/null'); } catch (error) { console.log(error.code); }
      provoke();
      console.log(JSON.stringify(readHost().interfaces));
    `;
    const words = ['-c', 'ulimit -n 60; exec "$0" --input-type=module -e "$1"', process.execPath, script];
    assert.equal(execFileSync('sh', words, { encoding: 'utf8' }), 'EMFILE\n[]\n');
  });
});
