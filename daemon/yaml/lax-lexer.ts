/**
 * Tokens of YAML that is indented as yaml-cpp lets it be: in brackets and in quotes lines may start wherever they like,
 * as in `items: [a,` before `b]` at the margin. YAML 1.2 wants them behind their key, and so does the library.
 */
import { Lexer } from 'yaml';

/** What the library's lexer keeps for itself and the look at indentation depends on. */
interface Inside {
  readonly buffer: string;
  readonly pos: number;
  readonly flowLevel: number;
}

const OF_INDENTATION = /^(?:Flow (?:sequence|map) in block collection|Missing closing ["']quote)/;

/** The library's first complaint about a text may be one that yaml-cpp does not share: another look is worth its time. */
export function maySuitLax(complaint: string): boolean {
  return OF_INDENTATION.test(complaint);
}

export function laxLexer(): Lexer {
  const lexer = new Lexer();
  const inside = lexer as unknown as Inside;
  const isFree = (): boolean => {
    const char = inside.buffer[inside.pos];
    return inside.flowLevel > 0 || char === '"' || char === "'";
  };
  let indent = 0;
  Object.defineProperty(lexer, 'indentNext', {
    get: () => (isFree() ? 0 : indent),
    set: (value: number) => {
      indent = value;
    },
  });
  return lexer;
}
