/**
 * YAML as Falco takes it: text → the library's documents, within bounds, for whoever reads configuration or rules. This
 * folder imports nothing but the library. The parser runs token by token, so that it can be stopped: it has no bounds of
 * its own.
 */
import { Composer, Lexer, Parser, type Document } from 'yaml';
import { laxLexer, maySuitLax } from './lax-lexer.js';

/** Some thirty times the largest rules file that is known. */
const MAX_TOKENS = 400_000;
/** Nodes that are open at a time. The composer goes down into them by recursion. */
const MAX_OPEN = 200;

export interface Reading {
  /** How scalars are understood, and by which version of YAML; the library's options. */
  readonly schema?: 'failsafe';
  readonly version?: '1.1';
  /** What is said of a text with too many tokens, and of one that is nested too deeply. */
  readonly tooMany: string;
  readonly tooDeep: string;
  /** Whether the first document is the only one that counts, its errors too. */
  readonly firstOnly: boolean;
}

export type Composed =
  | { readonly ok: true; readonly documents: readonly Document.Parsed[] }
  /** Why nothing is read, and at which offsets. */
  | { readonly ok: false; readonly message: string; readonly start: number; readonly end: number };

/** By the letter of YAML, which finds errors where they are; else by what yaml-cpp takes besides. */
export function compose(text: string, reading: Reading): Composed {
  return withoutStacks(() => {
    const strict = composeBy(new Lexer(), text, reading);
    if (strict.ok || !maySuitLax(strict.message)) return strict;
    const lax = composeBy(laxLexer(), text, reading);
    return lax.ok ? lax : strict;
  });
}

/** The library makes an exception of every error it meets. Of tens of thousands, stack traces would take seconds. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function composeBy(lexer: Lexer, text: string, reading: Reading): Composed {
  const { tooMany, tooDeep, firstOnly, ...options } = reading;
  const parser = new Parser();
  const composer = new Composer({ ...options, uniqueKeys: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  let tokens = 0;
  const failed = (message: string, start: number, end = start): Composed => {
    return { ok: false, message, start, end };
  };
  for (const lexeme of lexer.lex(text)) {
    const { offset } = parser;
    if (++tokens > MAX_TOKENS) return failed(tooMany, offset);
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > MAX_OPEN) return failed(tooDeep, offset);
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(false, text.length));
  const read = firstOnly ? documents.slice(0, 1) : documents;
  const wrong = read.flatMap(({ errors }) => errors)[0];
  return wrong === undefined ? { ok: true, documents: read } : failed(wrong.message, ...wrong.pos);
}
