/**
 * Lists in conditions. Falco substitutes them in the text, before it is parsed: every occurrence of a list's name that
 * stands between delimiters becomes the list's items, inside quotes and outside of `in (…)` too (rules.md 3.1).
 */
import { quoteBlanks } from './exceptions.js';
import { replaced, type MappedText, type Replacement } from './mapped-text.js';

/** A list as substituted. */
export interface ResolvedList {
  readonly name: string;
  readonly items: readonly string[];
  /** Items joined with commas, in quotes where they have blanks in them. */
  readonly text: string;
  /** The name has no delimiter in it. */
  readonly regular: boolean;
}

/** A list as collected. */
export interface ListSource {
  readonly name: string;
  readonly items: readonly string[];
  /** Lists defined before this may be items of it. */
  readonly visibility: number;
  readonly index: number;
}

/** Longer conditions are refused: tens of thousands of addresses fit, and no person wrote more. */
export const MAX_CONDITION = 1024 * 1024;

const DELIMITERS = ' \t\n\r(),=';
const DELIMITER = /[ \t\n\r(),=]+/;
const isDelimiter = (char: string | undefined): boolean => char === undefined || DELIMITERS.includes(char);

/**
 * Items of every list with the lists among them put in place, one level deep: items of a list that stands in a list
 * are taken as written. `used` takes the names of lists that others refer to.
 */
export function resolveLists(
  lists: ReadonlyMap<string, ListSource>,
  used: Set<string>,
): readonly ResolvedList[] {
  return [...lists.values()].map(list => {
    const pieces: string[] = [];
    let length = 0;
    for (const item of list.items) {
      const other = lists.get(item);
      const visible = other !== undefined && other.index < list.visibility && other !== list;
      if (visible) used.add(item);
      for (const text of visible ? other.items : [item]) {
        pieces.push(text);
        length += text.length;
      }
      if (length > MAX_CONDITION) break;
    }
    const { name } = list;
    return { name, items: pieces, text: pieces.map(quoteBlanks).join(', '), regular: !DELIMITER.test(name) };
  });
}

/** Substitutes all lists, in their order. null: the text grows beyond all measure. */
export function substituteLists(
  condition: MappedText,
  lists: readonly ResolvedList[],
  used: Set<string>,
): MappedText | null {
  let result = condition;
  const words = new Set(result.text.split(DELIMITER));
  for (const list of lists) {
    // A name with delimiters in it is no word, yet is found.
    if (!words.has(list.name) && (list.regular || !result.text.includes(list.name))) continue;
    const replacements = occurrences(result.text, list);
    if (replacements.length === 0) continue;
    used.add(list.name);
    if (result.text.length + replacements.length * list.text.length > MAX_CONDITION) return null;
    result = replaced(result, replacements);
    for (const word of list.text.split(DELIMITER)) words.add(word);
  }
  return result;
}

function occurrences(text: string, list: ResolvedList): readonly Replacement[] {
  const { name } = list;
  const found: Replacement[] = [];
  if (name === '') return found;
  let last = 0;
  for (let start = text.indexOf(name); start >= 0;) {
    const end = start + name.length;
    if (isDelimiter(text[start - 1]) && isDelimiter(text[end])) {
      const range = list.text === '' ? withComma(text, start, end, last) : { start, end };
      found.push({ ...range, text: list.text });
      last = range.end;
    } else {
      last = start + 1;
    }
    start = text.indexOf(name, last);
  }
  return found;
}

/** An empty list takes the comma behind it along, or else the one before it, down to `least`. */
function withComma(text: string, start: number, end: number, least: number): { start: number; end: number } {
  let behind = end;
  while (BLANK.test(text[behind] ?? '')) behind++;
  if (text[behind] === ',') return { start, end: behind + 1 };
  let before = start;
  while (before > least && BLANK.test(text[before - 1]!)) before--;
  return { start: before > least && text[before - 1] === ',' ? before - 1 : start, end };
}

const BLANK = /\s/;
