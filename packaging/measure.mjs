/**
 * Figures of the package on a clean machine with systemd: size, time of a start, memory. `packaging/check` runs it, which
 * makes the tree and the package.
 */
import { cpSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMachine } from '../dist/test/support/machine.js';
import { packages } from '../dist/test/support/packages.js';

const minutes = Number(process.argv[2] ?? 10);
const machine = await startMachine({
  init: 'systemd',
  tree: process.env.FALCO_TEST_TREE,
  privateNetwork: true,
  prepare: root => cpSync(packages.deb, join(root, 'root/falco.deb')),
});

function run(...command) {
  const { code, output } = machine.run(...command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${output}`);
  return output.trim();
}

/** Seconds of `systemctl start falco`, which returns when it watches. */
function timeStart() {
  run('systemctl', 'stop', 'falco');
  // So many starts in ten seconds are otherwise refused.
  run('systemctl', 'reset-failed', 'falco-modern-bpf');
  const start = process.hrtime.bigint();
  run('systemctl', 'start', 'falco');
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Resident memory of the daemon, in megabytes of 1024². */
function memory() {
  const pid = run('systemctl', 'show', '-P', 'MainPID', 'falco');
  return Number(/VmRSS:\s+(\d+)/.exec(run('cat', `/proc/${pid}/status`))[1]) / 1024;
}

try {
  run('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', 'install', '/root/falco.deb');
  const installed = Number(run('dpkg-query', '-W', '-f', '${Installed-Size}', 'falco')) / 1024;
  const starts = Array.from({ length: 5 }, timeStart).sort((a, b) => a - b);
  const atFirst = memory();
  await sleep(minutes * 60_000);
  console.log(`package            ${(statSync(packages.deb).size / 1024 ** 2).toFixed(1)} MB`);
  console.log(`installed          ${installed.toFixed(1)} MB`);
  console.log(
    `start until ready  ${starts[2].toFixed(2)} s (median of 5; ${starts[0].toFixed(2)} to ${starts[4].toFixed(2)})`,
  );
  console.log(
    `memory             ${atFirst.toFixed(0)} MB at first, ${memory().toFixed(0)} MB after ${minutes} minutes`,
  );
} finally {
  await machine.stop();
}
