/** The JSON schema of falco.yaml, from the key table. */
import type { AnyKey, Keys, Schema } from './key.js';
import { KEYS } from './keys.js';

function schemaOf(key: AnyKey): Schema {
  switch (key.kind) {
    case 'key':
      return { ...key.schema, description: key.meaning };
    case 'section':
      return objectSchema(key.keys);
    case 'records':
      return { type: 'array', items: objectSchema(key.keys), description: key.meaning };
  }
}

function objectSchema(keys: Keys): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, schemaOf(key)])),
  };
}

export function configSchema(): Schema {
  return { $schema: 'http://json-schema.org/draft-06/schema#', title: 'falco.yaml', ...objectSchema(KEYS) };
}
