/**
 * What the daemon costs the programs that it watches: loops of system calls alone, with an empty program on the end of
 * system calls, and with the daemon, by turns in one run; nanoseconds a round (of the loop's own CPU time), medians over
 * the rounds. The empty program is what the kernel takes for anything that watches system calls, so what is above it is
 * the daemon's own. getppid and read are calls that no rule asks for; the rules are those that come with the daemon.
 *
 *     node dist/test/bench/cost.js [rounds]     as root
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

/** A daemon that has just started compiles what it runs, on the CPU that is left: for its first second only. */
const WARM_UP = ['open', '300000'];

const rounds = Number(process.argv[2] ?? 7);
const loops = cProgram('test/bench/loops.c');
const names = LOOPS.map(([name]) => name);

/** Nanoseconds a round of each loop. */
function measure(...before: readonly string[]): readonly number[] {
  return LOOPS.map(([name, count]) =>
    Number(execFileSync(loops, [...before, name, String(count)], { encoding: 'utf8' }).split(' ')[1]),
  );
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const alone: (readonly number[])[] = [];
const empty: (readonly number[])[] = [];
const watched: (readonly number[])[] = [];
for (let round = 0; round < rounds; round++) {
  alone.push(measure());
  empty.push(measure('empty'));
  const daemon = await runDaemon();
  execFileSync(loops, WARM_UP);
  watched.push(measure());
  await daemon.stop();
}
const compared = (
  loop: number,
  one: readonly (readonly number[])[],
  other: readonly (readonly number[])[],
  compare: (a: number, b: number) => number,
): number => median(one.map((values, round) => compare(values[loop]!, other[round]![loop]!)));
const minus = (a: number, b: number): number => a - b;
console.log("loop      alone ns     empty   watched    daemon's own ns   watched / alone   watched / empty");
names.forEach((name, i) => {
  const columns = [
    median(alone.map(values => values[i]!))
      .toFixed(0)
      .padStart(9),
    median(empty.map(values => values[i]!))
      .toFixed(0)
      .padStart(9),
    median(watched.map(values => values[i]!))
      .toFixed(0)
      .padStart(9),
    compared(i, watched, empty, minus).toFixed(1).padStart(18),
    compared(i, watched, alone, (a, b) => a / b)
      .toFixed(2)
      .padStart(17),
    compared(i, watched, empty, (a, b) => a / b)
      .toFixed(2)
      .padStart(17),
  ];
  console.log(`${name.padEnd(8)} ${columns.join(' ')}`);
});
