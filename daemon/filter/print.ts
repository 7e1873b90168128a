/** Canonical text of a syntax tree: what `falco -L` shows, and the key of a source or check. */
import { quote } from './escape.js';
import type { Comparison, Node, Operand, Transformer, TransformerArgument } from './tree.js';

/**
 * Text of a condition. Chains stand in parentheses, values in quotes where they need them, macros as their bodies.
 * Read back it gives the same tree (arguments of transformers apart, whose quotes Falco leaves out).
 */
export function print(whole: Node): string {
  /** Macros in macros can stand for more nodes than anybody could visit. */
  const bodies = new Map<Node, string>();
  const text = (node: Node): string => printNode(node, text, bodies);
  return text(whole);
}

function printNode(node: Node, print: (node: Node) => string, bodies: Map<Node, string>): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      // Put together pair by pair: the engine does not copy such strings before somebody reads them.
      return `(${node.children.map(print).reduce((text, child) => `${text} ${node.kind} ${child}`)})`;
    case 'not':
      return innermost(node.child).kind === 'not' ? `not (${print(node.child)})` : `not ${print(node.child)}`;
    case 'identifier':
      return node.name;
    case 'macro': {
      let body = bodies.get(node.body);
      if (body === undefined) bodies.set(node.body, (body = print(node.body)));
      return body;
    }
    case 'exists':
      return `${printOperand(node.left)} exists`;
    case 'comparison':
      return `${printOperand(node.left)} ${operatorText(node)} ${printRight(node.right)}`;
  }
}

const innermost = (node: Node): Node => (node.kind === 'macro' ? innermost(node.body) : node);

/** `=`, `startswith anyof` */
export function operatorText({ operator, modifier }: Pick<Comparison, 'operator' | 'modifier'>): string {
  return modifier === null ? operator : `${operator} ${modifier}`;
}

function printRight(right: Comparison['right']): string {
  switch (right.kind) {
    case 'value':
      return quote(right.value);
    case 'list':
      return `(${right.items.map(item => quote(item.value)).join(', ')})`;
    default:
      return printOperand(right);
  }
}

/** `proc.aname[2]`, `getopt(proc.args,nt:)[t]` */
export function printOperand(operand: Operand): string {
  const name = operand.kind === 'field' ? operand.name : printCall(operand);
  return operand.argument === null ? name : `${name}[${quote(operand.argument)}]`;
}

function printCall(call: Transformer): string {
  return `${call.name}(${call.arguments.map(printArgument).join(',')})`;
}

function printArgument(argument: TransformerArgument): string {
  switch (argument.kind) {
    case 'value':
      return quote(argument.value);
    case 'transformer-list':
      return `(${argument.items.map(printArgument).join(',')})`;
    default:
      return printOperand(argument);
  }
}
