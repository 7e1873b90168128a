/** Quoting of strings in conditions: reading `"a \"b\" \x07"`, and writing what needs it. */
import { toByteString, toText, type ByteString } from '../events/byte-string.js';

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '/': '/',
  /** A backslash before a blank stands for itself and swallows the blank (rules.md 3.2). */
  ' ': '\\',
};

/** An escape that means nothing in `quoted`: its offset in there, or null when all are right. */
export function badEscape(quoted: string): { readonly offset: number; readonly sequence: string } | null {
  const quote = quoted[0]!;
  for (let at = quoted.indexOf('\\'); at >= 0; at = quoted.indexOf('\\', at + 2)) {
    const next = quoted[at + 1]!;
    if (next === quote || next in ESCAPES) continue;
    if (next === 'x' && /^[0-9a-fA-F]{2}/.test(quoted.slice(at + 2, at + 4))) continue;
    return { offset: at, sequence: quoted.slice(at, at + 2) };
  }
  return null;
}

/** The bytes that a string in quotes stands for; its escapes are right. */
export function unquote(quoted: string): ByteString {
  const pieces: string[] = [];
  let from = 1;
  for (let at = quoted.indexOf('\\'); at >= 0; at = quoted.indexOf('\\', from)) {
    pieces.push(toByteString(quoted.slice(from, at)));
    const next = quoted[at + 1]!;
    if (next === 'x') {
      pieces.push(String.fromCharCode(parseInt(quoted.slice(at + 2, at + 4), 16)));
      from = at + 4;
    } else {
      pieces.push(ESCAPES[next] ?? next);
      from = at + 2;
    }
  }
  pieces.push(toByteString(quoted.slice(from, -1)));
  return pieces.join('');
}

const BARE = /^[^()"' \t\n\v\f\r=,\b]+$/;
const NAMES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
  '"': '\\"',
};
const hex = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Text that reads back as `bytes`: bare where that is possible, else in double quotes. */
export function quote(bytes: ByteString): string {
  const text = toText(bytes);
  const readable = toByteString(text) === bytes;
  if (readable && BARE.test(text)) return text;
  const body = (readable ? text : bytes).replace(
    // Quotes, backslashes, control characters; of what is no text, each byte that is not of ASCII, too.
    readable ? /[^ !#-[\]-\uffff]/g : /[^ !#-[\]-\x7f]/g,
    piece => NAMES[piece] ?? hex(piece),
  );
  // A quote behind a backslash would not end the string.
  return body.endsWith('\\\\') ? `"${body.slice(0, -2)}\\x5c"` : `"${body}"`;
}
