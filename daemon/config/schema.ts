/** The JSON schema of falco.yaml, from the key table. */
import type { AnyKey, Keys, Schema } from './key.js';
import { KEYS } from './keys.js';

function schemaOf(key: AnyKey): Schema {
  switch (key.kind) {
    case 'key': {
      const given = key.fallback === null ? {} : { default: key.fallback };
      return { ...key.schema, ...given, description: key.meaning };
    }
    case 'section':
      return objectSchema(key.keys);
    case 'records': {
      const { required } = key;
      const items = { ...objectSchema(key.keys), ...(required.length > 0 ? { required } : {}) };
      return { type: 'array', items, description: key.meaning };
    }
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
