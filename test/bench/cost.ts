/**
 * What the daemon costs the programs that it watches: loops of system calls with and without it, by turns in one run;
 * nanoseconds a round (of the loop's own CPU time), their difference and ratio as medians over the pairs. getppid and
 * read are calls that no rule asks for; the rules are those that come with the daemon.
 *
 *     node dist/test/bench/cost.js [pairs]     as root
 */
import { execFileSync } from 'node:child_process';
import { cProgram } from '../support/c-program.js';
import { runDaemon } from '../support/run-daemon.js';

// prettier-ignore
const LOOPS: readonly (readonly [name: string, count: number])[] = [
  ['getppid', 3_000_000],
  ['read',    3_000_000],
  ['open',      200_000],
  ['exec',        1_000],
];

const pairs = Number(process.argv[2] ?? 7);
const loops = cProgram('test/bench/loops.c');

function measure(): Map<string, number> {
  return new Map(
    LOOPS.map(([name, count]) => {
      const [, cpu] = execFileSync(loops, [name, String(count)], { encoding: 'utf8' }).split(' ');
      return [name, Number(cpu)];
    }),
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const without: Map<string, number>[] = [];
const watched: Map<string, number>[] = [];
for (let pair = 0; pair < pairs; pair++) {
  without.push(measure());
  const daemon = await runDaemon();
  watched.push(measure());
  await daemon.stop();
}
console.log('loop      alone ns   watched ns   difference   ratio');
for (const [name] of LOOPS) {
  const alone = without.map(round => round.get(name)!);
  const seen = watched.map(round => round.get(name)!);
  const differences = seen.map((value, i) => value - alone[i]!);
  const ratios = seen.map((value, i) => value / alone[i]!);
  console.log(
    `${name.padEnd(8)} ${median(alone).toFixed(0).padStart(9)} ${median(seen).toFixed(0).padStart(12)}` +
      ` ${median(differences).toFixed(1).padStart(12)} ${median(ratios).toFixed(2).padStart(7)}`,
  );
}
