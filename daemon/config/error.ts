/** What keeps a configuration from being used, in words for whoever wrote it. */
import { originText, type Origin } from './node.js';

/** A user error inside the loader; never leaves this folder. */
export class ConfigError extends Error {}

/** Texts of the files that were read, by name: errors show the line. */
export type Texts = Map<string, string>;

export interface Complaint {
  readonly message: string;
  readonly origin: Origin;
}

/** One paragraph for each: place, words, the line with a caret. */
export function configError(complaints: readonly Complaint[], texts: Texts): ConfigError {
  const told = complaints.map(
    ({ message, origin }) => `${originText(origin)}: ${message}${snippet(texts.get(origin.file), origin)}`,
  );
  return new ConfigError(told.join('\n'));
}

const WIDEST = 160;

/** Nothing where there is no line to show. */
function snippet(text: string | undefined, { line, column }: Origin): string {
  const shown = text?.split('\n')[line - 1];
  if (shown === undefined || shown.trim() === '' || column > WIDEST) return '';
  const gap = shown.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return `\n  ${shown.slice(0, WIDEST).trimEnd()}\n  ${gap}^`;
}
