/** What a condition is made of, for those who describe it: names, fields and operators in its syntax tree. */
import { operatorText } from '../filter/print.js';
import { quote } from '../filter/escape.js';
import type { Comparison, Field, Node, Operand, TransformerArgument } from '../filter/tree.js';

/** Each sorted, every name once. */
export interface ConditionDetails {
  /** Macros referred to by name; those whose bodies are in place are not. */
  readonly macros: readonly string[];
  readonly lists: readonly string[];
  readonly operators: readonly string[];
  /** With their arguments, as written. */
  readonly fields: readonly string[];
}

/** @param lists names that stand for lists where they are values */
export function conditionDetails(tree: Node, lists: ReadonlySet<string>): ConditionDetails {
  const found = {
    macros: new Set<string>(),
    lists: new Set<string>(),
    operators: new Set<string>(),
    fields: new Set<string>(),
  };
  const argument = (part: TransformerArgument): void => {
    if (part.kind === 'transformer-list') part.items.forEach(argument);
    else if (part.kind !== 'value') operand(part);
  };
  const operand = (part: Operand): void => {
    if (part.kind === 'field') found.fields.add(fieldText(part));
    else part.arguments.forEach(argument);
  };
  const right = (part: Comparison['right']): void => {
    if (part.kind === 'list') part.items.forEach(right);
    else if (part.kind !== 'value') operand(part);
    else if (lists.has(part.value)) found.lists.add(part.value);
  };
  const visited = new Set<Node>();
  const visit = (node: Node): void => {
    // Bodies of macros are shared.
    if (visited.has(node)) return;
    visited.add(node);
    switch (node.kind) {
      case 'and':
      case 'or':
        node.children.forEach(visit);
        break;
      case 'not':
        visit(node.child);
        break;
      case 'identifier':
        found.macros.add(node.name);
        break;
      case 'macro':
        visit(node.body);
        break;
      case 'exists':
        found.operators.add('exists');
        operand(node.left);
        break;
      case 'comparison':
        found.operators.add(operatorText(node));
        operand(node.left);
        right(node.right);
        break;
    }
  };
  visit(tree);
  return {
    macros: [...found.macros].sort(),
    lists: [...found.lists].sort(),
    operators: [...found.operators].sort(),
    fields: [...found.fields].sort(),
  };
}

function fieldText({ name, argument }: Field): string {
  return argument === null ? name : `${name}[${quote(argument)}]`;
}
