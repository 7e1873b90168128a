/**
 * Lists in conditions. Falco substitutes them in the text, before it is parsed: every occurrence of a list's name that
 * stands between delimiters becomes the list's items, inside quotes and outside of `in (…)` too (rules.md 3.1).
 */
import { quoteBlanks } from './exceptions.js';
import { replaced, type MappedText } from './mapped-text.js';

/** A list as substituted. */
export interface ResolvedList {
  readonly name: string;
  /** Items joined with commas. */
  readonly text: string;
}

/** A list as collected. */
export interface ListSource {
  readonly name: string;
  readonly items: readonly string[];
  /** Lists defined before this may be items of it. */
  readonly visibility: number;
  readonly index: number;
}

/** No condition that a person wrote is this long; one made of nested lists may be. */
export const MAX_CONDITION = 16 * 1024 * 1024;

const DELIMITERS = ' \t\n\r(),=';
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
        pieces.push(quoteBlanks(text));
        length += text.length;
      }
      if (length > MAX_CONDITION) break;
    }
    return { name: list.name, text: pieces.join(', ') };
  });
}

/** Substitutes all lists, in their order. null: the text grows beyond all measure. */
export function substituteLists(
  condition: MappedText,
  lists: readonly ResolvedList[],
  used: Set<string>,
): MappedText | null {
  let result = condition;
  for (const list of lists) {
    if (!result.text.includes(list.name)) continue;
    const next = substitute(result, list);
    if (next === result) continue;
    used.add(list.name);
    if (next === null || next.text.length > MAX_CONDITION) return null;
    result = next;
  }
  return result;
}

function substitute(condition: MappedText, { name, text }: ResolvedList): MappedText | null {
  if (name === '') return condition;
  let result = condition;
  for (let from = 0; ;) {
    const start = result.text.indexOf(name, from);
    if (start < 0) return result;
    const end = start + name.length;
    if (!isDelimiter(result.text[start - 1]) || !isDelimiter(result.text[end])) {
      from = start + 1;
      continue;
    }
    const range = text === '' ? withComma(result.text, start, end) : { start, end };
    result = replaced(result, range.start, range.end, text);
    if (result.text.length > MAX_CONDITION) return null;
    from = range.start + text.length;
  }
}

/** An empty list takes the comma behind it along, or else the one before it. */
function withComma(
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  const behind = /^\s*,/.exec(text.slice(end));
  if (behind !== null) return { start, end: end + behind[0].length };
  const before = /,\s*$/.exec(text.slice(0, start));
  return { start: before === null ? start : before.index, end };
}
