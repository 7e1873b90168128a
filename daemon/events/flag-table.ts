import { FLAG_TABLES, type FlagRow } from './tables/flags.js';
import type { ByteString } from './byte-string.js';

export type { FlagRow } from './tables/flags.js';
export type FlagTableName = keyof typeof FLAG_TABLES;

/** The rows of a table in match order. */
export function flagTable(name: FlagTableName): readonly FlagRow[] {
  return FLAG_TABLES[name];
}

/**
 * Names of the bits of `value` joined by `|`, in table order. A row matches when all its bits are set; its bits
 * are then cleared, so that O_RDWR does not show as O_WRONLY|O_RDONLY too. A row of value 0 matches only 0.
 */
export function flagNames(rows: readonly FlagRow[], value: number): ByteString {
  let rest = value >>> 0;
  const whole = rest;
  let text = '';
  for (let i = 0; i < rows.length; i++) {
    const bits = rows[i]![1];
    const matches = bits === 0 ? whole === 0 : (rest & bits) >>> 0 === bits;
    if (!matches) continue;
    text = text === '' ? rows[i]![0] : `${text}|${rows[i]![0]}`;
    rest = (rest & ~bits) >>> 0;
  }
  return text;
}

/** All names that equal `value`, joined by `|` (AF_LOCAL|AF_UNIX); empty when none does. */
export function enumNames(rows: readonly FlagRow[], value: number): ByteString {
  let text = '';
  for (let i = 0; i < rows.length; i++) {
    if (rows[i]![1] !== value) continue;
    text = text === '' ? rows[i]![0] : `${text}|${rows[i]![0]}`;
  }
  return text;
}

/** Value of one name; undefined when the table has no such name. */
export function flagValue(rows: readonly FlagRow[], name: string): number | undefined {
  return rows.find(row => row[0] === name)?.[1];
}
