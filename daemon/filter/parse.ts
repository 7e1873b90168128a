/** Condition text → syntax tree. */
import nearley from 'nearley';
import type { Position } from '../diagnostics/diagnostic.js';
import { condition, type Part } from './build.js';
import { badEscape } from './escape.js';
import compiledGrammar from './grammar.generated.js';
import { tokenize, type SyntaxError, type Token } from './lexer.js';
import type { Node } from './tree.js';

export type Parsed = { readonly ok: true; readonly tree: Node; readonly end: Position } | SyntaxError;

export interface ParseOptions {
  /** How deep parentheses and transformers may nest; 1000 as in rules. */
  readonly maxDepth?: number;
}

const grammar = nearley.Grammar.fromCompiled(compiledGrammar);

/** Hands over tokens that are there already, in the shape that nearley asks for. */
function lexerOver(tokens: readonly Token[]): nearley.Lexer {
  let next = 0;
  return {
    reset: () => undefined,
    next: () => tokens[next++] as (Token & { value: string }) | undefined,
    save: () => ({ line: 0, col: 0 }),
    formatError: () => 'the lexer let something through that the grammar does not take',
  };
}

/** The first escape sequence in a string of the condition that is none. */
function escapeError(tokens: readonly Token[]): SyntaxError | null {
  for (const { text, start } of tokens) {
    if (text[0] !== '"' && text[0] !== "'") continue;
    const bad = badEscape(text);
    if (bad === null) continue;
    const position = {
      line: start.line,
      column: start.column + bad.offset,
      offset: start.offset + bad.offset,
    };
    return { ok: false, message: `unsupported string escape sequence: ${bad.sequence}`, position };
  }
  return null;
}

/**
 * Parses a condition. Takes time in proportion to the text, whatever it holds. Positions count lines, columns and
 * offsets from 0, in characters. Messages are those of Falco's parser.
 */
export function parseCondition(text: string, options: ParseOptions = {}): Parsed {
  const tokens = tokenize(text, options.maxDepth ?? 1000);
  if (!tokens.ok) return tokens;
  const error = escapeError(tokens.tokens);
  if (error !== null) return error;
  const parser = new nearley.Parser(grammar, { lexer: lexerOver(tokens.tokens) });
  parser.feed('');
  if (parser.results.length !== 1) throw new Error(`${String(parser.results.length)} parses of: ${text}`);
  return { ok: true, tree: condition(parser.results[0] as Part), end: tokens.end };
}
