/**
 * Whether a rules file is as its JSON schema says. Types are weak, as in Falco: every scalar is a string, too; but `yes` is no
 * boolean, though it loads as one. The answer is a status for log and reports and keeps no file from loading.
 */
import { parseUnsigned } from './reader.js';
import { RULES_SCHEMA, type Schema } from './schema.js';
import type { YamlNode } from './yaml.js';

/** `ok`; `none`: there is nothing in the file; `failed for <root>[0][priority]: …`: the first that is wrong. */
export type SchemaStatus = string;

interface Mismatch {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

export function schemaStatus(documents: readonly YamlNode[]): SchemaStatus {
  const present = documents.filter(document => document.kind !== 'scalar' || !document.isNull);
  if (present.length === 0) return 'none';
  for (const document of present) {
    const mismatch = check(document, RULES_SCHEMA, []);
    if (mismatch === null) continue;
    const path = mismatch.path.map(step => `[${String(step)}]`).join('');
    return `failed for <root>${path}: ${mismatch.reason}`;
  }
  return 'ok';
}

function check(node: YamlNode, schema: Schema, path: Mismatch['path']): Mismatch | null {
  const wrong = (reason: string): Mismatch => ({ path, reason });
  if (schema.anyOf !== undefined) {
    const all = schema.anyOf.map(one => check(node, one, path));
    return all.includes(null) ? null : wrong('Value has none of the types that it may have.');
  }
  switch (schema.type) {
    case undefined:
      return null;
    case 'array':
      // Items that hold nothing are left out.
      return node.kind !== 'sequence'
        ? wrong('Value is not an array.')
        : firstOf(node.items, (item, index) =>
            schema.items === undefined || isNull(item) ? null : check(item, schema.items, [...path, index]),
          );
    case 'object':
      return checkMap(node, schema, path);
    default:
      return checkScalar(node, schema, wrong);
  }
}

function checkMap(node: YamlNode, schema: Schema, path: Mismatch['path']): Mismatch | null {
  if (node.kind !== 'map') return { path, reason: 'Value is not an object.' };
  const { properties = {}, required = [] } = schema;
  const names = new Set(node.entries.map(({ key }) => (key.kind === 'scalar' ? key.text : '')));
  const missing = required.find(name => !names.has(name));
  if (missing !== undefined) return { path, reason: `Required property '${missing}' is missing.` };
  return firstOf(node.entries, ({ key, value }) => {
    const name = key.kind === 'scalar' ? key.text : '';
    if (Object.hasOwn(properties, name)) return check(value, properties[name]!, [...path, name]);
    return { path, reason: `Property '${name}' is not known.` };
  });
}

function checkScalar(node: YamlNode, schema: Schema, wrong: (reason: string) => Mismatch): Mismatch | null {
  if (node.kind !== 'scalar') return wrong(`Value is not a ${schema.type ?? ''}.`);
  if (node.isNull) return null;
  if (schema.type === 'boolean' && node.text !== 'true' && node.text !== 'false')
    return wrong('Value is not a boolean.');
  if (schema.type === 'integer' && parseUnsigned(node.text) === undefined)
    return wrong('Value is not an integer.');
  if (schema.enum !== undefined && !schema.enum.includes(node.text))
    return wrong(`Value is not one of ${schema.enum.join(', ')}.`);
  return null;
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.isNull;
}

function firstOf<T>(items: readonly T[], look: (item: T, index: number) => Mismatch | null): Mismatch | null {
  for (const [index, item] of items.entries()) {
    const mismatch = look(item, index);
    if (mismatch !== null) return mismatch;
  }
  return null;
}
