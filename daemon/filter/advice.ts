/** Hints on checks that mean what they say, though perhaps not what was meant. (rules.md 3.3, compile-time warnings) */
import { toText } from '../events/byte-string.js';
import type { Span } from '../diagnostics/diagnostic.js';
import type { FieldBinder } from './context.js';
import { parseCondition } from './parse.js';
import { isSimpleRegex } from './regex.js';
import { bindSource } from './source.js';
import { TRANSFORMERS, type Comparison, type Exists, type Operand, type Value } from './tree.js';

export interface Advice {
  readonly message: string;
  readonly span: Span;
}

const FIELD = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+(?:\[|$)/;
const CALL = new RegExp(`^(?:val|${TRANSFORMERS.join('|')})\\(`);

/** The operand that a constant's text would be, were it not a constant. */
function asOperand(text: string): Operand | null {
  if (!FIELD.test(text) && !CALL.test(text)) return null;
  const parsed = parseCondition(`${text} exists`);
  return parsed.ok && parsed.tree.kind === 'exists' ? parsed.tree.left : null;
}

function misused({ value, span }: Value, binder: FieldBinder): Advice[] {
  const text = toText(value);
  const operand = asOperand(text);
  if (operand === null || !bindSource(operand, binder).ok) return [];
  const what = operand.kind === 'field' ? 'field' : 'field transformer';
  return [{ message: `'${text}' may be a valid ${what} misused as a const string value`, span }];
}

function regexAdvice({ value, span }: Value): Advice[] {
  if (!isSimpleRegex(value)) return [];
  const message = `regex check with '${toText(value)}' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'`;
  return [{ message, span }];
}

/** All hints on one check. */
export function advice(node: Exists | Comparison, binder: FieldBinder): Advice[] {
  if (node.kind === 'exists') return [];
  const { right } = node;
  if (right.kind !== 'value' && right.kind !== 'list') return [];
  const items = right.kind === 'list' ? right.items : [right];
  if (node.operator === 'regex') return items.flatMap(regexAdvice);
  return items.flatMap(item => misused(item, binder));
}
