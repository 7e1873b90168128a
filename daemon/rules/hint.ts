/** What somebody may have meant who wrote a name that does not exist, or an operator that is none. */
import { didYouMean } from '../diagnostics/suggestion.js';
import { eventNames, eventRows } from '../events/event-table.js';
import { fieldTable } from '../fields/tables/fields.js';
import {
  LIST_OPERATORS,
  MODIFIERS,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
  TRANSFORMERS,
} from '../filter/tree.js';

const OPERATORS = ['exists', ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS];
const BEFORE_LISTS = [...TRANSFORMERS, 'val', ...MODIFIERS, ...LIST_OPERATORS];
/** Words of other languages. */
const OTHERS: Readonly<Record<string, string>> = {
  eq: '=',
  equals: '=',
  is: '=',
  ne: '!=',
  like: 'glob',
  matches: 'regex',
  has: 'contains',
};
const WORD = /[a-zA-Z_][\w.-]*/y;
const WORD_CHARACTER = /[\w.-]/;
/** `evt.arg.NAME` and `evt.rawarg.NAME`: names are those of parameters. */
const ARGUMENT = /^(evt\.(?:raw)?arg\.)(.+)$/;

/** A name that a message says does not exist, by what it was to be. */
const UNKNOWN: readonly (readonly [
  message: RegExp,
  names: (name: string, known: KnownNames) => string | undefined,
])[] = [
  [/nonexistent field (\S+)$/, (name, { source }) => fieldHint(name, source)],
  [/^Undefined macro '(.+)' used in filter\.$/, (name, { macros }) => didYouMean(name, macros)],
  [/^unknown event type (\S+)$/, name => didYouMean(name, eventNames())],
];

export interface KnownNames {
  /** Event source of the rule. */
  readonly source: string;
  readonly macros: Iterable<string>;
}

/** For a condition or an output whose names do not exist; undefined where nothing is near. */
export function nameHint(message: string, known: KnownNames): string | undefined {
  for (const [pattern, hint] of UNKNOWN) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return hint(name, known);
  }
  return undefined;
}

/** For a field of the source that does not exist. */
export function fieldHint(written: string, source: string): string | undefined {
  const name = written.replace(/\[.*$/, '');
  const argument = ARGUMENT.exec(name);
  if (argument !== null) {
    const names = new Set(eventRows().flatMap(row => row.params.map(param => param.name)));
    return didYouMean(
      name,
      [...names].map(param => `${argument[1]!}${param}`),
    );
  }
  const rows = fieldTable.filter(row => row.source === 'any' || row.source === source);
  return didYouMean(
    name,
    rows.map(row => row.name),
  );
}

/**
 * For a condition that does not parse.
 * @param offset where in `text` the parser stopped
 */
export function syntaxHint(message: string, text: string, offset: number): string | undefined {
  const word = wordAt(text, offset);
  if (message.startsWith('expected a valid check operator')) return word && operatorHint(word.text);
  if (!message.startsWith('unexpected token after')) return undefined;
  if (text[offset] === '(') return before(text, offset, BEFORE_LISTS);
  return word && (didYouMean(word.text, ['and', 'or', 'not']) ?? operatorHint(word.text));
}

/** For an operator that is none. */
export function operatorHint(word: string): string | undefined {
  const other = OTHERS[word.toLowerCase()];
  return other === undefined ? didYouMean(word, OPERATORS) : `did you mean '${other}'?`;
}

/** The word that `offset` is in, or the one behind blanks there. */
function wordAt(text: string, offset: number): { readonly text: string } | undefined {
  let start = offset;
  while (start < text.length && /\s/.test(text[start]!)) start++;
  while (start > 0 && WORD_CHARACTER.test(text[start - 1]!) && WORD_CHARACTER.test(text[start] ?? ''))
    start--;
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0];
  return word === undefined ? undefined : { text: word };
}

/** The word right before a parenthesis. */
function before(text: string, offset: number, words: readonly string[]): string | undefined {
  const word = /([a-zA-Z_]\w*)\s*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[1];
  return word === undefined ? undefined : didYouMean(word, words);
}
