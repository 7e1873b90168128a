/** What is questionable about a condition that compiles: one walk over its tree, macros in place. */
import type { Span } from '../diagnostics/diagnostic.js';
import type { Comparison, Node, Operand, TransformerArgument } from '../filter/tree.js';
import type { Code } from './codes.js';

export interface ConditionWarning {
  readonly code: Code;
  readonly message: string;
  readonly deprecatedField?: string;
  /** In the condition's own text: of a check in a macro, the reference to the outermost macro. */
  readonly span: Span;
}

/** Fields that live events no longer carry, longest first where one begins with another. */
export const DEPRECATED_FIELDS = [
  'evt.dir',
  'evt.latency.human',
  'evt.latency.ns',
  'evt.latency.s',
  'evt.latency',
  'evt.wait_latency',
] as const;

const deprecated: ReadonlySet<string> = new Set(DEPRECATED_FIELDS);
const UNSAFE_OPERATORS: ReadonlySet<string> = new Set(['=', '==', '!=', 'in', 'intersects', 'pmatch']);
const UNSAFE_FIELDS = /^(?:ka|jevt)\./;
const NOT_AVAILABLE = '<NA>';

/** Each deprecated field and each kind of unsafe check once. */
export function conditionWarnings(tree: Node): readonly ConditionWarning[] {
  const found = new Map<string, ConditionWarning>();
  const note = (key: string, warning: ConditionWarning): void => {
    if (!found.has(key)) found.set(key, warning);
  };
  const bodies = new Set<Node>();
  const visitField = (operand: Operand | TransformerArgument, span: Span): void => {
    if (operand.kind === 'field') {
      if (!deprecated.has(operand.name)) return;
      const message = `usage of deprecated field '${operand.name}' has been detected in the rule condition`;
      note(operand.name, { code: 'LOAD_DEPRECATED_ITEM', message, deprecatedField: operand.name, span });
    } else if (operand.kind === 'transformer') {
      for (const argument of operand.arguments) visitField(argument, span);
    } else if (operand.kind === 'transformer-list') {
      for (const item of operand.items) visitField(item, span);
    }
  };
  /** @param outer span of the outermost macro around the node, if any */
  const visit = (node: Node, outer: Span | null): void => {
    switch (node.kind) {
      case 'and':
      case 'or':
        for (const child of node.children) visit(child, outer);
        break;
      case 'not':
        visit(node.child, outer);
        break;
      case 'macro':
        // Of what occurs twice the first is told, so that a body needs to be looked at only once.
        if (bodies.has(node.body)) break;
        bodies.add(node.body);
        visit(node.body, outer ?? node.span);
        break;
      case 'exists':
        visitField(node.left, outer ?? node.span);
        break;
      case 'comparison': {
        const span = outer ?? node.span;
        visitField(node.left, span);
        if (node.right.kind !== 'value' && node.right.kind !== 'list') visitField(node.right, span);
        if (isUnsafe(node)) {
          const message = `comparing '${unsafeField(node)}' with <NA> is unsafe: ask with 'exists' whether it has a value`;
          note(message, { code: 'LOAD_UNSAFE_NA_CHECK', message, span });
        }
        break;
      }
      case 'identifier':
        break;
    }
  };
  visit(tree, null);
  return [...found.values()];
}

function unsafeField(node: Comparison): string {
  return node.left.kind === 'field' && UNSAFE_FIELDS.test(node.left.name) ? node.left.name : '';
}

function isUnsafe(node: Comparison): boolean {
  if (unsafeField(node) === '' || !UNSAFE_OPERATORS.has(node.operator)) return false;
  if (node.right.kind === 'value') return node.right.value === NOT_AVAILABLE;
  return node.right.kind === 'list' && node.right.items.some(item => item.value === NOT_AVAILABLE);
}
