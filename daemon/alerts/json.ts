/** Field values as JSON text. JSON.stringify alone will not do: 64-bit integers are bigints, strings are bytes. */
import { toText, type ByteString } from '../events/byte-string.js';
import type { FieldValue, Scalar } from '../fields/field.js';
import { fieldTable } from '../fields/tables/fields.js';

export function jsonText(bytes: ByteString): string {
  return JSON.stringify(toText(bytes));
}

function jsonScalar(value: Scalar): string {
  return typeof value === 'string' ? jsonText(value) : String(value);
}

export function jsonValue(value: FieldValue): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return `[${value.map(jsonScalar).join(',')}]`;
  return jsonScalar(value);
}

/** Fields whose numbers have a fraction, also when it is nothing. */
const FRACTIONS: ReadonlySet<string> = new Set(
  fieldTable.flatMap(({ name, type }) => (type === 'DOUBLE' ? [name] : [])),
);

/** The value of a field as Falco writes it: `0.0` where 0 is a number with a fraction. */
export function jsonFieldValue(field: string, value: FieldValue): string {
  const text = jsonValue(value);
  return FRACTIONS.has(field) && Number.isInteger(value) ? `${text}.0` : text;
}

/** Keys in bytewise order. */
export function sortedKeys(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(values).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
