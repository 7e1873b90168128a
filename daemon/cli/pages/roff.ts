/** Pieces of a man page, in the man macros of roff. */
import { wrap } from '../help.js';
import type { Entry } from './texts.js';

const WIDTH = 78;

/** Terms with their explanations. */
export function entries(list: readonly Entry[]): readonly string[] {
  return list.flatMap(([term, text]) => ['.TP', `.B ${escaped(term)}`, ...lines(text)]);
}

/** `[=SOURCE]`: what is in capitals is to be replaced. */
export function argument(text: string): string {
  return escaped(text).replace(/[A-Z]+/g, '\\fI$&\\fR');
}

/** Lines of text: none must begin like a request. */
export function lines(text: string): readonly string[] {
  return wrap(escaped(text), WIDTH).map(line => (/^[.']/.test(line) ? `\\&${line}` : line));
}

/** Text in which nothing is a command of roff. */
export function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replaceAll('…', '...');
}
