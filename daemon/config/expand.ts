/** `${NAME}` in values of configuration files. Keys, rules files and `-o` values are left as they are. */
import type { ConfigNode } from './node.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `${NAME}` becomes the variable's value, or nothing when it is unset; `$${NAME}` the literal `${NAME}`. A `${` that
 * does not end stays, and so does every other `$`.
 */
export function expandText(text: string, environment: Environment): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$?\$\{([^}]*)\}/g, (whole, name: string) =>
    whole.startsWith('$$') ? whole.slice(1) : (Object.hasOwn(environment, name) && environment[name]) || '',
  );
}

/** The same tree with every value expanded. */
export function expand(node: ConfigNode, environment: Environment): ConfigNode {
  switch (node.kind) {
    case 'scalar': {
      const text = expandText(node.text, environment);
      return text === node.text ? node : { ...node, text };
    }
    case 'sequence':
      return { ...node, items: node.items.map(item => expand(item, environment)) };
    case 'mapping':
      return {
        ...node,
        entries: new Map(
          [...node.entries].map(([key, entry]) => [
            key,
            { ...entry, value: expand(entry.value, environment) },
          ]),
        ),
      };
  }
}
