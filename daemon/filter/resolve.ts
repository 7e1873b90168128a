/** Substitution of macros in syntax trees. (Lists are substituted in the text, by the rules loader.) */
import type { Comparison, Identifier, Node } from './tree.js';

/** `work`: nodes that were put together, each macro counted once. */
export type Resolved =
  | { readonly ok: true; readonly tree: Node; readonly macros: ReadonlySet<string>; readonly work: number }
  | {
      readonly ok: false;
      readonly message: string;
      /** The reference that fails, in the text of the last of `within`, or of the condition when that is empty. */
      readonly at: Identifier;
      readonly within: readonly string[];
      readonly work: number;
    };

/**
 * Beyond this many nodes, or this many levels, a condition comes from an attack, not from a rule. The passes that follow
 * recurse, so the limit is also what keeps them off the end of the stack.
 */
const MAX_NODES = 2_000_000;
const MAX_DEPTH = 1500;

interface Size {
  readonly nodes: number;
  readonly depth: number;
}
interface Failure {
  readonly message: string;
  readonly at: Identifier;
  readonly within: readonly string[];
}
interface Expansion {
  readonly tree: Node;
  readonly size: Size;
}

const LEAF: Size = { nodes: 1, depth: 1 };

/**
 * Puts the trees of macros in place of their names. `lookup` gives a macro's tree as parsed, or undefined where no such
 * macro may be used. Every macro is expanded once and shared, so this takes time in proportion to what is written.
 * `macros`: the names used, directly or not.
 */
export function resolveMacros(tree: Node, lookup: (name: string) => Node | undefined): Resolved {
  const done = new Map<string, Expansion>();
  const path: string[] = [];
  let failure: Failure | null = null;
  /** Nodes of all bodies put in place so far, counted as often as they are. */
  let total = 0;
  let work = 0;

  const fail = (message: string, at: Identifier): null => {
    failure ??= { message, at, within: [...path] };
    return null;
  };

  const tooLarge = (node: Identifier): null =>
    fail(`macro '${node.name}' makes the condition too large`, node);

  const reference = (node: Identifier, level: number): Expansion | null => {
    let macro = done.get(node.name);
    if (macro === undefined) {
      const body = lookup(node.name);
      if (body === undefined) return fail(`Undefined macro '${node.name}' used in filter.`, node);
      if (path.includes(node.name)) return fail(`reference loop in macro '${node.name}'`, node);
      path.push(node.name);
      const expansion = level > MAX_DEPTH ? tooLarge(node) : expand(body, level + 1);
      if (expansion === null) return null;
      path.pop();
      macro = expansion;
      done.set(node.name, macro);
    }
    const { nodes, depth } = macro.size;
    total += nodes;
    if (total > MAX_NODES || depth > MAX_DEPTH) return tooLarge(node);
    return {
      tree: { kind: 'macro', name: node.name, body: macro.tree, span: node.span },
      size: { nodes, depth: depth + 1 },
    };
  };

  const expand = (node: Node, level: number): Expansion | null => {
    work++;
    switch (node.kind) {
      case 'identifier':
        return reference(node, level);
      case 'not': {
        const child = expand(node.child, level + 1);
        return child && { tree: { ...node, child: child.tree }, size: larger(child.size) };
      }
      case 'and':
      case 'or': {
        const children: Node[] = [];
        let nodes = 1;
        let depth = 0;
        for (const child of node.children) {
          const expansion = expand(child, level + 1);
          if (expansion === null) return null;
          children.push(expansion.tree);
          nodes += expansion.size.nodes;
          depth = Math.max(depth, expansion.size.depth);
        }
        return { tree: { ...node, children }, size: { nodes, depth: depth + 1 } };
      }
      case 'macro':
      case 'exists':
        return { tree: node, size: LEAF };
      case 'comparison':
        return { tree: node, size: { nodes: weight(node), depth: 1 } };
    }
  };

  const whole = expand(tree, 1);
  if (whole === null) return { ok: false, ...failure!, work };
  if (whole.size.depth > MAX_DEPTH) {
    const message = `exceeded max depth limit of ${String(MAX_DEPTH)}`;
    return { ok: false, message, at: { kind: 'identifier', name: '', span: tree.span }, within: [], work };
  }
  return { ok: true, tree: whole.tree, macros: new Set(done.keys()), work };
}

/** Long values count for more: what the condition is as text is bounded, too. */
function weight({ right }: Comparison): number {
  const values = right.kind === 'list' ? right.items : right.kind === 'value' ? [right] : [];
  const characters = values.reduce((sum, { value }) => sum + value.length, 0);
  return 1 + values.length + Math.floor(characters / 64);
}

const larger = ({ nodes, depth }: Size): Size => ({ nodes: nodes + 1, depth: depth + 1 });

/** Macro names in a tree as parsed, in order of appearance, each once. */
export function macroReferences(tree: Node): readonly string[] {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'identifier') names.add(node.name);
    else if (node.kind === 'not') visit(node.child);
    else if (node.kind === 'and' || node.kind === 'or') node.children.forEach(visit);
  };
  visit(tree);
  return [...names];
}
