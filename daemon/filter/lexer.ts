/**
 * Tokens of a condition. The language is sensitive to place and to blanks: `in` is an operator after a field, a macro
 * after `and`, a value after `=`; `and` needs a blank or a parenthesis after it. So the lexer has one moo state for
 * each place, and walks from state to state as the text allows. It therefore knows, wherever it stops, what would
 * have been right there: all messages of the language come from here, and the grammar only builds the tree.
 * (reference/falco/rules.md 3.2)
 */
import moo from 'moo';
import type { Position } from '../diagnostics/diagnostic.js';
import { LIST_OPERATORS, MODIFIERS, NUMBER_OPERATORS, STRING_OPERATORS, TRANSFORMERS } from './tree.js';

// prettier-ignore
export type TokenType =
  | 'not' | 'open' | 'openNot' | 'close' | 'and' | 'or' | 'identifier' | 'field' | 'bracket' | 'argument' | 'unbracket' | 'exists'
  | 'operator' | 'modifier' | 'value' | 'listOpen' | 'listClose' | 'comma' | 'call' | 'callClose' | 'itemsOpen' | 'itemsClose';

/** One token; positions are counted from the start of the condition. */
export interface Token {
  readonly type: TokenType;
  /** As written; of a call, the transformer's name. */
  readonly text: string;
  readonly start: Position;
  readonly end: Position;
}

export interface SyntaxError {
  readonly ok: false;
  readonly message: string;
  readonly position: Position;
}

export type Tokens =
  { readonly ok: true; readonly tokens: readonly Token[]; readonly end: Position } | SyntaxError;

// prettier-ignore
type State =
  | 'operand' | 'connective' | 'disjunctive' | 'operator' | 'number' | 'string' | 'list' | 'modified'
  | 'listFirst' | 'listItem' | 'listNext' | 'bracket' | 'argument' | 'unbracket'
  | 'callArgument' | 'callField' | 'callNext' | 'itemFirst' | 'item' | 'itemNext';

const BLANK = /[ \t\b\r\n]+/;
const FIELD = /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/;
const IDENTIFIER = /[a-zA-Z][a-zA-Z0-9_]*/;
const NUMBER = [/0[xX][0-9a-fA-F]+/, /[+-]?[0-9]+[.]?[0-9]*(?:[eE][+-][0-9]+)?/];
/**
 * A string ends at the first quote without a backslash before it, even if that backslash is itself escaped: Falco reads
 * `'a \\''` so. Only when no such end comes (`"a \\"`) is a doubled backslash taken for what it is.
 */
const QUOTED = [
  /"[^"]*(?:(?<=\\)"[^"]*)*(?<!\\)"/,
  /"[^"\\]*(?:\\[^][^"\\]*)*"/,
  /'[^']*(?:(?<=\\)'[^']*)*(?<!\\)'/,
  /'[^'\\]*(?:\\[^][^'\\]*)*'/,
];
const BARE = /[^()"' \t\n\v\f\r=,]+/;
const BARE_ARGUMENT = /[^\]["' \t\n\v\f\r]+/;
const TEXT = [...QUOTED, BARE];
/** A modifier stands between blanks, before a list or the name of one; elsewhere the word is a value. */
const MODIFIER = new RegExp(
  `(?<=[ \\t\\b\\r\\n])(?:${MODIFIERS.join('|')})(?=[ \\t\\b\\r\\n]+(?:\\(|(?!(?:and|or|not)(?![a-zA-Z0-9_]))[a-zA-Z]))`,
);
const AND = /and(?=[ \t\b\r\n(])/;
const OR = /or(?=[ \t\b\r\n(])/;
const calls = (names: readonly string[]) => new RegExp(`(?:${names.join('|')})\\(`);
const LEFT_CALL = calls(TRANSFORMERS);
const RIGHT_CALL = calls(['val', ...TRANSFORMERS]);
const WORD_OPERATORS = STRING_OPERATORS.filter(name => /[a-z]/.test(name));
const SIGN_OPERATORS = STRING_OPERATORS.filter(name => !/[a-z]/.test(name));

/** Within a state earlier rows win. Key `x_y`: token x, then as NEXT says for `x_y`. */
type Pattern = string | RegExp | readonly (string | RegExp)[];
const STATES: Record<State, Readonly<Record<string, Pattern>>> = {
  operand: {
    blank: BLANK,
    not: /not(?=[ \t\b\r\n])/,
    openNot: /not\(/,
    open: '(',
    call_left: LEFT_CALL,
    field: FIELD,
    identifier: IDENTIFIER,
  },
  connective: { blank: BLANK, and: AND, or: OR, close: ')' },
  disjunctive: { blank: BLANK, or: OR, close: ')' },
  operator: {
    blank: BLANK,
    exists: 'exists',
    operator_number: [...NUMBER_OPERATORS],
    operator_string: new RegExp(
      `${SIGN_OPERATORS.join('|')}|(?:${WORD_OPERATORS.join('|')})(?=[ \\t\\b\\r\\n])`,
    ),
    operator_list: new RegExp(LIST_OPERATORS.join('|')),
  },
  number: { blank: BLANK, call_right: RIGHT_CALL, value: NUMBER },
  string: { blank: BLANK, modifier: MODIFIER, call_right: RIGHT_CALL, value: TEXT },
  list: { blank: BLANK, listOpen: '(', call_right: RIGHT_CALL, value: IDENTIFIER },
  modified: { blank: BLANK, listOpen: '(', value: IDENTIFIER },
  listFirst: { blank: BLANK, listClose: ')', value_list: TEXT },
  listItem: { blank: BLANK, value_list: TEXT },
  listNext: { blank: BLANK, comma_list: ',', listClose: ')' },
  bracket: { bracket: '[' },
  argument: { argument: [...QUOTED, BARE_ARGUMENT] },
  unbracket: { unbracket: ']' },
  callArgument: {
    blank: BLANK,
    itemsOpen: '(',
    call_nested: LEFT_CALL,
    field: FIELD,
    value_call: [...QUOTED, ...NUMBER],
  },
  callField: { blank: BLANK, field: FIELD },
  callNext: { blank: BLANK, comma_call: ',', callClose: ')' },
  itemFirst: {
    blank: BLANK,
    itemsClose: ')',
    call_nested: LEFT_CALL,
    field: FIELD,
    value_item: [...QUOTED, ...NUMBER],
  },
  item: { blank: BLANK, call_nested: LEFT_CALL, field: FIELD, value_item: [...QUOTED, ...NUMBER] },
  itemNext: { blank: BLANK, comma_item: ',', itemsClose: ')' },
};

const quoteAll = (names: readonly string[]) => names.map(name => `'${name}'`).join(', ');
const A_TRANSFORMER = `a field with a valid transformer: ${quoteAll(['val', ...TRANSFORMERS])}`;
const ALL_OPERATORS = ['exists', ...NUMBER_OPERATORS, ...STRING_OPERATORS, ...LIST_OPERATORS];

/** What is said when no row of a state fits; `connective` depends on more. */
const EXPECTED: Record<State, string> = {
  operand: "expected a '(' token, a field check, or an identifier",
  connective: "expected a ')' token",
  disjunctive: "expected a ')' token",
  operator: `expected a valid check operator: one of ${quoteAll(ALL_OPERATORS)}`,
  number: `expected a number value or ${A_TRANSFORMER}`,
  string: `expected a string value or ${A_TRANSFORMER}`,
  list: `expected a list, an identifier, or ${A_TRANSFORMER}`,
  modified: 'expected a list or an identifier',
  listFirst: "expected a ')' token",
  listItem: 'expected a string value',
  listNext: "expected a ')' token",
  bracket: "expected a '[' token",
  argument: 'expected a valid field argument: a quoted string or a bare string',
  unbracket: "expected a ']' token",
  callArgument: `expected a field, a value, a list or a valid transformer: ${quoteAll(TRANSFORMERS)}`,
  callField: "expected a field within 'val' transformer",
  callNext: "expected a ')' token closing the transformer",
  itemFirst: "expected a ')' token",
  item: `expected a field, a value or a valid transformer: ${quoteAll(TRANSFORMERS)}`,
  itemNext: "expected a ')' token",
};

/** State after a row of STATES, where that does not depend on what is open. */
const NEXT: Readonly<Record<string, State>> = {
  not: 'operand',
  open: 'operand',
  openNot: 'operand',
  and: 'operand',
  or: 'operand',
  identifier: 'connective',
  exists: 'connective',
  operator_number: 'number',
  operator_string: 'string',
  operator_list: 'list',
  modifier: 'modified',
  value: 'connective',
  listOpen: 'listFirst',
  listClose: 'connective',
  value_list: 'listNext',
  comma_list: 'listItem',
  bracket: 'argument',
  argument: 'unbracket',
  value_call: 'callNext',
  comma_call: 'callArgument',
  itemsOpen: 'itemFirst',
  itemsClose: 'callNext',
  value_item: 'itemNext',
  comma_item: 'item',
};

const states: Record<string, moo.Rules> = {};
for (const [state, rules] of Object.entries(STATES)) {
  states[state] = {
    ...Object.fromEntries(Object.entries(rules).map(([name, match]) => [name, { match, lineBreaks: true }])),
    failure: moo.error,
  } as moo.Rules;
}
const lexer = moo.states(states, 'operand');

/** What is open: parentheses, a transformer's arguments, a list among them. `next`: the state after closing it. */
interface Frame {
  readonly kind: 'group' | 'call' | 'items';
  readonly next: State;
}

/** Where a walk stands in the text. */
interface Walk {
  readonly text: string;
  readonly frames: Frame[];
  state: State;
  /** Where it goes on behind the brackets of a field or transformer. */
  after: State;
}

/**
 * Frame that a row opens, if any; the row ends at `offset`. What a parenthesis right behind `or` holds is an operand of
 * that `or` as it is: `a or(b) and c` does not go on, `a or (b) and c` does (rules.md 3.2, OrTail).
 */
function opened(row: string, { text, state }: Walk, offset: number): Frame | null {
  if (row === 'open' && text.startsWith('or(', offset - 3)) return { kind: 'group', next: 'disjunctive' };
  if (row === 'open' || row === 'openNot') return { kind: 'group', next: 'connective' };
  if (row === 'itemsOpen') return { kind: 'items', next: 'callNext' };
  if (!row.startsWith('call_')) return null;
  if (row === 'call_left') return { kind: 'call', next: 'operator' };
  if (row === 'call_right') return { kind: 'call', next: 'connective' };
  return { kind: 'call', next: state === 'callArgument' ? 'callNext' : 'itemNext' };
}

/** State behind a field, or a field's argument. */
function afterField(frames: readonly Frame[]): State {
  const frame = frames[frames.length - 1];
  if (frame === undefined || frame.kind === 'group') return 'operator';
  return frame.kind === 'call' ? 'callNext' : 'itemNext';
}

/** Takes the walk past one row, which ends at `offset`. */
function advance(walk: Walk, row: string, text: string, offset: number): void {
  const bracketFollows = walk.text[offset] === '[';
  const frame = opened(row, walk, offset);
  if (frame !== null) {
    walk.frames.push(frame);
    walk.state = frame.kind !== 'call' ? NEXT[row]! : text === 'val(' ? 'callField' : 'callArgument';
    return;
  }
  if (row === 'field' || row === 'callClose') {
    walk.after = row === 'field' ? afterField(walk.frames) : walk.frames.pop()!.next;
    walk.state = bracketFollows ? 'bracket' : walk.after;
    return;
  }
  if (row === 'close') {
    walk.state = walk.frames.pop()!.next;
    return;
  }
  if (row === 'itemsClose') walk.frames.pop();
  walk.state = row === 'unbracket' ? walk.after : NEXT[row]!;
}

const betweenOperands = ({ state }: Walk): boolean => state === 'connective' || state === 'disjunctive';

/** Message for a text that goes on wrongly at `offset`, and how far behind it the caret belongs. */
function complaint(walk: Walk, offset: number, last: Token | undefined): { message: string; skip: number } {
  if (!betweenOperands(walk)) return { message: EXPECTED[walk.state], skip: 0 };
  for (const word of walk.state === 'connective' ? ['and', 'or'] : ['or']) {
    if (walk.text.startsWith(word, offset))
      return { message: `expected blank or '(' after '${word}'`, skip: word.length };
  }
  if (walk.frames.length > 0) return { message: EXPECTED.connective, skip: 0 };
  return { message: `unexpected token after '${last?.text ?? ''}', expecting 'or', 'and'`, skip: 0 };
}

/** Splits a condition into tokens, or says where and why it is none. `depth`: how deep parentheses may nest. */
export function tokenize(text: string, depth: number): Tokens {
  const tokens: Token[] = [];
  const walk: Walk = { text, frames: [], state: 'operand', after: 'operator' };
  let line = 0;
  let lineStart = 0;
  let offset = 0;
  const here = (): Position => ({ line, column: offset - lineStart, offset });
  const pass = (piece: string): void => {
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) {
      line++;
      lineStart = offset + at + 1;
    }
    offset += piece.length;
  };
  if (text === '') return { ok: false, message: 'filter input string is empty', position: here() };
  lexer.reset(text);
  for (;;) {
    lexer.setState(walk.state);
    const found = lexer.next();
    if (found === undefined) break;
    const row = found.type!;
    if (row === 'blank') {
      pass(found.text);
      continue;
    }
    const stray = row === 'close' && walk.frames.length === 0;
    if (row === 'failure' || stray) {
      const { message, skip } = complaint(walk, offset, tokens[tokens.length - 1]);
      pass(text.slice(offset, offset + skip));
      return { ok: false, message, position: here() };
    }
    const start = here();
    pass(found.text);
    const type = row.split('_', 1)[0] as TokenType;
    tokens.push({ type, text: found.text, start, end: here() });
    advance(walk, row, found.text, offset);
    if (walk.frames.length > depth)
      return { ok: false, message: `exceeded max depth limit of ${String(depth)}`, position: start };
  }
  if (!betweenOperands(walk) || walk.frames.length > 0) {
    const { message } = complaint(walk, offset, tokens[tokens.length - 1]);
    return { ok: false, message, position: here() };
  }
  return { ok: true, tokens, end: here() };
}
