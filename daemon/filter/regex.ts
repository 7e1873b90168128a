/** Regular expressions with RE2's syntax, in linear time. They match the whole value. */
import { RE2JS } from 're2js';
import { toText, type ByteString } from '../events/byte-string.js';

export type CompiledRegex =
  | { readonly ok: true; readonly test: (value: ByteString) => boolean }
  | { readonly ok: false; readonly message: string };

/** Falco's expressions are POSIX: the anchors match at lines. */
const FLAGS = RE2JS.MULTILINE;

export function compileRegex(pattern: ByteString): CompiledRegex {
  try {
    const regex = RE2JS.compile(toText(pattern), FLAGS);
    return { ok: true, test: value => regex.testExact(toText(value)) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `filter error: invalid regular expression '${toText(pattern)}': ${reason}` };
  }
}

/** A literal, with nothing around it but anchors and "whatever". */
const SIMPLE = /^\^?(?:\.[*+?])?[^\\.[\]{}()*+?^$|]*(?:\.[*+?])?\$?$/;

/** Whether `=`, `contains`, `startswith` or `endswith` could say the same. */
export function isSimpleRegex(pattern: ByteString): boolean {
  return SIMPLE.test(pattern);
}
