/** Reading a test file: nodes of YAML → values. What does not fit is noted, with its place; verbs then answer null. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import { caretLine, filePlace, inPlace, snippet, type SourceFile } from '../rules/source-file.js';
import type { YamlMap, YamlNode, YamlScalar } from '../rules/yaml.js';
import type { Range } from './test-file.js';

/** More of one file is not told. */
const MOST_PROBLEMS = 50;

export interface Entry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export class Reader {
  readonly file: SourceFile;
  readonly problems: Diagnostic[] = [];

  constructor(file: SourceFile) {
    this.file = file;
  }

  fail(at: Range, message: string, hint?: string): null {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem(this.file, at, message, hint));
    return null;
  }

  /** Entries of a map by key; undefined for keys that are absent or, unless they are kept, empty. */
  map<K extends string>(
    node: YamlNode,
    what: string,
    keys: readonly K[],
    empty: 'leave out' | 'keep' = 'leave out',
  ): Partial<Record<K, Entry>> | null {
    if (node.kind !== 'map') return this.fail(node, `${what} has to be a map`);
    const entries: Partial<Record<K, Entry>> = {};
    for (const { key, value } of this.entries(node)) {
      const known = keys.find(name => name === key.text);
      if (known === undefined) {
        const hint = didYouMean(key.text, keys) ?? `known are: ${keys.join(', ')}`;
        this.fail(key, `${what} has no key '${key.text}'`, hint);
      } else if (empty === 'keep' || value.kind !== 'scalar' || !value.isNull) {
        entries[known] = { key, value };
      }
    }
    return entries;
  }

  /** Entries whose keys are text, each key once. */
  entries(node: YamlMap): readonly Entry[] {
    const found = new Map<string, Entry>();
    for (const { key, value } of node.entries) {
      if (key.kind !== 'scalar') this.fail(key, 'a key has to be text');
      else if (found.has(key.text)) this.fail(key, `key '${key.text}' is there twice`);
      else found.set(key.text, { key, value });
    }
    return [...found.values()];
  }

  text(node: YamlNode, what: string): string | null {
    if (node.kind !== 'scalar' || node.isNull || node.text === '')
      return this.fail(node, `${what} has to be text`);
    return node.text;
  }

  /** Texts of a sequence; one text alone is a sequence of one. */
  texts(node: YamlNode, what: string): readonly YamlScalar[] | null {
    const items = node.kind === 'sequence' ? node.items : [node];
    const texts: YamlScalar[] = [];
    for (const item of items) {
      if (item.kind !== 'scalar') return this.fail(item, `${what} has to be text or a list of texts`);
      texts.push(item);
    }
    return texts;
  }

  items(node: YamlNode, what: string): readonly YamlNode[] | null {
    return node.kind === 'sequence' ? node.items : this.fail(node, `${what} has to be a list`);
  }

  /** A whole number, decimal, hexadecimal or octal (0o17). */
  number(node: YamlNode, what: string): number | null {
    const text = node.kind === 'scalar' ? node.text : '';
    const value = /^(-?\d+|0x[0-9a-fA-F]+|0o[0-7]+)$/.test(text) ? Number(text) : NaN;
    return Number.isSafeInteger(value) ? value : this.fail(node, `${what} has to be a whole number`);
  }
}

export function problem(file: SourceFile, at: Range, message: string, hint?: string): Diagnostic {
  const place = inPlace(filePlace(file), 'rule tests', '', at);
  const { locations } = place;
  const common = { severity: 'error', code: 'RULE_TESTS', message, locations, text: snippet(place) } as const;
  return hint === undefined ? common : { ...common, hint };
}

/** `file:line:column: message`, counted from 1, and the line with a caret under it. */
export function problemText({ message, locations, text, hint }: Diagnostic): string {
  const { source, span } = locations.at(-1)!;
  const { line, column } = span.start;
  const lines = [`${source}:${String(line + 1)}:${String(column + 1)}: ${message}`];
  lines.push(`    ${text}`, `    ${caretLine(text, column)}`);
  if (hint !== undefined) lines.push(`    ${hint}`);
  return lines.join('\n');
}
