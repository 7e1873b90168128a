/** `-o key=value`: one value put into the configuration from the command line. */
import { mapping, scalar, type ConfigNode, type MappingNode, type Origin } from './node.js';
import { parsePath, setAt } from './path.js';
import { parseYaml } from './yaml.js';

/** True for the options that name files to include, which count before those files are read. */
export function namesIncludedFiles(option: string): boolean {
  return option.startsWith('config_files');
}

/**
 * Applies one option to `root`.
 * @returns words for what is wrong with it, else undefined
 */
export function override(root: MappingNode, option: string): string | undefined {
  const equals = option.indexOf('=');
  if (equals < 0)
    return `Error parsing config option "${option}". Must be of the form key=val or key.subkey=val`;
  const key = option.slice(0, equals);
  const path = parsePath(key);
  if (!path.ok) return path.message;
  const origin: Origin = { file: `-o ${key}`, line: 0, column: 0 };
  const value = parseValue(option.slice(equals + 1), origin);
  if (typeof value === 'string') return `Config error at key "${key}": ${value}`;
  const problem = setAt(root, path.steps, value, origin);
  return problem === undefined ? undefined : `Config error at key "${key}": ${problem}`;
}

/** `{…}` is a mapping in YAML's flow form, everything else plain text. */
function parseValue(text: string, origin: Origin): ConfigNode | string {
  if (!text.startsWith('{') || !text.endsWith('}')) return scalar(text, origin);
  const parsed = parseYaml(text, origin.file);
  if (!parsed.ok) return parsed.message;
  return parsed.empty ? mapping(origin) : withOrigin(parsed.root, origin);
}

function withOrigin(node: ConfigNode, origin: Origin): ConfigNode {
  switch (node.kind) {
    case 'scalar':
      return { ...node, origin };
    case 'sequence':
      return { ...node, items: node.items.map(item => withOrigin(item, origin)), origin };
    case 'mapping':
      return {
        ...node,
        entries: new Map(
          [...node.entries].map(([key, entry]) => [key, { origin, value: withOrigin(entry.value, origin) }]),
        ),
        origin,
      };
  }
}
