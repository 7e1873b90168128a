/** Constants that a field can never be equal to: names that are none of its values, numbers that its type does not hold. */
import { toText } from '../../events/byte-string.js';
import type { Scalar } from '../../fields/field.js';
import { didYouMean } from '../../diagnostics/suggestion.js';
import { groupOf, rangeOf, wrap } from '../types.js';
import type { Comparison, Value } from '../tree.js';
import type { Source } from '../typed.js';
import type { Doubt } from './doubt.js';

/** Operators that ask for a value as it is. */
const WHOLE: ReadonlySet<string> = new Set(['=', '==', '!=', 'in', 'intersects']);
/** So many values are named in a message. */
const MOST_NAMED = 12;
const INTEGER = /^([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)$/;

/** The values that a source can have, where it is a field with few of them; undefined: any. */
export function valuesOf({ fields, text, list }: Source): readonly Scalar[] | undefined {
  const [field] = fields;
  if (list || field?.text !== text) return undefined;
  return field.type === 'BOOL' ? [true, false] : field.values;
}

/** Whether a source is one number. */
export function isNumber({ type, list }: Source): boolean {
  return !list && groupOf(type) === 'numeric';
}

/** Whether a source is a number that is always within the range of its type. */
export function isBounded(source: Source): boolean {
  // Clocks may go backwards, and what a raw argument holds depends on the event.
  const { type, fields } = source;
  const isTime = type === 'RELTIME' || type === 'ABSTIME';
  return isNumber(source) && !isTime && fields.every(({ row }) => row.name !== 'evt.rawarg');
}

/** All doubts about the constants of one check, each at its constant. */
export function valueDoubts(node: Comparison, source: Source): readonly Doubt[] {
  const { right } = node;
  if (right.kind !== 'value' && right.kind !== 'list') return [];
  const items = right.kind === 'list' ? right.items : [right];
  if (isNumber(source)) return items.flatMap(item => numberDoubt(item, source));
  const values = valuesOf(source);
  // Names of events that are none are errors.
  if (values === undefined || source.type === 'BOOL' || !WHOLE.has(node.operator)) return [];
  return items.flatMap(item => nameDoubt(item, source, values));
}

function nameDoubt({ value, span }: Value, { text }: Source, values: readonly Scalar[]): readonly Doubt[] {
  if (values.includes(value)) return [];
  const names = [...new Set(values.map(String))].sort();
  const named = names.length > MOST_NAMED ? '' : `: it is one of ${names.join(', ')}`;
  // Of short names each is near the other.
  const hint = value.length < 3 ? undefined : didYouMean(toText(value), names);
  const message = `${text} is never '${toText(value)}'${named}`;
  return [{ kind: 'check', message, span, macros: [], ...(hint === undefined ? {} : { hint }) }];
}

function numberDoubt({ value, span }: Value, { text, type }: Source): readonly Doubt[] {
  const match = INTEGER.exec(value);
  if (match === null) return [];
  const number = match[1] === '-' ? -BigInt(match[2]!) : BigInt(match[2]!);
  const { least, greatest } = rangeOf(type);
  // -1 is how rules write the greatest unsigned number.
  const lowest = least < 0n ? least : -(greatest + 1n) / 2n;
  if (number >= lowest && number <= greatest) return [];
  const range = `${type}, ${String(least)} to ${String(greatest)}`;
  const message = `${value} does not fit ${text} (${range}): it is compared as ${String(wrap(type, number))}`;
  return [{ kind: 'range', message, span, macros: [] }];
}
