/**
 * fnmatch(3) with no flags, or FNM_CASEFOLD: `*` and `?` match slashes and leading dots, brackets hold ranges and
 * classes, a backslash takes the next character as it is. By byte, as in the C locale. A match takes time in
 * proportion to pattern times text at worst, never more.
 */
import type { ByteString } from '../events/byte-string.js';

/** Code of a byte, or one of these, or an index into the sets from SET on. */
const ANY = 256;
const STAR = 257;
const SET = 258;

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[a-zA-Z]/,
  digit: /[0-9]/,
  alnum: /[a-zA-Z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[ \t\n\v\f\r]/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /[^ -~\x80-\xff]/,
  xdigit: /[0-9a-fA-F]/,
};

/** One bracket expression: which bytes it takes. */
type ByteSet = Uint8Array;

interface Bracket {
  readonly set: ByteSet;
  /** Offset behind the closing bracket. */
  readonly end: number;
}

interface Member {
  readonly code: number;
  readonly end: number;
  /** `[.x.]` and `[=x=]` never match in the other case. */
  readonly exact: boolean;
}

/** Reads one member of a bracket expression: its byte and where it ends; null when the pattern ends first. */
function member(pattern: ByteString, at: number): Member | null {
  const start = pattern[at] === '\\' ? at + 1 : at;
  if (start >= pattern.length) return null;
  if (pattern[start] === '[' && (pattern[start + 1] === '.' || pattern[start + 1] === '=') && start === at) {
    const close = pattern.indexOf(`${pattern[start + 1]!}]`, start + 2);
    if (close === start + 3) return { code: pattern.charCodeAt(start + 2), end: close + 2, exact: true };
  }
  return { code: pattern.charCodeAt(start), end: start + 1, exact: false };
}

/** The bracket expression at `at`; null when it does not close, so that the bracket stands for itself. */
function bracket(pattern: ByteString, at: number, fold: boolean): Bracket | null {
  const set = new Uint8Array(256);
  const exact: number[] = [];
  let next = at + 1;
  const negated = pattern[next] === '!' || pattern[next] === '^';
  if (negated) next++;
  for (let first = true; ; first = false) {
    if (next >= pattern.length) return null;
    if (pattern[next] === ']' && !first) break;
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(next, next + 12));
    const members = named && CLASSES[named[1]!];
    if (named !== null && members !== null) {
      if (members === undefined) return null;
      for (let code = 0; code < 256; code++) if (members.test(String.fromCharCode(code))) set[code] = 1;
      next += named[0].length;
      continue;
    }
    const low = member(pattern, next);
    if (low === null) return null;
    next = low.end;
    let high = low.code;
    if (low.exact && pattern[next] !== '-') {
      exact.push(low.code);
      continue;
    }
    if (pattern[next] === '-' && next + 1 < pattern.length && pattern[next + 1] !== ']') {
      const upper = member(pattern, next + 1);
      if (upper === null) return null;
      high = upper.code;
      next = upper.end;
    }
    for (let code = low.code; code <= high; code++) set[code] = 1;
  }
  if (fold) foldSet(set);
  for (const code of exact) set[code] = 1;
  if (negated) for (let code = 0; code < 256; code++) set[code] = set[code] === 1 ? 0 : 1;
  return { set, end: next + 1 };
}

function foldSet(set: ByteSet): void {
  for (let upper = 65; upper <= 90; upper++) {
    const either = set[upper]! | set[upper + 32]!;
    set[upper] = either;
    set[upper + 32] = either;
  }
}

interface Program {
  readonly codes: readonly number[];
  readonly sets: readonly ByteSet[];
}

/** Null: nothing can match (a pattern that ends in a lone backslash). */
function translate(pattern: ByteString, fold: boolean): Program | null {
  const codes: number[] = [];
  const sets: ByteSet[] = [];
  const literal = (code: number): void => {
    const lower = code | 32;
    if (!fold || lower < 97 || lower > 122) {
      codes.push(code);
      return;
    }
    const set = new Uint8Array(256);
    set[lower] = set[lower - 32] = 1;
    codes.push(SET + sets.length);
    sets.push(set);
  };
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const set = char === '[' ? bracket(pattern, at, fold) : null;
    if (set !== null) {
      codes.push(SET + sets.length);
      sets.push(set.set);
      at = set.end - 1;
    } else if (char === '*') {
      if (codes[codes.length - 1] !== STAR) codes.push(STAR);
    } else if (char === '?') codes.push(ANY);
    else if (char === '\\') {
      if (++at >= pattern.length) return null;
      literal(pattern.charCodeAt(at));
    } else literal(pattern.charCodeAt(at));
  }
  return { codes, sets };
}

/** Walks the pattern along the text; after a mismatch the last star takes one byte more. Hot path. */
function run({ codes, sets }: Program, text: ByteString): boolean {
  let at = 0;
  let code = 0;
  let star = -1;
  let mark = 0;
  while (at < text.length) {
    const want = code < codes.length ? codes[code]! : -1;
    const byte = text.charCodeAt(at);
    if (want === STAR) {
      star = code++;
      mark = at;
    } else if (want === byte || want === ANY || (want >= SET && sets[want - SET]![byte] === 1)) {
      code++;
      at++;
    } else if (star >= 0) {
      code = star + 1;
      at = ++mark;
    } else return false;
  }
  while (codes[code] === STAR) code++;
  return code === codes.length;
}

/** A matcher for one pattern. `fold`: ASCII letters match in either case. */
export function compileGlob(pattern: ByteString, fold: boolean): (text: ByteString) => boolean {
  const program = translate(pattern, fold);
  if (program === null) return () => false;
  return text => run(program, text);
}
