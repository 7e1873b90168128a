/** `customFieldsHeaders` in init_config of the plugin k8saudit: what of a request's headers becomes part of its events. */

/** One header, and the fields that come of it. Plain data: it goes to workers. */
export interface CustomHeader {
  /** In small letters. */
  readonly header: string;
  /** Each of its groups is a field; null: the whole value is the only one. */
  readonly pattern: string | null;
  readonly fields: readonly string[];
}

export type CustomHeadersResult =
  | { readonly ok: true; readonly headers: readonly CustomHeader[] }
  /** `where` it is wrong, behind the key's own place. */
  | { readonly ok: false; readonly where: string; readonly what: string };

type Json = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Reads its value. Whether patterns are good is seen when they are compiled (custom-fields.ts). */
export function readCustomHeaders(value: unknown): CustomHeadersResult {
  if (!Array.isArray(value)) return { ok: false, where: '', what: 'the value is not a list' };
  const headers: CustomHeader[] = [];
  for (const [i, entry] of (value as readonly unknown[]).entries()) {
    const wrong = (key: string, what: string): CustomHeadersResult => {
      const inside = key === '' ? '' : `[${key}]`;
      return { ok: false, where: `[${String(i)}]${inside}`, what };
    };
    if (!isMapping(entry)) return wrong('', 'the value is not a mapping');
    const { header, customFields: fields } = entry;
    const pattern = entry['pattern'] ?? '';
    if (!isText(header)) return wrong('header', 'the value is not the name of a header');
    if (!Array.isArray(fields) || fields.length === 0 || !fields.every(isText))
      return wrong('customFields', 'the value is not a list of names');
    if (typeof pattern !== 'string') return wrong('pattern', 'the value is not a text');
    if (pattern === '' && fields.length > 1)
      return wrong('customFields', 'without a pattern there is one value for all names');
    headers.push({ header: header.toLowerCase(), pattern: pattern === '' ? null : pattern, fields });
  }
  return { ok: true, headers };
}
