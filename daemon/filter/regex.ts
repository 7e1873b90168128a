/** Regular expressions with RE2's syntax, in linear time. They match the whole value. */
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { toText, type ByteString } from '../events/byte-string.js';

export type CompiledRegex =
  | { readonly ok: true; readonly test: (value: ByteString) => boolean }
  | {
      readonly ok: false;
      readonly message: string;
      /** Where in the pattern the offending piece begins. */
      readonly offset: number;
    };

/** Falco's expressions are POSIX: the anchors match at lines. */
const FLAGS = RE2JS.MULTILINE;
/** How the library writes that flag: before the pattern, and then into its messages. */
const FLAG_TEXT = '(?m)';

export function compileRegex(pattern: ByteString): CompiledRegex {
  try {
    const regex = RE2JS.compile(toText(pattern), FLAGS);
    return { ok: true, test: value => regex.testExact(toText(value)) };
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const piece = (error.input ?? '').replace(FLAG_TEXT, '');
    const where = piece === '' ? '' : `: ${piece}`;
    const message = `filter error: invalid regular expression '${toText(pattern)}': ${error.error}${where}`;
    return { ok: false, message, offset: Math.max(0, toText(pattern).indexOf(piece)) };
  }
}

/** A literal, with nothing around it but anchors and "whatever". */
const SIMPLE = /^\^?(?:\.[*+?])?[^\\.[\]{}()*+?^$|]*(?:\.[*+?])?\$?$/;

/** Whether `=`, `contains`, `startswith` or `endswith` could say the same. */
export function isSimpleRegex(pattern: ByteString): boolean {
  return SIMPLE.test(pattern);
}
