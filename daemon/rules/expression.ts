/** Conditions and outputs as texts with places: where in the rules files a piece of one stands. */
import type { Span } from '../diagnostics/diagnostic.js';
import type { Node } from '../filter/tree.js';
import { origin, type MappedText } from './mapped-text.js';
import { inPlace, type Place } from './source-file.js';

/** A condition parsed, lists in place, macros not. */
export interface ParsedText {
  readonly text: MappedText;
  readonly tree: Node;
}

/** A range of a condition as the last step of the way to it; all of it by default. */
export function expressionPlace(
  place: Place,
  text: MappedText,
  span?: Span,
  itemType = 'condition expression',
): Place {
  const from = origin(text, span?.start.offset ?? 0, span?.end.offset ?? text.text.length);
  const inside = inPlace(place, itemType, '', from, from.file);
  const last = inside.locations.at(-1)!;
  return {
    file: inside.file,
    locations: [...place.locations, { ...last, source: `"${excerpt(text.text)}"` }],
  };
}

const EXCERPT = 40;

function excerpt(text: string): string {
  const line = text
    .slice(0, 4 * EXCERPT)
    .trim()
    .replace(/\s+/g, ' ');
  return line.length <= EXCERPT ? line : `${line.slice(0, EXCERPT - 3)}...`;
}
