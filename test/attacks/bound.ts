/** Commands that end when the suite ends, also when it is killed: they clean up then. */
import { isInstalled } from '../support/live.js';

type Command = readonly [program: string, ...rest: string[]];

const UNTIL_PARENT_ENDS = isInstalled('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : [];
const IN_SESSION = isInstalled('setsid') ? ['setsid'] : [];

export function bound(words: readonly string[]): Command {
  const [program, ...rest] = [...UNTIL_PARENT_ENDS, ...words];
  return [program!, ...rest];
}

/** What a terminal sends to the suite (Ctrl-C) does not reach these: the suite ends them in order. */
export function boundApart(words: readonly string[]): Command {
  return bound([...IN_SESSION, ...words]);
}
