/** The `override` map of an item, and the older `append: true`: how the item treats an earlier one of its name. */
import { didYouMean } from '../diagnostics/suggestion.js';
import { MapReader, type Findings } from './reader.js';
import { inPlace } from './source-file.js';

/** A key that can be overridden, and in which ways. */
export interface OverridableKey {
  readonly append: boolean;
  readonly replace: boolean;
}

export type Overrides =
  | { readonly kind: 'none' }
  | { readonly kind: 'append all' }
  | {
      readonly kind: 'override';
      readonly append: ReadonlySet<string>;
      readonly replace: ReadonlySet<string>;
    };

const TOGETHER =
  "Keys 'override' and 'append: true' cannot be used together. " +
  "Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";
const DEPRECATED =
  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

/** Reads both; null when something about them is wrong. */
export function readOverrides(
  item: MapReader,
  keys: Readonly<Record<string, OverridableKey>>,
  findings: Findings,
): Overrides | null {
  const before = findings.errors.length;
  const append = item.boolean('append');
  if (append === null) return null;
  if (append === true) item.warn('LOAD_DEPRECATED_ITEM', DEPRECATED, item.at('append'));
  const node = item.node('override');
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) {
    return append === true ? { kind: 'append all' } : { kind: 'none' };
  }
  if (node.kind !== 'map') return item.error('Value of override must be a mapping', item.at('override'));
  if (node.entries.length === 0) return append === true ? { kind: 'append all' } : { kind: 'none' };
  const place = inPlace(item.place, 'overrides', '', node);
  if (append === true) return item.error(TOGETHER, place, 'LOAD_ERR_VALIDATE');

  const keyHint = (key: string): string | undefined =>
    Object.hasOwn(keys, key) ? undefined : didYouMean(key, Object.keys(keys));
  const appended = new Set<string>();
  const replaced = new Set<string>();
  for (const { key, node: at, value } of new MapReader(node, place, findings).keys()) {
    const here = inPlace(place, 'value for', key, at);
    const operation = value.kind === 'scalar' ? value.text : '';
    const can = Object.hasOwn(keys, key) ? keys[key]! : { append: false, replace: false };
    if (operation === 'append') {
      if (!can.append)
        item.error(
          `Key '${key}' cannot be appended to, use 'replace' instead`,
          here,
          'LOAD_ERR_VALIDATE',
          keyHint(key),
        );
      else if (!item.has(key)) item.error(notDefined('append', key), here, 'LOAD_ERR_VALIDATE');
      appended.add(key);
    } else if (operation === 'replace') {
      if (!can.replace)
        item.error(`Key '${key}' cannot be replaced`, here, 'LOAD_ERR_VALIDATE', keyHint(key));
      else if (!item.has(key)) item.error(notDefined('replace', key), here, 'LOAD_ERR_VALIDATE');
      replaced.add(key);
    } else {
      const message = `Invalid override operation for key '${key}': '${operation}'. Allowed values are: append replace `;
      item.error(message, here, 'LOAD_ERR_VALIDATE', didYouMean(operation, ['append', 'replace']));
    }
  }
  for (const { key, node: at } of item.keys()) {
    if (!Object.hasOwn(keys, key) || appended.has(key) || replaced.has(key)) continue;
    const message = `Unexpected key '${key}': no corresponding entry under 'override' is defined.`;
    item.error(message, inPlace(item.place, 'value for', key, at), 'LOAD_ERR_VALIDATE');
  }
  if (findings.errors.length > before) return null;
  return { kind: 'override', append: appended, replace: replaced };
}

function notDefined(operation: 'append' | 'replace', key: string): string {
  const article = operation === 'append' ? 'An' : 'A';
  return `${article} ${operation} override for '${key}' was specified but '${key}' is not defined`;
}
