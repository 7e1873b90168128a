/**
 * Names of lists that are misspelled. To Falco they are text like any other, and the check never holds; so it is said
 * only of a bare word where a list could stand that looks like a list's name and is near one.
 */
import type { Span } from '../diagnostics/diagnostic.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import type { Comparison, Node, Value } from '../filter/tree.js';

export interface ListWarning {
  readonly message: string;
  readonly hint: string;
  readonly span: Span;
}

/** Lists are seldom called without an underscore; values often are. */
const LIST_NAME = /\b[a-zA-Z]\w*_\w+/g;
const LIST_OPERATORS: ReadonlySet<string> = new Set(['in', 'intersects', 'pmatch']);
/** More of one condition are not told. */
const MOST_WARNINGS = 10;

/**
 * @param written the condition before lists were put in place: what comes out of a list is not misspelled
 * @param lists names of all lists
 */
export function listWarnings(
  tree: Node,
  written: string,
  lists: readonly { readonly name: string }[],
): readonly ListWarning[] {
  if (lists.length === 0 || !written.includes('_')) return [];
  const words = new Set(written.match(LIST_NAME));
  const names = lists.map(list => list.name);
  for (const name of names) words.delete(name);
  if (words.size === 0) return [];
  const warnings: ListWarning[] = [];
  const visitValue = ({ value, span }: Value): void => {
    const bare = span.end.offset - span.start.offset === value.length;
    if (!bare || !words.has(value) || warnings.length >= MOST_WARNINGS) return;
    const hint = didYouMean(value, names);
    if (hint !== undefined)
      warnings.push({ message: `there is no list '${value}': it is compared as text`, hint, span });
    words.delete(value);
  };
  const visit = (node: Node): void => {
    if (node.kind === 'and' || node.kind === 'or') node.children.forEach(visit);
    else if (node.kind === 'not') visit(node.child);
    else if (node.kind === 'comparison' && takesLists(node)) {
      if (node.right.kind === 'list') node.right.items.forEach(visitValue);
      else if (node.right.kind === 'value') visitValue(node.right);
    }
  };
  visit(tree);
  return warnings;
}

function takesLists({ operator, modifier }: Comparison): boolean {
  return LIST_OPERATORS.has(operator) || modifier !== null;
}
