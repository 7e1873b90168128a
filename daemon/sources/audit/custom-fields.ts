/**
 * Fields that events get from the headers of the request that brought them: a proxy in front knows what no event says, such
 * as the cluster it is of. `customFieldsHeaders` in init_config of the plugin k8saudit.
 */
import { RE2JS, RE2JSSyntaxException } from 're2js';

/** One header, and the fields that come of it. Plain data: it goes to workers. */
export interface CustomHeader {
  /** In small letters. */
  readonly header: string;
  /** Each of its groups is a field; null: the whole value is the only one. */
  readonly pattern: string | null;
  readonly fields: readonly string[];
}

/** The headers of a request, their names in small letters. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;
/** What the headers of a request add to each of its events; null: nothing. */
export type ReadCustomFields = (headers: Headers) => Readonly<Record<string, string>> | null;

export type CustomHeadersResult =
  | { readonly ok: true; readonly headers: readonly CustomHeader[] }
  /** `where` it is wrong, behind the key's own place. */
  | { readonly ok: false; readonly where: string; readonly what: string };

type Json = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Reads the value of `customFieldsHeaders`. */
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
    const pattern = entry['pattern'] ?? null;
    if (!isText(header)) return wrong('header', 'the value is not the name of a header');
    if (!Array.isArray(fields) || fields.length === 0 || !fields.every(isText))
      return wrong('customFields', 'the value is not a list of names');
    if (pattern !== null && typeof pattern !== 'string') return wrong('pattern', 'the value is not a text');
    const found = pattern === null || pattern === '' ? 1 : groupsOf(pattern);
    if (typeof found === 'string') return wrong('pattern', found);
    if (fields.length > found)
      return wrong(
        'customFields',
        `there are more names than ${pattern === null ? 'one value' : 'groups in the pattern'}`,
      );
    headers.push({ header: header.toLowerCase(), pattern: pattern === '' ? null : pattern, fields });
  }
  return { ok: true, headers };
}

/** How many groups a pattern has, or what is wrong with it. */
function groupsOf(pattern: string): number | string {
  try {
    return RE2JS.compile(pattern).groupCount();
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return `the value is no regular expression: ${error.error}`;
  }
}

/** A reader of the fields that requests have; null where none is wanted. */
export function customFieldsReader(headers: readonly CustomHeader[]): ReadCustomFields | null {
  if (headers.length === 0) return null;
  const wanted = headers.map(({ header, pattern, fields }) => ({
    ...{ header, fields },
    regex: pattern === null ? null : RE2JS.compile(pattern),
  }));
  return sent => {
    const found: [name: string, value: string][] = [];
    for (const { header, fields, regex } of wanted) {
      const value = [sent[header]].flat()[0];
      if (value === undefined) continue;
      if (regex === null) {
        found.push([fields[0]!, value]);
        continue;
      }
      const match = regex.matcher(value);
      if (!match.find()) continue;
      for (const [i, name] of fields.entries()) found.push([name, match.group(i + 1) ?? '']);
    }
    return found.length === 0 ? null : Object.fromEntries(found);
  };
}
