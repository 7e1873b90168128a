/** The typed values of scalars: what counts as a truth value or a number is YAML 1.1's idea, as Falco has it. */
import type { ConfigNode } from './node.js';

const ANY = Number.MAX_SAFE_INTEGER;
const TRUE = new Set(['true', 'yes', 'on', 'y']);
const FALSE = new Set(['false', 'no', 'off', 'n']);

/** A word counts in lower case, in upper case and with one capital: `true`, `TRUE`, `True`, not `tRue`. */
function isOneOf(words: ReadonlySet<string>, text: string): boolean {
  const lower = text.toLowerCase();
  if (!words.has(lower)) return false;
  return text === lower || text === text.toUpperCase() || text === lower[0]!.toUpperCase() + lower.slice(1);
}

export function readBool(node: ConfigNode): boolean | undefined {
  if (node.kind !== 'scalar') return undefined;
  if (isOneOf(TRUE, node.text)) return true;
  if (isOneOf(FALSE, node.text)) return false;
  return undefined;
}

/** An integer of `min`…`max`, decimal, octal with a leading 0, or hexadecimal with 0x. */
export function readInteger(node: ConfigNode, min: number, max: number): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  const match = /^([-+]?)(?:0x([0-9a-f]+)|0([0-7]+)|([0-9]+))$/i.exec(node.text.trim());
  if (match === null) return undefined;
  const [, sign, hex, octal, decimal] = match;
  const size =
    hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : Number(decimal);
  const value = sign === '-' && size !== 0 ? -size : size;
  return value >= min && value <= max ? value : undefined;
}

export function readNumber(node: ConfigNode): number | undefined {
  if (node.kind !== 'scalar') return undefined;
  const text = node.text.trim();
  if (/^[-+]?\.inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}

export function readString(node: ConfigNode): string | undefined {
  if (node.kind !== 'scalar') return undefined;
  return node.text;
}

/** A sequence of scalars; a single scalar stands for a sequence of one, nothing for an empty one. */
export function readStrings(node: ConfigNode): readonly string[] | undefined {
  if (node.kind === 'mapping') return undefined;
  if (node.kind === 'scalar') return node.isNull || node.text === '' ? [] : [node.text];
  const texts: string[] = [];
  for (const item of node.items) {
    if (item.kind !== 'scalar') return undefined;
    texts.push(item.text);
  }
  return texts;
}

/** Any node as plain data; scalars become whole numbers, numbers, truth values or text, whichever fits first. */
export function toPlain(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      if (node.isNull) return null;
      return readInteger(node, -ANY, ANY) ?? readNumber(node) ?? readBool(node) ?? node.text;
    case 'sequence':
      return node.items.map(toPlain);
    case 'mapping':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.value)]));
  }
}
