/** The text of a rules file, and where in it something stands. */
import type { Location, Position } from '../diagnostics/diagnostic.js';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lines: readonly number[];
}

export function sourceFile(name: string, text: string): SourceFile {
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  return { name, text, lines };
}

/** Line and column, both from 0, of an offset; offsets past the end are the end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), file.text.length);
  let low = 0;
  let high = file.lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (file.lines[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, column: at - file.lines[low]!, offset: at };
}

/** The way from a file down to something in it, outermost first; the last step is where a caret points. */
export interface Place {
  readonly file: SourceFile;
  readonly locations: readonly Location[];
}

/** The file as a whole, or a range of it that belongs to no item: the beginning of every place in it. */
export function filePlace(file: SourceFile, range = { start: 0, end: 0 }): Place {
  return inPlace({ file, locations: [] }, 'rules content', '', range);
}

/** One step further, to a range of offsets. The step may lead into another file. */
export function inPlace(
  place: Place,
  itemType: string,
  itemName: string,
  range: { readonly start: number; readonly end: number },
  file: SourceFile = place.file,
): Place {
  const span = { start: positionAt(file, range.start), end: positionAt(file, range.end) };
  const step = { itemType, itemName: shortened(itemName), source: file.name, span };
  return { file, locations: [...place.locations, step] };
}

/** Diagnostics quote what users wrote, which may be of any length. */
const MAX_QUOTED = 1000;

export function shortened(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED - 3)}...`;
}

/** What a terminal would take for commands. */
const CONTROL = /[^\t\n -~\xa0-\uffff]/g;

/** Text that a terminal only shows. */
export function harmless(text: string): string {
  return text.replace(CONTROL, '\ufffd');
}

const SNIPPET_WIDTH = 160;
const CARET_COLUMN = SNIPPET_WIDTH / 2;

/** The line that a place points into; of a long line the part around it, with dots where it is cut. */
export function snippet({ file, locations }: Place): string {
  const { line, column } = locations.at(-1)!.span.start;
  const first = file.lines[line]!;
  const next = file.lines[line + 1];
  const length = (next === undefined ? file.text.length : next - 1) - first;
  const start = length <= SNIPPET_WIDTH ? 0 : Math.max(0, column - CARET_COLUMN);
  const end = Math.min(length, start + SNIPPET_WIDTH);
  const part = harmless(file.text.slice(first + start, first + end).replace(/\r$/, ''));
  const head = start > 0 ? `...${part.slice(3)}` : part;
  return end < length ? `${head.slice(0, -3)}...` : head;
}

/** The line under a snippet: a caret below the column that it is about. */
export function caretLine(text: string, column: number): string {
  const at = column > CARET_COLUMN && text.startsWith('...') ? CARET_COLUMN : column;
  // Tabs stay tabs, so that the caret stands where it should however wide they are shown.
  return `${text.slice(0, at).replace(/[^\t]/g, ' ').padEnd(at)}^`;
}
