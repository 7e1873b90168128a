/** All transformers by name. (`val` is none: it only marks a field on the right-hand side.) */
import { getopt } from './getopt.js';
import { concat, join } from './join.js';
import { len } from './len.js';
import { TEXT_TRANSFORMERS } from './text.js';
import type { TransformerRow } from './transformer.js';

const ROWS: ReadonlyMap<string, TransformerRow> = new Map(
  [...TEXT_TRANSFORMERS, len, join, concat, getopt].map(row => [row.name, row]),
);

export function transformerRow(name: string): TransformerRow | undefined {
  return ROWS.get(name);
}
