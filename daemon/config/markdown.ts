/** The text of docs/config.md: every key, what it does and what becomes of it here. */
import { GONE } from './gone.js';
import type { Keys } from './key.js';
import { KEYS } from './keys.js';
import { GROUPS } from './layout.js';
import { rowsOf, type Leaf, type Row } from './table-walk.js';

// prettier-ignore
const HEAD = `# falco.yaml

All keys, in the order of \`etc/falco.yaml\`. This page and that file are made from one table
(\`daemon/config/keys.ts\`); \`falco --config-schema\` prints the same as a JSON schema.

## Where a value comes from

The later counts:

1. the default, as below;
2. the file that \`-c\` names; without it \`/etc/falco/falco.yaml\`, or \`etc/falco.yaml\` of the clone that falco runs from;
3. the files of \`config_files\`, in order: of a folder each file in it, by name. Only whole top-level keys are merged,
   as \`strategy\` says: \`append\` (lists grow, everything else is replaced), \`override\`, \`add-only\`. An included file
   cannot include others;
4. \`-o key=value\`, in order; those that set \`config_files\` count before step 3;
5. \`-U\`, \`-r\` (instead of \`rules_files\`), \`-p\` (added to \`append_output\`).

Of a key that a file has twice, the first counts.

In files \`\${NAME}\` in a value becomes the environment variable, or nothing when it is not set; \`$\${NAME}\` stays
\`\${NAME}\`. Names of keys, rules files and \`-o\` are left as they are.

\`-o\` takes \`key=value\`, \`a.b.c=value\`, \`list[1]=value\`, \`list[]=value\` (one more entry), \`list[].key=value\` and
\`key={a: b, c: d}\`. A backslash takes the meaning from a \`.\`, \`[\`, \`]\` or \`\\\` in a name.

## What is wrong is said

A key that does not exist, a value of the wrong type (the default counts then) and a key of an earlier release are warnings
in the log, with file, line and column; the line of the file in the list of configuration files says \`schema validation:
failed\`. A value that cannot be guessed at (\`engine.kind: foo\`) is an error: the daemon does not start, a running one
keeps what it has.
`;

/** @returns the page, with a newline at its end */
export function configPage(): string {
  const groups = GROUPS.map(({ title, text = [], keys }) =>
    [
      `## ${title}`,
      ...text,
      table(
        ['key', 'value', 'default', 'since', 'what it does', 'here'],
        keys.flatMap(name => rowsOf((KEYS as Keys)[name]!, name)).map(cells),
      ),
    ].join('\n\n'),
  );
  const gone = [
    '## Keys of earlier releases',
    'They have no effect, and a warning says what to write instead.',
    table(
      ['key', 'releases', 'here'],
      [
        [
          '`rules_file`',
          'up to now',
          'works, with a warning: write `rules_files`. Both at once are an error',
        ],
        ...[...GONE].map(([path, { releases, instead }]) => [`\`${path}\``, releases, instead]),
        ['`engine.kind: ebpf`, `gvisor`', 'up to 0.43', 'an error: write `engine.kind: modern_ebpf`'],
      ],
    ),
  ].join('\n\n');
  return `${[HEAD.trimEnd(), ...groups, gone].join('\n\n')}\n`;
}

const SINCE: Readonly<Record<string, string>> = { own: 'not in Falco', old: 'before 0.30' };

function cells({ path, key }: Row): readonly string[] {
  return [
    `\`${path}\``,
    key.kind === 'records'
      ? 'a list of entries'
      : (key.words?.map(word => `\`${word}\``).join(', ') ?? key.type),
    key.kind === 'records' ? '`[]`' : shown(key.fallback),
    SINCE[key.since] ?? key.since,
    key.meaning,
    state(key),
  ];
}

function shown(value: unknown): string {
  return value === null ? 'as above' : `\`${JSON.stringify(value)}\``;
}

/** What becomes of a key. */
function state(key: Leaf): string {
  if (key.idle !== undefined) return 'accepted, and not available in this version';
  if (key.kind === 'key' && key.ignored !== undefined) return `accepted and ignored: ${key.ignored}`;
  return key.limits === undefined ? 'works' : `works within limits: ${key.limits}`;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
