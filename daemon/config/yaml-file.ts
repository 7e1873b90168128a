/** The text of etc/falco.yaml: every key with its value, under a comment that says what it does. */
import { stringify } from 'yaml';
import type { AnyKey, Keys, Records } from './key.js';
import { KEYS } from './keys.js';
import { DELIVERED, EXAMPLES, GROUPS, type Group } from './layout.js';

const WIDTH = 118;
const RULE = `# ${'-'.repeat(WIDTH - 1)}`;

const HEAD = [
  'Configuration of falco.',
  'Every key is here, most with the value that it has when it is left out; docs/config.md says which have another. A key that falco does not know, or a value of the wrong type, is answered with a warning that names the line; the daemon starts all the same. `${NAME}` in a value is replaced by the environment variable; `$${NAME}` stays `${NAME}`.',
  "`falco -o key=value` sets one key for one run: -o json_output=true, -o engine.modern_ebpf.buf_size_preset=5, -o 'rules_files[]=/root/mine.yaml'. After a change, SIGHUP (`service falco reload`) reads everything anew.",
];

/** @returns the file, with a newline at its end */
export function yamlFile(): string {
  const head = HEAD.flatMap((text, i) => [...(i > 0 ? ['#'] : []), ...comment(text, 0)]);
  return [...head, ...GROUPS.flatMap(group), ''].join('\n');
}

function group({ title, text = [], keys }: Group): readonly string[] {
  return [
    '',
    RULE,
    ...comment(title, 0),
    ...text.flatMap(paragraph => ['#', ...comment(paragraph, 0)]),
    ...keys.flatMap(name => ['', ...lines((KEYS as Keys)[name]!, name, name, 0)]),
  ];
}

function lines(key: AnyKey, name: string, path: string, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  switch (key.kind) {
    case 'section':
      return [
        `${indent}${name}:`,
        ...Object.entries(key.keys).flatMap(([below, inner]) =>
          lines(inner, below, `${path}.${below}`, depth + 1),
        ),
      ];
    case 'records':
      return [
        ...comment(key.meaning, depth),
        ...entryKeys(key, depth),
        ...example(path, depth),
        ...valueLines(name, DELIVERED[path] ?? [], depth),
      ];
    case 'key': {
      const ignored = key.ignored === undefined ? '' : ` Read and ignored: ${key.ignored}.`;
      return [
        ...comment(key.meaning + ignored, depth),
        ...example(path, depth),
        ...valueLines(name, DELIVERED[path] ?? key.fallback, depth),
      ];
    }
  }
}

/** What the entries of a list can say. */
function entryKeys(records: Records<Keys>, depth: number): readonly string[] {
  const row = (keys: Keys, above: string): readonly string[] =>
    Object.entries(keys).flatMap(([name, key]) =>
      key.kind === 'section'
        ? row(key.keys, `${above}${name}.`)
        : comment(`${above}${name}: ${key.meaning}`, depth, '    '),
    );
  return [...comment('An entry has', depth), ...row(records.keys, '')];
}

function valueLines(name: string, value: unknown, depth: number): readonly string[] {
  return stringify({ [name]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map(line => '  '.repeat(depth) + line);
}

function example(path: string, depth: number): readonly string[] {
  const text = EXAMPLES[path];
  if (text === undefined) return [];
  const indent = '  '.repeat(depth);
  return text
    .trim()
    .split('\n')
    .map((line, i) => `${indent}# ${i === 0 ? line : line.slice(indent.length)}`);
}

function comment(text: string, depth: number, hanging = ''): readonly string[] {
  const head = `${'  '.repeat(depth)}# `;
  const found: string[] = [];
  let line = hanging.slice(0, 2);
  // An option stays with its value.
  for (const word of text.split(/(?<!-o) /)) {
    if (line.trim() !== '' && head.length + line.length + 1 + word.length > WIDTH) {
      found.push(head + line);
      line = hanging;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...found, head + line];
}
