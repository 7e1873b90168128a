/**
 * Paths to a place in the configuration, as `-o` takes them:
 *   path := name index* ('.' name index*)*      index := '[' number? ']'
 * A backslash takes the meaning from a following `.`, `[`, `]` or backslash (reference/falco/config.md 1.3).
 */
import { mapping, type ConfigNode, type MappingNode, type Origin, type SequenceNode } from './node.js';

/** A key of a mapping, a place in a sequence, or (`append`) the place after its end. */
export type Step =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'append' };

export type PathResult =
  { readonly ok: true; readonly steps: readonly Step[] } | { readonly ok: false; readonly message: string };

export function parsePath(text: string): PathResult {
  const steps: Step[] = [];
  const bad = (what: string): PathResult => ({
    ok: false,
    message: `Config error at key "${text}": Parsing error: ${what}`,
  });
  let i = 0;
  for (;;) {
    let name = '';
    while (i < text.length && text[i] !== '.' && text[i] !== '[') {
      if (text[i] === '\\') {
        const escaped = text[i + 1];
        if (escaped === undefined) return bad('backslash at the end');
        if (!'.[]\\'.includes(escaped)) return bad(`unknown escape '\\${escaped}'`);
        name += escaped;
        i += 2;
      } else {
        name += text[i++]!;
      }
    }
    if (name === '') return bad(`a name was expected at position ${String(i)}`);
    steps.push({ kind: 'key', name });
    while (text[i] === '[') {
      const end = text.indexOf(']', i);
      const inside = end < 0 ? '' : text.slice(i + 1, end);
      if (end < 0 || !/^\d*$/.test(inside))
        return bad(`']' or a number was expected at position ${String(i + 1)}`);
      steps.push(inside === '' ? { kind: 'append' } : { kind: 'index', index: Number(inside) });
      i = end + 1;
    }
    if (i === text.length) return { ok: true, steps };
    if (text[i] !== '.') return bad(`'.' or '[' was expected at position ${String(i)}`);
    i++;
  }
}

/** The node at a place; undefined when there is none. */
export function nodeAt(root: ConfigNode, steps: readonly Step[]): ConfigNode | undefined {
  let node: ConfigNode | undefined = root;
  for (const step of steps) {
    if (step.kind === 'key') node = node?.kind === 'mapping' ? node.entries.get(step.name)?.value : undefined;
    else if (step.kind === 'index') node = node?.kind === 'sequence' ? node.items[step.index] : undefined;
    else return undefined;
  }
  return node;
}

/** Where a key stands, or what it would stand in. */
export function originAt(root: MappingNode, path: string): Origin {
  const parsed = parsePath(path);
  const steps = parsed.ok ? parsed.steps : [];
  for (let count = steps.length; count > 0; count--) {
    const node = nodeAt(root, steps.slice(0, count));
    if (node !== undefined) return node.origin;
  }
  return root.origin;
}

/**
 * Puts `value` at a place and makes what lies on the way.
 * @returns words for what stands in the way, else undefined
 */
export function setAt(
  root: MappingNode,
  steps: readonly Step[],
  value: ConfigNode,
  origin: Origin,
): string | undefined {
  let holder: MappingNode | SequenceNode = root;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    const next = steps[i + 1];
    const present = childOf(holder, step);
    if (next === undefined) return put(holder, step, value, origin);
    const wanted = next.kind === 'key' ? 'mapping' : 'sequence';
    let child: ConfigNode | undefined = present;
    if (child?.kind === 'scalar' && child.text === '') child = undefined;
    if (child !== undefined && child.kind !== wanted) {
      // A scalar gives way to what is built over it; a filled mapping or sequence does not.
      if (child.kind !== 'scalar' || next.kind === 'append') return `what is there is not a ${wanted}`;
      child = undefined;
    }
    if (child === undefined) {
      child = wanted === 'mapping' ? mapping(origin) : { kind: 'sequence', items: [], origin };
      const problem = put(holder, step, child, origin);
      if (problem !== undefined) return problem;
    }
    holder = child;
  }
  return undefined;
}

function childOf(holder: MappingNode | SequenceNode, step: Step): ConfigNode | undefined {
  if (step.kind === 'key')
    return holder.kind === 'mapping' ? holder.entries.get(step.name)?.value : undefined;
  return step.kind === 'index' && holder.kind === 'sequence' ? holder.items[step.index] : undefined;
}

function put(
  holder: MappingNode | SequenceNode,
  step: Step,
  value: ConfigNode,
  origin: Origin,
): string | undefined {
  if (step.kind === 'key') {
    if (holder.kind !== 'mapping') return 'what is there is not a mapping';
    const entry = holder.entries.get(step.name);
    if (entry === undefined) holder.entries.set(step.name, { origin, value });
    else holder.entries.set(step.name, { origin: entry.origin, value });
    return undefined;
  }
  if (holder.kind !== 'sequence') return 'what is there is not a sequence';
  if (step.kind === 'append') holder.items.push(value);
  else if (step.index < holder.items.length) holder.items[step.index] = value;
  else if (step.index === holder.items.length) holder.items.push(value);
  else return `there are only ${String(holder.items.length)} entries`;
  return undefined;
}
