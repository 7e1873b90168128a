/** Events of a test file: a type, what became of the call, its arguments, and fields whose value is given. */
import { toByteString } from '../events/byte-string.js';
import { didYouMean } from '../diagnostics/suggestion.js';
import { eventRows, eventsByName, type EventRow, type ParamRow } from '../events/event-table.js';
import type { ParamValue } from '../events/record-writer.js';
import { syscallByName } from '../events/syscall-table.js';
import { PARAM_TYPES } from '../events/tables/param-types.js';
import type { Scalar, FieldValue } from '../fields/field.js';
import { resolveField } from '../fields/registry.js';
import { fieldTable } from '../fields/tables/fields.js';
import { parseConstant } from '../filter/values.js';
import { groupOf } from '../filter/types.js';
import type { YamlNode, YamlScalar } from '../rules/yaml.js';
import { AT_FDCWD } from '../state/resolve-path.js';
import { readParameter } from './parameter.js';
import type { Entry, Reader } from './reader.js';
import type { CallEvent, ProcessFacts } from './test-file.js';

export const EVENT_KEYS = ['type', 'process', 'result', 'args', 'fields', 'audit'] as const;
export type EventEntries = Partial<Record<(typeof EVENT_KEYS)[number], Entry>>;

/** What a call returns when nothing else is said: success, or the first free descriptor. */
const NEW_DESCRIPTOR = 3;
const SYSCALL_ID = 0;
const FIELD_NAMES = fieldTable.map(row => row.name);
/** They follow from the type. */
const TYPE_FIELDS: ReadonlySet<string> = new Set(['evt.type', 'syscall.type', 'evt.source']);

export function readEvent(
  node: YamlNode,
  entries: EventEntries,
  process: ProcessFacts,
  reader: Reader,
): CallEvent | null {
  if (entries.type === undefined) return reader.fail(node, "an event has to have a 'type'");
  const type = reader.text(entries.type.value, "'type'");
  if (type === null) return null;
  const row = exitRow(type);
  if (row === undefined) {
    const names = eventRows().flatMap(each => (each.source === 'none' || each.generic ? [] : [each.name]));
    return reader.fail(entries.type.value, `there is no event '${type}'`, didYouMean(type, names));
  }
  const params = row.params.map(param => usualValue(param, row));
  if (row.generic) params[SYSCALL_ID] = syscallByName(type)?.code ?? 0;
  if (row.createsFd && row.resultParam >= 0) params[row.resultParam] = NEW_DESCRIPTOR;
  if (entries.result !== undefined) {
    const param = row.params[row.resultParam];
    if (param === undefined) return reader.fail(entries.result.key, `'${type}' has no result`);
    params[param.index] = readParameter(param, entries.result.value, reader);
  }
  if (entries.args !== undefined) readArguments(entries.args.value, type, row, params, reader);
  const fields =
    entries.fields === undefined ? new Map<string, FieldValue>() : readFields(entries.fields.value, reader);
  return { kind: 'call', type, row, process, params, fields };
}

/** The present event that a call ends with, or the event that is no call. */
function exitRow(type: string): EventRow | undefined {
  const rows = eventsByName(type).filter(row => row.exit || row.source !== 'syscall');
  return rows.filter(row => !row.flags.has('old_version')).at(-1) ?? rows.at(-1);
}

function usualValue(param: ParamRow, row: EventRow): ParamValue {
  if (row.params.some(other => other.dirfd === param.index)) return AT_FDCWD;
  if (param.size > 0) return 0;
  return PARAM_TYPES[param.type].kind === 'string' ? '' : null;
}

function readArguments(
  node: YamlNode,
  type: string,
  row: EventRow,
  params: ParamValue[],
  reader: Reader,
): void {
  const known = row.params.filter(param => param.index !== row.resultParam);
  const names = known.map(param => param.name);
  const entries = reader.map(node, `'args' of '${type}'`, names);
  if (entries === null) return;
  for (const param of known) {
    const entry = entries[param.name];
    if (entry !== undefined) params[param.index] = readParameter(param, entry.value, reader);
  }
}

function readFields(node: YamlNode, reader: Reader): Map<string, FieldValue> {
  const fields = new Map<string, FieldValue>();
  if (node.kind !== 'map') {
    reader.fail(node, "'fields' has to be a map of fields to values");
    return fields;
  }
  for (const { key, value } of reader.entries(node)) {
    const found = resolveField(key.text, 'syscall');
    if (!found.ok || found.length !== key.text.length) {
      reader.fail(key, `there is no field '${key.text}'`, didYouMean(key.text, FIELD_NAMES));
      continue;
    }
    if (TYPE_FIELDS.has(key.text)) {
      reader.fail(key, `'${key.text}' follows from the type of the event`);
      continue;
    }
    const read = fieldValue(found.field, value, reader);
    if (read !== undefined) fields.set(found.field.text, read);
  }
  return fields;
}

/** undefined after having noted what is wrong; null is a value: none. */
function fieldValue(
  {
    text,
    type,
    list,
    candidates,
  }: { text: string; type: Parameters<typeof parseConstant>[0]; list: boolean; candidates: unknown },
  node: YamlNode,
  reader: Reader,
): FieldValue | undefined {
  const scalar = (item: YamlScalar): Scalar | undefined => {
    const parsed = parseConstant(type, toByteString(item.text));
    if (parsed.ok && typeof parsed.value !== 'object') return parsed.value;
    reader.fail(item, parsed.ok ? `'${text}' cannot be given` : parsed.message);
    return undefined;
  };
  if (node.kind === 'scalar') {
    if (node.isNull) return null;
    const value = scalar(node);
    return list && value !== undefined ? [value] : value;
  }
  if (node.kind === 'map' || (!list && candidates === null) || groupOf(type) === 'network') {
    reader.fail(node, `'${text}' has one value`);
    return undefined;
  }
  const items = reader.texts(node, `'${text}'`)?.map(scalar);
  return items === undefined || items.includes(undefined) ? undefined : (items as Scalar[]);
}
