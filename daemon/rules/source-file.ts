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

/** The text of a line without its end. */
function lineText(file: SourceFile, line: number): string {
  const end = file.lines[line + 1] ?? file.text.length + 1;
  return file.text.slice(file.lines[line]!, end - 1).replace(/\r$/, '');
}

/** The way from a file down to something in it, outermost first; the last step is where a caret points. */
export interface Place {
  readonly file: SourceFile;
  readonly locations: readonly Location[];
}

/** The file as a whole: the beginning of every place in it. */
export function filePlace(file: SourceFile): Place {
  return inPlace({ file, locations: [] }, 'rules content', '', { start: 0, end: 0 });
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
  return { file, locations: [...place.locations, { itemType, itemName, source: file.name, span }] };
}

const SNIPPET_WIDTH = 160;
const CARET_COLUMN = SNIPPET_WIDTH / 2;

/** The line that a place points into; of a long line the part around it, with dots where it is cut. */
export function snippet(place: Place): string {
  const position = place.locations.at(-1)!.span.start;
  const line = lineText(place.file, position.line);
  if (line.length <= SNIPPET_WIDTH) return line;
  const start = Math.max(0, position.column - CARET_COLUMN);
  const end = start + SNIPPET_WIDTH;
  const body = line.slice(start, end);
  const head = start > 0 ? `...${body.slice(3)}` : body;
  return end < line.length ? `${head.slice(0, -3)}...` : head;
}

/** Where under a snippet the caret goes. */
export function caretColumn(text: string, column: number): number {
  return column > CARET_COLUMN && text.startsWith('...') ? CARET_COLUMN : column;
}
