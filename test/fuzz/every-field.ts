/** Every field of system call events, with arguments of each form that it takes. */
import { eventRows } from '../../daemon/events/event-table.js';
import { bindField } from '../../daemon/fields/registry.js';
import type { BoundField, FieldRow, FieldValue, Scalar } from '../../daemon/fields/field.js';
import { fieldTable } from '../../daemon/fields/tables/fields.js';

const INDEXES = ['0', '1', '2', '7', '100', '4294967296'];
const KEYS = [...new Set(eventRows().flatMap(row => row.params.map(param => param.name)))].concat(
  'HOME',
  'in',
  'fd',
);

function formsOf({ name, source, arg }: FieldRow): BoundField[] {
  if (source !== 'syscall' && source !== 'any') return [];
  const words: (string | null)[] = [null];
  if (arg?.index === true) words.push(...INDEXES);
  if (arg?.key === true) words.push(...KEYS);
  return words.flatMap(word => {
    const bound = [bindField(name, word, 'syscall')];
    if (word !== null && arg?.dot === true) bound.push(bindField(`${name}.${word}`, null, 'syscall'));
    return bound.flatMap(result => (result.ok ? [result.field] : []));
  });
}

export const everyField: readonly BoundField[] = fieldTable.flatMap(formsOf);

function isScalar(value: Scalar): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** The value is of a kind that a field may have. */
export function isFieldValue(value: FieldValue): boolean {
  if (value === null) return true;
  return typeof value === 'object' ? value.every(isScalar) : isScalar(value);
}
