import type { Flag } from '../flags.js';

/** How an option is written: `-o, --option KEY=VALUE`; its names, and its argument with what goes in front of it. */
export function optionNames({ short, long }: Flag): readonly string[] {
  return [...(short === '' ? [] : [`-${short}`]), ...(long === '' ? [] : [`--${long}`])];
}

/** ` KEY=VALUE`, `[=SOURCE]` or nothing. */
export function optionArgument({ argument, kind }: Flag): string {
  return argument === '' ? '' : kind === 'optional' ? `[=${argument}]` : ` ${argument}`;
}

/** How a name of an earlier option was written. */
export function goneName(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}
