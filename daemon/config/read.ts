/** Configuration nodes → typed values, by the key table. Says what does not fit, and carries on with the default. */
import { didYouMean } from '../diagnostics/suggestion.js';
import type { Config } from './config.js';
import { defaultConfig } from './defaults.js';
import { GONE, RENAMED } from './gone.js';
import type { AnyKey, Key, Keys } from './key.js';
import { KEYS } from './keys.js';
import { isNothing, type ConfigNode, type Entry, type MappingNode, type Origin } from './node.js';

/**
 * unknown: no such key. type: the value does not fit, the default is used. gone: Falco had the key once.
 * idle: nothing comes of it yet. fatal: the daemon cannot start with it.
 */
export type ProblemKind = 'unknown' | 'type' | 'gone' | 'idle' | 'fatal';

export interface Problem {
  readonly kind: ProblemKind;
  /** `engine.modern_ebpf.kind`, `plugins[0].name`. */
  readonly path: string;
  readonly message: string;
  readonly origin: Origin;
}

export interface Reading {
  readonly config: Config;
  readonly problems: readonly Problem[];
}

export function readConfig(root: MappingNode): Reading {
  const problems: Problem[] = [];
  const config = readKeys(KEYS, root, '', problems, false);
  return { config: { ...defaultConfig(), ...config } as Config, problems };
}

function readKeys(
  keys: Keys,
  node: MappingNode | undefined,
  above: string,
  problems: Problem[],
  idle: boolean,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(keys)) {
    const entry = node?.entries.get(name);
    const path = above === '' ? name : `${above}.${name}`;
    values[name] = readKey(key, entry?.value, entry?.origin, path, problems, idle);
  }
  for (const [name, entry] of node?.entries ?? []) {
    if (Object.hasOwn(keys, name)) continue;
    const path = above === '' ? name : `${above}.${name}`;
    if (path === RENAMED.from) {
      const message = `'${RENAMED.from}' is deprecated; write '${RENAMED.to}'`;
      problems.push({ kind: 'gone', path, message, origin: entry.origin });
    } else if (GONE.has(path)) problems.push(...goneProblems(path, entry));
    else
      problems.push({
        kind: 'unknown',
        path,
        message: `unknown key '${path}' is ignored${suggestion(name, keys)}`,
        origin: entry.origin,
      });
  }
  return values;
}

/** For a section that is gone: of its keys those that have words of their own, and of the others the section's. */
function goneProblems(path: string, { origin, value }: Entry): readonly Problem[] {
  const below = value.kind === 'mapping' ? [...value.entries] : [];
  const known = below.filter(([name]) => GONE.has(`${path}.${name}`));
  const found = known.flatMap(([name, entry]) => goneProblems(`${path}.${name}`, entry));
  if (known.length > 0 && known.length === below.length) return found;
  const message = `'${path}' has no effect any more: ${GONE.get(path)!.instead}`;
  return [{ kind: 'gone', path, message, origin }, ...found];
}

function readKey(
  key: AnyKey,
  node: ConfigNode | undefined,
  origin: Origin | undefined,
  path: string,
  problems: Problem[],
  idle: boolean,
): unknown {
  switch (key.kind) {
    case 'section':
      if (node !== undefined && !isNothing(node) && node.kind !== 'mapping') {
        problems.push({ kind: 'fatal', path, message: `'${path}' must be a mapping`, origin: node.origin });
      }
      return readKeys(key.keys, node?.kind === 'mapping' ? node : undefined, path, problems, idle);

    case 'records': {
      if (node === undefined || isNothing(node)) return [];
      const items = node.kind === 'sequence' ? node.items : [node];
      if (key.idle && items.length > 0) problems.push(idleProblem(path, origin ?? node.origin));
      return items.flatMap((item, i) => {
        const place = `${path}[${String(i)}]`;
        const ignore = (why: string): never[] => {
          const message = `'${place}' must ${why}; it is ignored`;
          problems.push({ kind: 'type', path: place, message, origin: item.origin });
          return [];
        };
        if (item.kind !== 'mapping') return ignore('be a mapping');
        const values = readKeys(key.keys, item, place, problems, idle || key.idle === true);
        const missing = key.required.find(name => values[name] === '');
        return missing === undefined ? [values] : ignore(`have '${missing}'`);
      });
    }

    case 'key':
      return node === undefined || isNothing(node)
        ? key.fallback
        : readValue(key, node, origin ?? node.origin, path, problems, idle);
  }
}

function readValue(
  key: Key<unknown>,
  node: ConfigNode,
  origin: Origin,
  path: string,
  problems: Problem[],
  idle: boolean,
): unknown {
  const value = key.read(node, (entry, why) => {
    problems.push({
      kind: 'type',
      path,
      message: `an entry of '${path}' ${why}; it is ignored`,
      origin: entry.origin,
    });
  });
  if (value === undefined) {
    const fallback = key.fallback === null ? '' : ` ${JSON.stringify(key.fallback)}`;
    problems.push({
      kind: 'type',
      path,
      message: `'${path}' must be ${key.type}; the default${fallback} is used`,
      origin: node.origin,
    });
    return key.fallback;
  }
  const text = node.kind === 'scalar' ? node.text : '';
  if (key.schema['type'] === 'array' && /^\[.*\]$/.test(text))
    problems.push({
      kind: 'type',
      path,
      message: `'${path}' has '${text}' for one entry; with -o, give each with ${path}[]=…`,
      origin: node.origin,
    });
  const refused = key.check?.(value, text);
  if (refused !== undefined) problems.push({ kind: 'fatal', path, message: refused, origin: node.origin });
  if (!idle && key.idle !== undefined && JSON.stringify(value) !== JSON.stringify(key.idle))
    problems.push(idleProblem(path, origin));
  return value;
}

function idleProblem(path: string, origin: Origin): Problem {
  return { kind: 'idle', path, message: `'${path}' has no effect in this version`, origin };
}

/** `; did you mean 'x'?` for a key that is near. */
function suggestion(name: string, keys: Keys): string {
  const hint = didYouMean(name, Object.keys(keys));
  return hint === undefined ? '' : `; ${hint}`;
}
