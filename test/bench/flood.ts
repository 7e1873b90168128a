/**
 * What the daemon takes while a program opens and closes a file 50,000 and 100,000 times a second, and as often as it can:
 * its own processor time, and what of the events was lost, by reason. With the rules that come with the daemon.
 *
 *     node dist/test/bench/flood.js [seconds]     as root
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cProgram } from '../support/c-program.js';
import { runDaemon } from '../support/run-daemon.js';

const seconds = Number(process.argv[2] ?? 10);
const loops = cProgram('test/bench/loops.c');

/** Ticks of /proc/PID/stat are hundredths of a second on all architectures that the daemon runs on. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    .split(') ')[1]!
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

console.log('pairs/s      pairs done   daemon CPU    events seen       lost');
for (const rate of [50_000, 100_000, 0]) {
  const daemon = await runDaemon({ args: ['-v'] });
  const before = cpuSeconds(daemon.pid);
  const done = Number(execFileSync(loops, ['paced', String(rate), String(seconds)], { encoding: 'utf8' }));
  // What is still in the rings belongs to the figure.
  await new Promise(passed => setTimeout(passed, 1_000));
  const cpu = ((cpuSeconds(daemon.pid) - before) / seconds) * 100;
  await daemon.stop();
  const stderr = daemon.stderr.map(({ text }) => `${text}\n`).join('');
  const number = (pattern: RegExp): string => pattern.exec(stderr)?.[1] ?? '?';
  const lost = /Driver Drops:.*\n((?: {3}\w+: \d+\n)*)/.exec(stderr)?.[1] ?? '';
  console.log(
    `${(rate === 0 ? 'unpaced' : String(rate)).padEnd(8)} ${String(done).padStart(14)}` +
      ` ${`${cpu.toFixed(0)} %`.padStart(12)} ${number(/Driver Events:(\d+)/).padStart(14)}` +
      ` ${number(/Driver Drops:(\d+)/).padStart(10)}`,
  );
  if (lost !== '') console.log(lost.trimEnd());
}
