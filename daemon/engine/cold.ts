/**
 * Compiling rules is cold code: it runs at the start and at a reload, each time over everything, and then not for days.
 * The runtime must not treat it as a hot loop. Optimising it costs more than it gains (after the first few reloads a
 * reload takes 1.5 times the CPU time), and the machine code, with what the runtime knows of it, stays for ever: 1.2 MB
 * more after 200 reloads. Nor may the generated functions go to the runtime's cache of sources, which keeps those of
 * earlier rulesets until collections of its own have aged them (another 1 MB, now and then).
 */
import { setFlagsFromString } from 'node:v8';

/** What holds while cold code runs, and what holds otherwise: the runtime's own defaults. They are read at each decision. */
const FLAGS = [
  ['--max-optimized-bytecode-size=0', '--max-optimized-bytecode-size=61440'],
  ['--no-compilation-cache', '--compilation-cache'],
] as const;

/** Runs it without optimising what it calls. Meanwhile no thread of the process optimises anything. */
export function runCold<T>(work: () => T): T {
  for (const [cold] of FLAGS) setFlagsFromString(cold);
  try {
    return work();
  } finally {
    for (const [, usual] of FLAGS) setFlagsFromString(usual);
  }
}
