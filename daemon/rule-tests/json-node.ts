/** Nodes of YAML as the JSON value that they stand for. */
import type { JsonObject, JsonValue } from '../events/json-value.js';
import type { YamlNode, YamlScalar } from '../rules/yaml.js';
import type { Reader } from './reader.js';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Plain `true`, `12` and `~` are what they look like; in quotes they are text. */
export function jsonOf(node: YamlNode, reader: Reader): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return scalar(node);
    case 'sequence':
      return node.items.map(item => jsonOf(item, reader));
    case 'map':
      return jsonObject(reader.entries(node).map(({ key, value }) => [key.text, jsonOf(value, reader)]));
  }
}

/** The names are the object's own, whatever they are. */
export function jsonObject(entries: readonly (readonly [name: string, value: JsonValue])[]): JsonObject {
  return Object.fromEntries(entries) as JsonObject;
}

function scalar({ text, style, isNull }: YamlScalar): JsonValue {
  if (isNull) return null;
  if (style !== 'plain') return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text) : text;
}
