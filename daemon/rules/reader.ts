/** Reading values of the keys of one item: what is missing or of the wrong kind becomes a diagnostic. */
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { diagnose, type Code } from './codes.js';
import { inPlace, type Place } from './source-file.js';
import type { YamlMap, YamlNode, YamlScalar } from './yaml.js';

/** Where diagnostics of one file gather. */
export interface Findings {
  readonly errors: Diagnostic[];
  readonly warnings: Diagnostic[];
  /** Warnings beyond Falco's. */
  readonly notes: Diagnostic[];
}

/* prettier-ignore */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  (
    [['y', true], ['yes', true], ['on', true], ['true', true], ['n', false], ['no', false], ['off', false], ['false', false]] as const
  ).flatMap(([word, value]) => [
    [word, value],
    [word.toUpperCase(), value],
    [word[0]!.toUpperCase() + word.slice(1), value],
  ]),
);

/**
 * A whole number from 0 up to what 32 bits hold; undefined when `text` is none. As upstream's YAML reader has it, `0x`
 * stands before hexadecimal digits and 0 before octal ones.
 */
export function parseUnsigned(text: string): number | undefined {
  const match = /^\+?(?:0x([0-9a-f]{1,8})|0([0-7]{1,11})|(\d{1,10}))$/i.exec(text);
  if (match === null || /^0[89]/.test(match[3] ?? '')) return undefined;
  const [, hexadecimal, octal, decimal] = match;
  const value =
    hexadecimal !== undefined
      ? parseInt(hexadecimal, 16)
      : octal !== undefined
        ? parseInt(octal, 8)
        : Number(decimal);
  return value <= 0xffffffff ? value : undefined;
}

/** One map of a rules file under reading. Verbs answer null after having noted what is wrong. */
export class MapReader {
  readonly place: Place;
  readonly #node: YamlMap;
  readonly #findings: Findings;

  constructor(node: YamlMap, place: Place, findings: Findings) {
    this.#node = node;
    this.place = place;
    this.#findings = findings;
  }

  has(key: string): boolean {
    return this.node(key) !== undefined;
  }

  /** Value of the first key of that name. */
  node(key: string): YamlNode | undefined {
    return this.#entry(key)?.value;
  }

  /** Keys in order, as far as they are text. */
  keys(): readonly { readonly key: string; readonly node: YamlScalar; readonly value: YamlNode }[] {
    return this.#node.entries.flatMap(({ key, value }) =>
      key.kind === 'scalar' ? [{ key: key.text, node: key, value }] : [],
    );
  }

  /** The place of a value, or of the whole map when there is no such key. */
  at(key: string): Place {
    const entry = this.#entry(key);
    if (entry === undefined) return this.place;
    // An empty value has no extent: its key is where to look.
    const empty = entry.value.start === entry.value.end;
    return inPlace(this.place, 'value for', key, empty ? entry.key : entry.value);
  }

  error(message: string, place = this.place, code: Code = 'LOAD_ERR_YAML_VALIDATE', hint?: string): null {
    this.#findings.errors.push(diagnose(code, message, place, hint));
    return null;
  }

  warn(code: Code, message: string, place = this.place, hint?: string): void {
    this.#findings.warnings.push(diagnose(code, message, place, hint));
  }

  /** A scalar that has to be there and to be something. */
  required(key: string): YamlScalar | null {
    const node = this.node(key);
    if (node === undefined) return this.error(`Item has no mapping for key '${key}'`);
    if (node.kind !== 'scalar') return this.error('Value is not a scalar value', this.at(key));
    if (node.isNull) return this.error(`Mapping for key '${key}' is empty`, this.at(key));
    if (node.text === '') return this.error('Value must be non-empty', this.at(key));
    return node;
  }

  /** A scalar that may be absent or empty: undefined. */
  optional(key: string): YamlScalar | undefined | null {
    const node = this.node(key);
    if (node === undefined) return undefined;
    if (node.kind !== 'scalar') return this.error('Value is not a scalar value', this.at(key));
    return node.isNull || node.text === '' ? undefined : node;
  }

  boolean(key: string): boolean | undefined | null {
    const scalar = this.optional(key);
    if (scalar === undefined || scalar === null) return scalar;
    return BOOLEANS.get(scalar.text) ?? this.error("Can't decode YAML scalar value", this.at(key));
  }

  /** A whole number from 0 up to what 32 bits hold. */
  unsigned(key: string): number | undefined | null {
    const scalar = this.optional(key);
    if (scalar === undefined || scalar === null) return scalar;
    return parseUnsigned(scalar.text) ?? this.error("Can't decode YAML scalar value", this.at(key));
  }

  /** A sequence of scalars that has to be there; it may be empty. */
  scalars(key: string): readonly YamlScalar[] | null {
    const node = this.node(key);
    if (node === undefined) return this.error(`Item has no mapping for key '${key}'`);
    if (node.kind !== 'sequence') return this.error('Value is not a sequence', this.at(key));
    const items: YamlScalar[] = [];
    for (const item of node.items) {
      if (item.kind !== 'scalar' || item.isNull) {
        return this.error('sequence value is not scalar', inPlace(this.at(key), 'value for', key, item));
      }
      items.push(item);
    }
    return items;
  }

  #entry(key: string): YamlMap['entries'][number] | undefined {
    return this.#node.entries.find(entry => entry.key.kind === 'scalar' && entry.key.text === key);
  }
}
