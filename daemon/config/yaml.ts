/** YAML text → configuration nodes with their places. The first document of a text counts, as in Falco. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { compose } from '../yaml/compose.js';
import { mapping, nothing, scalar, type ConfigNode, type Origin } from './node.js';

export type YamlResult =
  | { readonly ok: true; readonly root: ConfigNode; readonly empty: boolean }
  | { readonly ok: false; readonly message: string; readonly origin: Origin };

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const MAX_DEPTH = 64;
const TOO_DEEP = `nested more than ${String(MAX_DEPTH)} levels deep`;
const TOO_MANY = 'more items than a configuration can have';
/** Aliases are copied, so that a small text can stand for a very large one. */
const MAX_NODES = 100_000;

/** A text that the YAML parser takes and this one does not; never leaves this file. */
class Refused extends Error {
  constructor(
    message: string,
    readonly origin: Origin,
  ) {
    super(message);
  }
}

/** Where lines begin. The library's own count leaves some out, behind quotes over several lines that it objects to. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  return lines;
}

/** @param file name for messages and places */
export function parseYaml(text: string, file: string): YamlResult {
  const lines = linesOf(text);
  const refused = (message: string, offset: number): YamlResult => {
    const { line, col } = lines.linePos(offset);
    return { ok: false, message, origin: { file, line, column: col } };
  };
  const composed = compose(text, { version: '1.1', tooMany: TOO_MANY, tooDeep: TOO_DEEP, firstOnly: true });
  if (!composed.ok) return refused(composed.message, composed.start);
  const [document] = composed.documents;
  if (document === undefined || document.contents === null) {
    return { ok: true, root: nothing({ file, line: 1, column: 1 }), empty: true };
  }

  const originOf = (node: unknown, above: Origin): Origin => {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    if (range === undefined || range === null) return above;
    const { line, col } = lines.linePos(range[0]!);
    return { file, line, column: col };
  };

  const anchors = new Map<string, unknown>();
  let nodes = 0;

  function convert(node: unknown, above: Origin, depth: number): ConfigNode {
    const origin = originOf(node, above);
    const refuse = (why: string): never => {
      throw new Refused(why, origin);
    };
    if (depth > MAX_DEPTH) return refuse(TOO_DEEP);
    if (++nodes > MAX_NODES) return refuse(`more than ${String(MAX_NODES)} values, aliases included`);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      return target === undefined
        ? refuse(`unknown alias '${node.source}'`)
        : convert(target, origin, depth + 1);
    }
    if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node)) {
      const made = mapping(origin);
      for (const { key, value } of node.items) {
        const name = keyText(key as Node | null);
        const keyOrigin = originOf(key, origin);
        // Of a key that is given twice the first counts, as in Falco.
        if (!made.entries.has(name))
          made.entries.set(name, { origin: keyOrigin, value: convert(value, keyOrigin, depth + 1) });
      }
      return made;
    }
    if (isSeq(node))
      return { kind: 'sequence', items: node.items.map(item => convert(item, origin, depth + 1)), origin };
    if (isScalar(node)) {
      const source = node.source ?? String(node.value ?? '');
      return node.type === 'PLAIN' && NULLS.has(source) ? nothing(origin) : scalar(source, origin);
    }
    return nothing(origin);
  }

  let root: ConfigNode;
  try {
    root = convert(document.contents, { file, line: 1, column: 1 }, 0);
  } catch (thrown) {
    if (thrown instanceof Refused) return { ok: false, message: thrown.message, origin: thrown.origin };
    throw thrown;
  }
  return { ok: true, root, empty: root.kind === 'scalar' && root.isNull };
}

function keyText(key: Node | null): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}
