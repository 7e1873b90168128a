/**
 * Fields of events: what conditions and outputs can name, and how each is read.
 *
 * In: names with arguments, once per rule; event views, once per event. Out: bound fields and their values.
 * Filters, rules, alerts and the engine may import this room; it reads events and state.
 */
import { toByteString } from '../events/byte-string.js';
import type { BoundField, FieldRow } from './field.js';
import type { Binding, BindingError, Extractor, FieldArgument, FieldOptions } from './extractor.js';
import { extractors } from './extractors.js';
import { fieldTable } from './tables/fields.js';

export type FieldResolution =
  { readonly ok: true; readonly field: BoundField } | { readonly ok: false; readonly message: string };
export type FieldPrefix =
  | { readonly ok: true; readonly field: BoundField; readonly length: number }
  | { readonly ok: false; readonly message: string };

const FIELD_NAME = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/;
const BRACKETS = /^\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\][\\"'\s]+))\]/;
const DIGITS = /^-?\d+$/;
const STATIC_PREFIX = 'static.';
const NO_ARGUMENT: FieldArgument = { kind: 'none' };

interface FieldClass {
  readonly source: string;
  /** Longest names first, so that the first prefix found is the longest. */
  readonly rows: readonly FieldRow[];
}

const classes: readonly FieldClass[] = [...new Set(fieldTable.map(row => row.class))].map(name => {
  const rows = fieldTable.filter(row => row.class === name);
  return { source: rows[0]!.source, rows: rows.toSorted((a, b) => b.name.length - a.name.length) };
});

function isError(binding: Binding | BindingError): binding is BindingError {
  return 'message' in binding;
}

function failure(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

function nonexistent(text: string): { readonly ok: false; readonly message: string } {
  return failure(`filter_check called with nonexistent field ${text}`);
}

/**
 * The row for a name: in each class of the source, in order, the longest row that the name begins with. The first
 * class that has one decides, even when the rest of the name makes no sense there (fields.md, resolution).
 */
function findRow(name: string, source: string): FieldRow | null {
  for (const fieldClass of classes) {
    if (fieldClass.source !== 'any' && fieldClass.source !== source) continue;
    const row = fieldClass.rows.find(candidate => name.startsWith(candidate.name));
    if (row !== undefined) return row;
  }
  return null;
}

function parseArgument(row: FieldRow, text: string): FieldArgument | BindingError {
  const rule = row.arg!;
  if (rule.index && DIGITS.test(text))
    return { kind: 'index', index: Number(text), text: toByteString(text) };
  if (rule.key) return { kind: 'key', key: toByteString(text) };
  return { message: `filter error: field '${row.name}' takes a number as its argument, not '${text}'` };
}

function bindRow(
  row: FieldRow,
  extractor: Extractor,
  argument: FieldArgument,
  text: string,
  options: FieldOptions,
): FieldResolution {
  const binding = 'bind' in extractor ? extractor.bind(argument, options) : extractor;
  if (isError(binding)) return failure(binding.message);
  const type = binding.type ?? row.type;
  const list = binding.list ?? row.list;
  const fmt = binding.fmt ?? row.fmt;
  const same = type === row.type && fmt === row.fmt && list === row.list;
  return {
    ok: true,
    field: {
      row: same ? row : { ...row, type, fmt, list },
      text,
      type,
      list,
      candidates: binding.candidates ?? null,
      extract: binding.extract,
      cost: extractor.cost,
      ...(binding.values === undefined ? {} : { values: binding.values }),
      ...(binding.codes === undefined ? {} : { codes: binding.codes }),
    },
  };
}

function bindStatic(name: string, argument: string | null, options: FieldOptions): FieldResolution {
  const value = options.staticFields?.get(name.slice(STATIC_PREFIX.length));
  if (value === undefined || argument !== null) return nonexistent(fullText(name, argument));
  const row: FieldRow = {
    name,
    class: 'static',
    source: 'any',
    type: 'CHARBUF',
    list: false,
    fmt: 'dec',
    arg: null,
    flags: ['format_suggested'],
    listed: true,
  };
  return bindRow(row, { cost: 1, extract: () => value }, NO_ARGUMENT, name, options);
}

function fullText(name: string, argument: string | null): string {
  return argument === null ? name : `${name}[${argument}]`;
}

/**
 * A field by its name as written, with what stands in brackets after it. The name may carry a dotted argument
 * (`evt.arg.flags`). `source` is the event source of the rule: `syscall`, `k8s_audit`, …
 */
export function bindField(
  name: string,
  argument: string | null,
  source: string,
  options: FieldOptions = {},
): FieldResolution {
  const text = fullText(name, argument);
  if (name.startsWith(STATIC_PREFIX)) return bindStatic(name, argument, options);
  const row = findRow(name, source);
  if (row === null) return nonexistent(text);
  const extractor = extractors[row.name]!;
  const rest = name.slice(row.name.length);
  if (rest !== '') {
    if (row.arg === null || !row.arg.dot || !rest.startsWith('.') || argument !== null)
      return nonexistent(text);
    return bindRow(row, extractor, { kind: 'key', key: toByteString(rest.slice(1)) }, text, options);
  }
  if (argument !== null) {
    if (row.arg === null || !row.arg.brackets) return nonexistent(text);
    const parsed = parseArgument(row, argument);
    return 'message' in parsed ? failure(parsed.message) : bindRow(row, extractor, parsed, text, options);
  }
  if (row.arg?.required === true) return failure(`filter error: field '${row.name}' requires an argument`);
  return bindRow(row, extractor, NO_ARGUMENT, text, options);
}

/**
 * The longest beginning of `text` that is a field: `proc.aname[2] did` gives proc.aname[2], of 13 characters. The
 * message of a failure is about the longest beginning that looks like a field. `bind` may remember what it has bound.
 */
export function resolveField(
  text: string,
  source: string,
  options: FieldOptions = {},
  bind = (name: string, argument: string | null) => bindField(name, argument, source, options),
): FieldPrefix {
  const match = FIELD_NAME.exec(text);
  if (match === null) return nonexistent(text);
  const name = match[0];
  const brackets = BRACKETS.exec(text.slice(name.length));
  let first: FieldResolution | null = null;
  if (brackets !== null) {
    const quoted = brackets[1] ?? brackets[2];
    const argument = quoted === undefined ? brackets[3]! : quoted.replace(/\\(.)/g, '$1');
    first = bind(name, argument);
    if (first.ok) return { ...first, length: name.length + brackets[0].length };
  }
  for (let end = name.length; end > 0; end--) {
    const shorter = name.slice(0, end);
    if (FIELD_NAME.exec(shorter)?.[0] !== shorter) continue;
    const resolution = bind(shorter, null);
    if (resolution.ok) return { ...resolution, length: end };
    first ??= resolution;
  }
  return first ?? nonexistent(name);
}
