/**
 * Text put together from scalars of rules files (appended conditions, exceptions, substituted lists), that knows of
 * each of its characters where it came from.
 */
import { offsetInFile } from './scalar-offset.js';
import type { SourceFile } from './source-file.js';
import type { YamlScalar } from './yaml.js';

interface Piece {
  readonly length: number;
  readonly scalar: YamlScalar;
  /** Offset in the scalar's value of the first character. */
  readonly from: number;
  /** Characters of the value that the whole piece stands for, when they do not correspond one to one; else null. */
  readonly covers: number | null;
}

export interface MappedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Where a range of a mapped text comes from. */
export interface Origin {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export function mapped(scalar: YamlScalar): MappedText {
  const { text } = scalar;
  return { text, pieces: [{ length: text.length, scalar, from: 0, covers: null }] };
}

/** Text of ours that stands for a whole scalar. */
export function standIn(text: string, scalar: YamlScalar): MappedText {
  return { text, pieces: [{ length: text.length, scalar, from: 0, covers: scalar.text.length }] };
}

/**
 * Texts one after the other. Their pieces are put together when first asked for: a condition that is appended to
 * thousands of times is copied once.
 */
export function joined(parts: readonly MappedText[]): MappedText {
  let pieces: readonly Piece[] | null = null;
  const whole: MappedText = {
    text: parts.reduce((text, part) => text + part.text, ''),
    get pieces() {
      pieces ??= piecesOf(whole);
      waiting.delete(whole);
      return pieces;
    },
  };
  waiting.set(whole, parts);
  return whole;
}

/** Parts of joined texts whose pieces nobody asked for yet. */
const waiting = new WeakMap<MappedText, readonly MappedText[]>();

function piecesOf(whole: MappedText): readonly Piece[] {
  const pieces: Piece[] = [];
  const left = [whole];
  for (let text = left.pop(); text !== undefined; text = left.pop()) {
    const parts = waiting.get(text);
    if (parts === undefined) for (const piece of text.pieces) pieces.push(piece);
    else for (let index = parts.length - 1; index >= 0; index--) left.push(parts[index]!);
  }
  return pieces;
}

/** Cuts blanks off both ends. */
export function trimmed(whole: MappedText): MappedText {
  const start = whole.text.length - whole.text.trimStart().length;
  const end = Math.max(start, whole.text.trimEnd().length);
  return slice(whole, start, end);
}

/** A range of a text and what takes its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Puts texts in the place of ranges, which come in order and do not overlap; all of a text counts as coming from
 * where its range did.
 */
export function replaced(whole: MappedText, replacements: readonly Replacement[]): MappedText {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  let at = 0;
  let index = 0;
  let pieceStart = 0;
  /** Moves on to `end`; the pieces on the way are kept or left out. */
  const advance = (end: number, keep: boolean): void => {
    while (at < end) {
      const piece = whole.pieces[index]!;
      const stop = Math.min(end, pieceStart + piece.length);
      const from = piece.covers === null ? piece.from + at - pieceStart : piece.from;
      if (keep && stop > at) pieces.push({ ...piece, length: stop - at, from });
      at = stop;
      if (at < pieceStart + piece.length) return;
      pieceStart += piece.length;
      index++;
    }
  };
  for (const { start, end, text } of replacements) {
    texts.push(whole.text.slice(at, start), text);
    advance(start, true);
    while (whole.pieces[index]!.length === 0) index++;
    const { scalar, from, covers } = whole.pieces[index]!;
    const first = covers === null ? from + start - pieceStart : from;
    pieces.push({ length: text.length, scalar, from: first, covers: covers ?? end - start });
    advance(end, false);
  }
  texts.push(whole.text.slice(at));
  advance(whole.text.length, true);
  return { text: texts.join(''), pieces };
}

function slice(whole: MappedText, start: number, end: number): MappedText {
  const pieces: Piece[] = [];
  let at = 0;
  for (const piece of whole.pieces) {
    const first = Math.max(start, at);
    const last = Math.min(end, at + piece.length);
    if (first < last) {
      const from = piece.covers === null ? piece.from + first - at : piece.from;
      pieces.push({ ...piece, length: last - first, from });
    }
    at += piece.length;
  }
  // Even of an empty text it is known where it was.
  if (pieces.length === 0 && whole.pieces[0] !== undefined) pieces.push({ ...whole.pieces[0], length: 0 });
  return { text: whole.text.slice(start, end), pieces };
}

/** The piece that holds an offset; the end belongs to the last one. */
function pieceAt(whole: MappedText, offset: number): { readonly index: number; readonly start: number } {
  let start = 0;
  for (let index = 0; index < whole.pieces.length; index++) {
    const { length } = whole.pieces[index]!;
    if (offset < start + length) return { index, start };
    start += length;
  }
  const index = whole.pieces.length - 1;
  return { index, start: start - whole.pieces[index]!.length };
}

/** Where the characters from `start` up to `end` come from: at least one character wide where there is one. */
export function origin(whole: MappedText, start: number, end: number): Origin {
  const first = pieceAt(whole, start);
  const { scalar, covers, from } = whole.pieces[first.index]!;
  const file = scalar.file;
  if (covers !== null) {
    return { file, start: offsetInFile(scalar, from), end: offsetInFile(scalar, from + covers) };
  }
  const begin = from + start - first.start;
  const last = pieceAt(whole, Math.max(start, end - 1));
  const same = last.index === first.index;
  const until = same ? begin + Math.max(end - start, 1) : from + whole.pieces[first.index]!.length;
  return {
    file,
    start: offsetInFile(scalar, begin),
    end: offsetInFile(scalar, Math.max(until - 1, 0)) + 1,
  };
}
