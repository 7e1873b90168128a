/** Where in the file a character of a scalar's value stands: through folding, indentation, quotes and escapes. */
import type { YamlScalar } from './yaml.js';

const BLANK = /\s/;
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const BLANK_ESCAPES = new Set(['t', '\t', 'n', 'v', 'f', 'r', ' ', 'N', '_', 'L', 'P']);

/**
 * Folding and indentation change blanks only, so that the n-th character that is not blank in the value is the n-th in
 * the source. A blank's place is right behind the last character before it. Linear; meant for diagnostics.
 * @param offset into `scalar.text`; its length is the end of the value
 */
export function offsetInFile(scalar: YamlScalar, offset: number): number {
  const { text, file } = scalar;
  const source = file.text;
  let at = contentStart(scalar);
  let behind = at;
  for (let i = 0; i < text.length && i <= offset; i++) {
    if (BLANK.test(text[i]!)) continue;
    at = nextVisible(scalar, at);
    if (i === offset) return at;
    at += unitLength(scalar, source, at);
    // A character beyond the basic plane may be written as one escape.
    if (at > behind && source[at - 1] !== text[i] && isHighSurrogate(text, i) && scalar.style === 'double')
      i++;
    behind = at;
  }
  return Math.min(behind, scalar.end);
}

function isHighSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}

function contentStart(scalar: YamlScalar): number {
  if (scalar.style === 'plain') return scalar.start;
  if (scalar.style !== 'block') return scalar.start + 1;
  const header = scalar.file.text.indexOf('\n', scalar.start);
  return header < 0 ? scalar.end : header + 1;
}

/** Offset of the next unit of the source that stands for something visible. */
function nextVisible(scalar: YamlScalar, from: number): number {
  const source = scalar.file.text;
  let at = from;
  while (at < scalar.end) {
    if (BLANK.test(source[at]!)) at++;
    else if (scalar.style === 'double' && source[at] === '\\' && isBlankEscape(source, at)) at += 2;
    else break;
  }
  return at;
}

function isBlankEscape(source: string, at: number): boolean {
  const next = source[at + 1] ?? '';
  return BLANK_ESCAPES.has(next) || next === '\n' || next === '\r';
}

/** How many characters of the source stand for one of the value. */
function unitLength(scalar: YamlScalar, source: string, at: number): number {
  if (scalar.style === 'single' && source[at] === "'") return 2;
  if (scalar.style !== 'double' || source[at] !== '\\') return 1;
  return 2 + (HEX_DIGITS[source[at + 1] ?? ''] ?? 0);
}
