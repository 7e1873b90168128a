/**
 * How long rules take to load: `node dist/test/bench/load.js FILE [rounds]`. Cold: from the start of `bin/falco` to the
 * verdict on the file, in a process of its own each time; CPU time stands beside wall time, since a busy machine
 * stretches the latter. Reload: loading and building the functions once more in a process that did it before.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { loadRules } from '../../daemon/rules/load.js';
import { projectRoot } from '../support/project.js';

const [file, rounds = '15'] = process.argv.slice(2);
if (file === undefined) throw new Error('which rules file?');
const content = readFileSync(file);

interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

const median = (values: readonly number[]): string =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!.toFixed(0);

function tell(title: string, samples: readonly Sample[]): void {
  const wall = samples.map(sample => sample.wall);
  const cpu = median(samples.map(sample => sample.cpu));
  console.log(
    `${title}: median ${median(wall)} ms (CPU ${cpu} ms), best ${Math.min(...wall).toFixed(0)} ms, of ${rounds}`,
  );
}

function measured(work: () => void, cpuMs: () => number): Sample {
  const cpu = cpuMs();
  const start = performance.now();
  work();
  return { wall: performance.now() - start, cpu: cpuMs() - cpu };
}

const own = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function start(...words: readonly string[]): Sample {
  const script = `exec 3>&1; { time "$@" >/dev/null 2>&1; } 2>&1`;
  const shell = ['-c', `TIMEFORMAT='%R %U %S'; ${script}`, 'bash', join(projectRoot, 'bin/falco'), ...words];
  const { stdout } = spawnSync('bash', shell, { encoding: 'utf8' });
  const [wall, user, system] = stdout.trim().split(' ').map(Number);
  return { wall: wall! * 1000, cpu: (user! + system!) * 1000 };
}

function load(): void {
  const { rules } = loadRules([{ name: file!, content }]);
  const input = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
  buildRuleset(input, 'first');
}

const times = Array.from({ length: Number(rounds) });
const version = times.map(() => start('--version'));
const validate = times.map(() => start('-V', file));
tell('start alone (--version)', version);
tell('cold, start to verdict (-V)', validate);
const first = measured(load, own);
const second = measured(load, own);
console.log(`in a process: first ${first.wall.toFixed(0)} ms, second ${second.wall.toFixed(0)} ms`);
tell(
  'reload',
  times.map(() => measured(load, own)),
);
