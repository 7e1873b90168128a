/** The configuration that an empty falco.yaml gives. */
import type { Config } from './config.js';
import type { AnyKey, Keys } from './key.js';
import { KEYS } from './keys.js';

function valueOf(key: AnyKey): unknown {
  switch (key.kind) {
    case 'key':
      return key.fallback;
    case 'section':
      return defaultsOf(key.keys);
    case 'records':
      return [];
  }
}

function defaultsOf(keys: Keys): Record<string, unknown> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, valueOf(key)]));
}

/** A fresh copy each time. */
export function defaultConfig(): Config {
  return defaultsOf(KEYS) as Config;
}
