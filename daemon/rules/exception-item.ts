/** The `exceptions` of a rule item, as written: what they mean for the condition is in exceptions.ts. */
import type { ExceptionItem } from './item.js';
import { MapReader, type Findings } from './reader.js';
import { inPlace } from './source-file.js';
import type { YamlScalar, YamlSequence } from './yaml.js';

/** @param appended exceptions that add to those of an earlier rule need no fields of their own */
export function readExceptions(
  rule: MapReader,
  findings: Findings,
  appended: boolean,
): readonly ExceptionItem[] | null {
  const node = rule.node('exceptions')!;
  const place = inPlace(rule.place, 'exceptions', '', node);
  if (node.kind === 'scalar' && node.isNull) return [];
  if (node.kind !== 'sequence') return rule.error('Rule exceptions must be a sequence', place);
  const exceptions: ExceptionItem[] = [];
  for (const entry of node.items) {
    const here = inPlace(place, 'exception', '', entry);
    if (entry.kind !== 'map') return rule.error('Rule exception must be a mapping', here);
    const name = new MapReader(entry, here, findings).required('name');
    if (name === null) return null;
    const exception = readException(
      new MapReader(entry, inPlace(place, 'exception', name.text, entry), findings),
      name.text,
      appended,
    );
    if (exception === null) return null;
    exceptions.push(exception);
  }
  return exceptions;
}

function readException(reader: MapReader, name: string, appended: boolean): ExceptionItem | null {
  if (!appended && !reader.has('fields')) return reader.error("Item has no mapping for key 'fields'");
  const fields = scalarOrList(reader, 'fields');
  const comps = scalarOrList(reader, 'comps');
  const values = readValues(reader);
  if (fields === undefined || comps === undefined || values === undefined) return null;
  return { name, fields, comps, values, hasValues: reader.has('values'), place: reader.place };
}

function scalarOrList(reader: MapReader, key: string): readonly YamlScalar[] | YamlScalar | null | undefined {
  const node = reader.node(key);
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) return null;
  if (node.kind === 'scalar') return node;
  return reader.scalars(key) ?? undefined;
}

function readValues(reader: MapReader): YamlSequence | null | undefined {
  const node = reader.node('values');
  if (node === undefined || (node.kind === 'scalar' && node.isNull)) return null;
  if (node.kind === 'sequence') return node;
  reader.error('Rule exception values must be a sequence', reader.at('values'));
  return undefined;
}
