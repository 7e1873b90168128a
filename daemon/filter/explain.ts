/**
 * Why a condition did not hold for an event: the reference evaluator with somebody looking on. The typed tree says what
 * is judged, the syntax tree beside it how it was written and through which macros.
 */
import type { Span } from '../diagnostics/diagnostic.js';
import { toText } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import { quote } from './escape.js';
import { evaluator, judge } from './evaluate.js';
import { operatorText, printOperand } from './print.js';
import type { Comparison, Exists, Node } from './tree.js';
import type { Check, TypedNode } from './typed.js';

/** One check, once for each place that it has in the condition. */
export interface Leaf {
  /** Place in the condition, from 0. */
  readonly number: number;
  readonly check: Check;
  /** As written; long lists are cut short. */
  readonly text: string;
  /** From the outermost to the one in whose text `span` is. */
  readonly macros: readonly string[];
  readonly span: Span;
}

/** A check that decided, and its answer. */
export interface Finding {
  readonly leaf: Leaf;
  readonly held: boolean;
}

export interface Failure {
  readonly matched: false;
  /** The part of the outermost `and` that did not hold, from 1, and how many parts there are. */
  readonly step: number;
  readonly steps: number;
  /** How far it got; the more the nearer. To compare explanations of one condition by. */
  readonly progress: number;
  /** One check that did not hold, or several under a `not` that all did. */
  readonly findings: readonly Finding[];
  /** How many other ways there were, which got no farther. */
  readonly alternatives: number;
}

export type Explanation = { readonly matched: true } | Failure;

type Tree =
  | { readonly kind: 'and' | 'or'; readonly children: readonly Tree[] }
  | { readonly kind: 'not'; readonly child: Tree }
  | { readonly kind: 'check'; readonly leaf: Leaf };

type Shortfall = Pick<Failure, 'progress' | 'findings' | 'alternatives'>;

/** Makes a function that judges an event as the reference evaluator does, and tells why when it says no. */
export function explainer(node: Node, typed: TypedNode): (evt: EventView) => Explanation {
  const answers = new Map<Check, boolean>();
  const matches = evaluator(typed, check => {
    const answer = judge(check);
    return evt => {
      const held = answer(evt);
      answers.set(check, held);
      return held;
    };
  });
  const tree = treeOf(node, typed);
  const steps = tree.kind === 'and' ? tree.children.length : 1;

  // Whatever these ask for was evaluated: they go by the same order, and stop where the evaluator stopped.
  const holds = (part: Tree): boolean => {
    switch (part.kind) {
      case 'and':
        return part.children.every(holds);
      case 'or':
        return part.children.some(holds);
      case 'not':
        return !holds(part.child);
      case 'check':
        return answers.get(part.leaf.check)!;
    }
  };
  const whyNot = (part: Tree): Shortfall => {
    switch (part.kind) {
      case 'and': {
        const at = part.children.findIndex(child => !holds(child));
        const inner = whyNot(part.children[at]!);
        return { ...inner, progress: at + inner.progress / (inner.progress + 1) };
      }
      case 'or': {
        const ways = part.children.map(whyNot);
        const best = ways.reduce((most, way) => (way.progress > most.progress ? way : most));
        return { ...best, alternatives: best.alternatives + ways.length - 1 };
      }
      case 'not':
        return { progress: 0, findings: why(part.child), alternatives: 0 };
      case 'check':
        return { progress: 0, findings: [{ leaf: part.leaf, held: false }], alternatives: 0 };
    }
  };
  const why = (part: Tree): readonly Finding[] => {
    switch (part.kind) {
      case 'and':
        return part.children.flatMap(why);
      case 'or':
        return why(part.children.find(holds)!);
      case 'not':
        return whyNot(part.child).findings;
      case 'check':
        return [{ leaf: part.leaf, held: true }];
    }
  };

  return evt => {
    answers.clear();
    if (matches(evt)) return { matched: true };
    const shortfall = whyNot(tree);
    const step = tree.kind === 'and' ? Math.floor(shortfall.progress) + 1 : 1;
    return { matched: false, step, steps, ...shortfall };
  };
}

/** Both trees as one: chains of one kind are flat, macros are gone but for the checks that remember them. */
function treeOf(root: Node, typedRoot: TypedNode): Tree {
  let number = 0;
  const flat = (kind: 'and' | 'or', tree: Tree): readonly Tree[] =>
    tree.kind === kind ? tree.children : [tree];
  const build = (node: Node, typed: TypedNode, macros: readonly string[]): Tree => {
    if (node.kind === 'macro') return build(node.body, typed, [...macros, node.name]);
    if ((node.kind === 'and' || node.kind === 'or') && typed.kind === node.kind) {
      const { kind } = node;
      const children = node.children.flatMap((child, index) =>
        flat(kind, build(child, typed.children[index]!, macros)),
      );
      return { kind, children };
    }
    if (node.kind === 'not' && typed.kind === 'not')
      return { kind: 'not', child: build(node.child, typed.child, macros) };
    if ((node.kind === 'exists' || node.kind === 'comparison') && typed.kind === 'check') {
      const { span } = node;
      return {
        kind: 'check',
        leaf: { number: number++, check: typed, text: checkText(node), macros, span },
      };
    }
    throw new Error(`a ${node.kind} was bound to a ${typed.kind}`);
  };
  return build(root, typedRoot, []);
}

const LIST_ITEMS = 3;

function checkText(node: Exists | Comparison): string {
  const left = printOperand(node.left);
  if (node.kind === 'exists') return `${left} exists`;
  const { right } = node;
  const operator = operatorText(node);
  if (right.kind === 'value') return toText(`${left} ${operator} ${quote(right.value)}`);
  if (right.kind !== 'list') return `${left} ${operator} ${printOperand(right)}`;
  const items = right.items.slice(0, LIST_ITEMS).map(item => quote(item.value));
  const more = right.items.length > LIST_ITEMS ? ', …' : '';
  return `${toText(`${left} ${operator} (${items.join(', ')}`)}${more})`;
}
