/** One `%token` of an output format: an optional width, then a field or a transformer. */
import type { FieldBinder } from './context.js';
import { parseCondition } from './parse.js';
import { bindSource } from './source.js';
import { TRANSFORMERS, type Operand } from './tree.js';
import type { Source } from './typed.js';

export interface OutputToken {
  readonly ok: true;
  readonly operand: Operand;
  readonly source: Source;
  readonly width: number;
  /** Offset behind the token. */
  readonly end: number;
}

type Failure = { readonly ok: false; readonly message: string };

export type TokenResult = OutputToken | Failure;

const CALL = new RegExp(`(?:${TRANSFORMERS.join('|')})\\(`, 'y');
const WIDTH = /[0-9]*/y;
/** Wider columns than this are a mistake. */
const MAX_WIDTH = 65_536;

const fail = (message: string): Failure => ({ ok: false, message });
const unknown = (reason: string): Failure => fail(`unknown filter: ${reason}`);

/** Reads the token whose `%` is at `percent`: the longest text that is a field or a transformer. */
export function nextToken(format: string, percent: number, binder: FieldBinder): TokenResult {
  WIDTH.lastIndex = percent + 1;
  const digits = WIDTH.exec(format)![0];
  const start = percent + 1 + digits.length;
  if (start === format.length)
    return fail(
      digits === ''
        ? 'invalid formatting syntax: formatting cannot end with a %'
        : 'invalid formatting syntax: formatting cannot end with a number',
    );
  const width = Math.min(Number(digits), MAX_WIDTH);
  CALL.lastIndex = start;
  if (CALL.test(format)) return callToken(format, start, width, binder);
  const field = binder.prefix(format.slice(start));
  if (!field.ok) return unknown(field.message);
  return operandToken(format.slice(start, start + field.length), start, width, binder);
}

/** Offset behind the parenthesis that closes the call at `start`, and behind brackets after it; -1 without any. */
function callEnd(format: string, start: number): number {
  let depth = 0;
  for (let at = start; at < format.length; at++) {
    const char = format[at]!;
    if (char === '"' || char === "'") {
      at++;
      while (at < format.length && format[at] !== char) at += format[at] === '\\' ? 2 : 1;
    } else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) {
      const bracket = /^\[(?:"[^"]*"|'[^']*'|[^\][\s"']+)\]/.exec(format.slice(at + 1, at + 1 + 4096));
      return at + 1 + (bracket?.[0].length ?? 0);
    }
  }
  return -1;
}

function callToken(format: string, start: number, width: number, binder: FieldBinder): TokenResult {
  const end = callEnd(format, start);
  if (end < 0) return unknown("expected a ')' token closing the transformer");
  const whole = operandToken(format.slice(start, end), start, width, binder);
  if (whole.ok || !format.slice(start, end).endsWith(']')) return whole;
  // Brackets behind a transformer that takes none are text.
  const call = format.slice(start, format.lastIndexOf(')', end - 1) + 1);
  const shorter = operandToken(call, start, width, binder);
  return shorter.ok ? shorter : whole;
}

type Bound = { readonly ok: true; readonly operand: Operand; readonly source: Source } | Failure;

/** Outputs name the same few fields over and over. */
const known = new WeakMap<FieldBinder, Map<string, Bound>>();
/** Of one binder; a good deal more than there are fields. */
const MOST_KNOWN = 2000;

function operandToken(text: string, start: number, width: number, binder: FieldBinder): TokenResult {
  let bounds = known.get(binder);
  if (bounds === undefined) known.set(binder, (bounds = new Map()));
  let bound = bounds.get(text);
  if (bound === undefined) {
    bound = bindText(text, binder);
    if (bounds.size < MOST_KNOWN) bounds.set(text, bound);
  }
  return bound.ok ? { ...bound, width, end: start + text.length } : bound;
}

function bindText(text: string, binder: FieldBinder): Bound {
  const parsed = parseCondition(`${text} exists`);
  if (!parsed.ok) return unknown(parsed.message);
  if (parsed.tree.kind !== 'exists') return unknown(text);
  const operand = parsed.tree.left;
  const bound = bindSource(operand, binder);
  if (!bound.ok) return unknown(bound.message);
  return { ok: true, operand, source: bound.source };
}
