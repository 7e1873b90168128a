/**
 * YAML text → plain nodes with positions. Scalars stay text as written (`26`, `yes`): what they mean is for the key to
 * say. Hostile input ends in an error with a position: nesting, the number of nodes and the size are bounded, aliases
 * are shared and never copied.
 */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import { compose } from '../yaml/compose.js';
import { sourceFile, type SourceFile } from './source-file.js';

export type YamlNode = YamlScalar | YamlSequence | YamlMap;

interface Range {
  /** Offsets in the file: first character, first character after. */
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends Range {
  readonly kind: 'scalar';
  readonly file: SourceFile;
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** Nothing, `~` or `null`. */
  readonly isNull: boolean;
}

export interface YamlSequence extends Range {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface YamlMap extends Range {
  readonly kind: 'map';
  /** As written; a key may occur more than once. */
  readonly entries: readonly { readonly key: YamlNode; readonly value: YamlNode }[];
}

export interface YamlError {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface YamlFile {
  readonly file: SourceFile;
  /** One for each document that holds anything. */
  readonly documents: readonly YamlNode[];
  readonly error: YamlError | null;
  /** Offset of the first byte sequence that is not valid in the file's encoding; -1 when all are. */
  readonly badEncoding: number;
}

/** A hundred times the largest rules file that is known, and what is read within a second whatever it holds. */
export const MAX_RULES_BYTES = 16 * 1024 * 1024;
/** What is read of a file that is larger, to show its first line. */
const SHOWN_BYTES = 4096;
const MAX_DEPTH = 200;
const TOO_DEEP = 'nodes are nested too deeply';
/** Control characters of ASCII, which YAML does not take. */
const UNPRINTABLE = /[^\t\n\r -~\x80-\uffff]/;
const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

export function parseYaml(name: string, content: Buffer): YamlFile {
  // What is too large is not even decoded: texts of the runtime have a limit of their own, beyond which it throws.
  const isTooLarge = content.length > MAX_RULES_BYTES;
  const { text, badEncoding } = decode(isTooLarge ? content.subarray(0, SHOWN_BYTES) : content);
  const file = sourceFile(name, text);
  const failed = (message: string, start: number, end = start): YamlFile => {
    return { file, documents: [], error: { message, start, end }, badEncoding };
  };
  if (isTooLarge) return failed(`file is larger than ${String(MAX_RULES_BYTES)} bytes`, 0);
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) {
    const code = unprintable[0].charCodeAt(0).toString(16).padStart(2, '0');
    return failed(`control character 0x${code} is not allowed in YAML`, unprintable.index);
  }
  const composed = compose(text, {
    ...{ schema: 'failsafe', tooMany: 'file has too many items', tooDeep: TOO_DEEP, firstOnly: false },
  });
  if (!composed.ok) return failed(composed.message, composed.start, composed.end);
  const documents: YamlNode[] = [];
  for (const document of composed.documents) {
    if (document.contents === null) continue;
    const node = new Converter(file).convert(document.contents, 0);
    if ('message' in node) return failed(node.message, node.start, node.end);
    documents.push(node);
  }
  return { file, documents, error: null, badEncoding };
}

/** UTF-8, or UTF-16 with a byte order mark. Bytes that are neither become U+FFFD. */
function decode(content: Buffer): { readonly text: string; readonly badEncoding: number } {
  const mark = content.length >= 2 ? content.readUInt16BE(0) : 0;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(content);
  let badEncoding = text.indexOf('\ufffd');
  if (badEncoding >= 0 && encoding === 'utf-8' && content.includes('\ufffd')) {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(content);
      badEncoding = -1;
    } catch {
      // Some replacement characters stand in the file itself, and some for bytes that are not UTF-8.
    }
  }
  return { text, badEncoding };
}

/** Turns the parser's nodes into ours; an alias becomes the very node that it refers to. */
class Converter {
  readonly #file: SourceFile;
  /** What each anchor stands for at this point of the text; null: what is being converted. */
  readonly #anchors = new Map<string, YamlNode | null>();

  constructor(file: SourceFile) {
    this.#file = file;
  }

  convert(node: ParsedNode, depth: number): YamlNode | YamlError {
    const [start, end] = node.range;
    if (depth > MAX_DEPTH) return { message: TOO_DEEP, start, end };
    if (isAlias(node)) {
      const known = this.#anchors.get(node.source);
      if (known === undefined) return { message: `unknown alias '${node.source}'`, start, end };
      return known ?? { message: `alias '${node.source}' stands inside what it refers to`, start, end };
    }
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, null);
    const converted = this.#convertContent(node, depth);
    if (anchor !== undefined && !('message' in converted)) this.#anchors.set(anchor, converted);
    return converted;
  }

  #convertContent(
    node: Exclude<ParsedNode, { readonly source: string } & { resolve: unknown }>,
    depth: number,
  ): YamlNode | YamlError {
    const [start, end] = node.range;
    if (isScalar(node)) return this.#scalar(node, start, end);
    if (isSeq(node)) {
      const items: YamlNode[] = [];
      for (const item of node.items) {
        const converted = this.convert(item, depth + 1);
        if ('message' in converted) return converted;
        items.push(converted);
      }
      return { kind: 'sequence', items, start, end };
    }
    if (!isMap(node)) return { message: 'unexpected node', start, end };
    const entries: { key: YamlNode; value: YamlNode }[] = [];
    for (const pair of node.items) {
      const key = this.convert(pair.key as ParsedNode, depth + 1);
      if ('message' in key) return key;
      const value =
        pair.value === null ? this.#empty(key.end) : this.convert(pair.value as ParsedNode, depth + 1);
      if ('message' in value) return value;
      entries.push({ key, value });
    }
    return { kind: 'map', entries, start, end };
  }

  #scalar(node: Scalar, start: number, end: number): YamlScalar {
    const text = String(node.value);
    const style = STYLES[node.type ?? ''] ?? 'plain';
    return {
      kind: 'scalar',
      file: this.#file,
      text,
      style,
      isNull: style === 'plain' && NULLS.has(text),
      start,
      end,
    };
  }

  #empty(at: number): YamlScalar {
    return { kind: 'scalar', file: this.#file, text: '', style: 'plain', isNull: true, start: at, end: at };
  }
}
