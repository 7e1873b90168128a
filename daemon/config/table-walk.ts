/** Ways through the key table for those who describe it. */
import type { AnyKey, Key, Keys, Records } from './key.js';
import { KEYS } from './keys.js';

export type Leaf = Key<unknown> | Records<Keys>;

/** One key with a value, by its path: `engine.kind`, `plugins[].name`. */
export interface Row {
  readonly path: string;
  readonly key: Leaf;
}

/** All keys with values, in the order of the table. The keys of entries follow their list. */
export function rows(keys: Keys = KEYS, above = ''): readonly Row[] {
  return Object.entries(keys).flatMap(([name, key]) => rowsOf(key, above + name));
}

/** The rows of one key. */
export function rowsOf(key: AnyKey, path: string): readonly Row[] {
  switch (key.kind) {
    case 'key':
      return [{ path, key }];
    case 'section':
      return rows(key.keys, `${path}.`);
    case 'records':
      return [{ path, key }, ...rows(key.keys, `${path}[].`)];
  }
}
