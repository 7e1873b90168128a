/** The daemon's own system calls never feed it: a rule that matches its own output file does not loop. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLive } from '../support/live.js';
import { eventually, sleep } from '../support/process.js';
import { falco, runDaemon } from '../support/run-daemon.js';

/** A launcher that starts the daemon in a pid namespace of its own, as in a container: there it has another pid. */
function inPidNamespace(folder: string): string {
  const path = join(folder, 'launcher');
  const unshare = 'unshare --pid --fork --mount-proc --kill-child';
  writeFileSync(path, `#!/bin/sh\nexec ${unshare} ${falco} "$@"\n`, { mode: 0o755 });
  return path;
}

describeLive('A rule that matches the output file of the daemon itself', () => {
  for (const [where, launcher] of [
    ['on the host', null],
    ['in a pid namespace', inPidNamespace],
  ] as const) {
    it(`fires for others who write the file, and not for the daemon ${where}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-output-'));
      const file = join(folder, 'alerts.txt');
      writeFileSync(file, '');
      const rules = [
        '- rule: Output file opened',
        '  desc: a loop, if the daemon watched itself',
        `  condition: evt.type in (open, openat, openat2, creat) and evt.is_open_write = true and fd.name = ${file}`,
        '  output: opened (file=%fd.name command=%proc.cmdline)',
        '  priority: WARNING',
        '',
      ].join('\n');
      // Without keep_alive the daemon opens the file for each alert.
      const config = { file_output: { enabled: true, keep_alive: false, filename: file } };
      const daemon = await runDaemon({
        rules,
        config,
        ...(launcher === null ? {} : { executable: launcher(folder) }),
      });
      try {
        for (let n = 0; n < 3; n += 1) execFileSync('touch', [file]);
        const alerts = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
        await eventually('three alerts', () => alerts().length >= 3);
        await sleep(1000);
        assert.deepEqual(
          alerts().map(line => line.slice(line.indexOf(' '))),
          Array.from({ length: 3 }, () => ` Warning opened (file=${file} command=touch ${file})`),
        );
      } finally {
        await daemon.stop(launcher === null ? 'SIGTERM' : 'SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
