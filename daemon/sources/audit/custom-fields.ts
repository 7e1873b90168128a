/**
 * Fields that events get from the headers of the request that brought them: a proxy in front knows what no event says, such
 * as the cluster it is of. Loaded only where some are wanted, for the sake of the library.
 */
import { isUtf8 } from 'node:buffer';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { CustomHeader } from './custom-headers.js';

/** The headers of a request, their names in small letters, and each of their values. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;
/** What the headers of a request add to each of its events; null: nothing. */
export type ReadCustomFields = (headers: Headers) => Readonly<Record<string, string>> | null;

export type CustomFieldsResult =
  | { readonly ok: true; readonly read: ReadCustomFields }
  /** What is wrong with a pattern. */
  | { readonly ok: false; readonly message: string };

/** A reader of the fields that requests have. */
export function customFieldsReader(headers: readonly CustomHeader[]): CustomFieldsResult {
  const wanted: {
    readonly header: string;
    readonly fields: readonly string[];
    readonly regex: RE2JS | null;
  }[] = [];
  for (const { header, pattern, fields } of headers) {
    const regex = pattern === null ? null : compiled(pattern, fields.length);
    if (typeof regex === 'string') return { ok: false, message: `the pattern for '${header}' ${regex}` };
    wanted.push({ header, fields, regex });
  }
  const read: ReadCustomFields = sent => {
    const found: [name: string, value: string][] = [];
    for (const { header, fields, regex } of wanted) {
      // Every object has a `constructor`, whatever was sent.
      const raw = Object.hasOwn(sent, header) ? [sent[header]].flat()[0] : undefined;
      if (raw === undefined) continue;
      const value = decoded(raw);
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
  return { ok: true, read };
}

/** Headers come as one character a byte; what is UTF-8 is read as that. */
function decoded(raw: string): string {
  const bytes = Buffer.from(raw, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : raw;
}

/** Words for what is wrong with a pattern that is to give so many values. */
function compiled(pattern: string, values: number): RE2JS | string {
  try {
    const regex = RE2JS.compile(pattern);
    return regex.groupCount() < values ? 'has fewer groups than customFields has names' : regex;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return `is no regular expression: ${error.error}`;
  }
}
