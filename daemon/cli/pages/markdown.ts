/** The text of docs/command-line.md. */
import { table } from '../../config/markdown.js';
import { FLAGS, type Flag } from '../flags.js';
import { GONE_FLAGS, type GoneFlag } from '../gone-flags.js';
import { goneName, optionArgument, optionNames } from './option-text.js';
import { DESCRIPTION, ENVIRONMENT, EXIT_CODES, SIGNALS, type Entry } from './texts.js';

const STATES: Readonly<Record<GoneFlag['kind'], string>> = {
  run: 'works, with a warning',
  'list-events': 'works, with a warning',
  ignore: 'accepted and ignored, with a warning',
  refuse: 'refused',
  never: 'never was an option',
};

/** @returns the page, with a newline at its end */
export function commandLinePage(): string {
  const entries = (head: string, list: readonly Entry[]): string => table([head, 'meaning'], list);
  return `${[
    '# The command line',
    'Options, made from one table (`daemon/cli/flags.ts`) as are `falco --help`, the man page falco(8) and the completions for bash, zsh and fish.',
    ...DESCRIPTION,
    '## Options',
    table(['option', 'what it does', 'here'], Object.values(FLAGS).map(row)),
    '## Options of earlier releases',
    table(['option', 'releases', 'here'], GONE_FLAGS.map(goneRow)),
    "An option that never was is an error (`Error: Option 'x' does not exist`, exit code 1).",
    '## Exit codes',
    entries('code', EXIT_CODES),
    '## Signals',
    entries('signal', SIGNALS),
    '## Environment',
    entries('variable', ENVIRONMENT),
  ].join('\n\n')}\n`;
}

function row(flag: Flag): readonly string[] {
  const names = optionNames(flag).map(name => `\`${name}\``);
  const argument = optionArgument(flag);
  const written = `${names.join(', ')}${argument === '' ? '' : ` \`${argument.trim()}\``}`;
  return [written, flag.meaning, flag.own ? 'works; not in Falco' : 'works'];
}

function goneRow({ names, argument, releases, instead, kind }: GoneFlag): readonly string[] {
  const written = names.map(name => `\`${goneName(name)}\``).join(', ');
  return [`${written}${argument === '' ? '' : ` \`${argument}\``}`, releases, `${STATES[kind]}: ${instead}`];
}
