/** The options of `falco-attack-suite`. */
import type { Reach } from './runtime.js';

export interface Arguments {
  readonly ids: readonly string[];
  readonly config: string | null;
  readonly rules: readonly string[];
  /** Where a daemon that runs already writes its alerts. */
  readonly alerts: string | null;
  /** null: to be found; 'none': no containers. */
  readonly runtime: Reach | 'none' | null;
  readonly jobs: number;
  readonly repeat: number;
  /** Milliseconds. */
  readonly patience: number;
  readonly strict: boolean;
}

export type Parsed =
  | { readonly kind: 'run'; readonly arguments: Arguments }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  | { readonly kind: 'error'; readonly message: string };

export const DESCRIPTION =
  'Performs attacks on this host, harmlessly, and looks whether falco raises the alerts. Needs root. Without ATTACK: all.';

/** What is typed, and what it means. */
export const OPTIONS: readonly (readonly [typed: string, meaning: string])[] = [
  ['-c FILE', 'configuration of the daemon that the suite starts for itself (/etc/falco/falco.yaml)'],
  ['-r FILE', 'rules, instead of those of the configuration; may be repeated'],
  [
    '--alerts FILE',
    'start no daemon: read the JSON alerts of one that runs from this file; -: from standard input',
  ],
  [
    '--runtime NAME',
    'docker, podman, containerd or none, instead of the first that is found; NAME=SOCKET to say where',
  ],
  ['--jobs N', 'attacks at a time (4)'],
  ['--repeat N', 'do it all so many times (1)'],
  ['--wait SECONDS', 'how long an alert may take (5)'],
  ['--strict', 'an attack that cannot be performed here counts as missed'],
  ['--list', 'print the attacks and end'],
  ['-h, --help', 'print this text and end'],
];

export const EXIT_CODES: readonly (readonly [code: string, when: string])[] = [
  ['0', 'when every attack that was performed was seen'],
  ['1', 'when not'],
  ['2', 'for a wrong option'],
  ['130', 'when interrupted'],
];

export const HELP = [
  'Usage: falco-attack-suite [OPTION...] [ATTACK...]',
  '',
  DESCRIPTION,
  '',
  ...OPTIONS.map(([typed, meaning]) => `  ${typed.padEnd(18)}  ${meaning}`),
  '',
  `Exit code: ${EXIT_CODES.map(row => row.join(' ')).join(', ')}.`,
  '',
].join('\n');

const RUNTIMES = ['docker', 'podman', 'containerd'] as const;

export function parseArguments(words: readonly string[]): Parsed {
  const ids: string[] = [];
  const rules: string[] = [];
  let found: Arguments = {
    ids,
    config: null,
    rules,
    alerts: null,
    runtime: null,
    jobs: 4,
    repeat: 1,
    patience: 5000,
    strict: false,
  };
  const error = (message: string): Parsed => ({ kind: 'error', message });
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '-h' || word === '--help') return { kind: 'help' };
    if (word === '--list') return { kind: 'list' };
    if (word === '--strict') {
      found = { ...found, strict: true };
      continue;
    }
    if (!word.startsWith('-')) {
      ids.push(word);
      continue;
    }
    const value = words[(at += 1)];
    if (value === undefined) return error(`${word} needs an argument, or is no option`);
    const number = Number(value);
    switch (word) {
      case '-c':
        found = { ...found, config: value };
        break;
      case '-r':
        rules.push(value);
        break;
      case '--alerts':
        found = { ...found, alerts: value };
        break;
      case '--runtime': {
        const [name, socket] = value.split('=', 2);
        const kind = RUNTIMES.find(known => known === name);
        if (value !== 'none' && kind === undefined) return error(`--runtime ${value}: no such runtime`);
        found = {
          ...found,
          runtime: kind === undefined ? 'none' : { kind, ...(socket !== undefined && { socket }) },
        };
        break;
      }
      case '--jobs':
      case '--repeat':
      case '--wait':
        if (!(number > 0)) return error(`${word} ${value}: a number above 0 is needed`);
        if (word === '--wait') found = { ...found, patience: number * 1000 };
        else found = { ...found, [word.slice(2)]: Math.ceil(number) };
        break;
      default:
        return error(`${word} is no option`);
    }
  }
  return { kind: 'run', arguments: found };
}
