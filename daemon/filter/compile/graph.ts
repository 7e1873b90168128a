/**
 * Conditions of many rules as one graph in which everything equal is one node: a macro that thirty rules use is judged
 * once for an event.
 */
import type { Check, TypedNode } from '../typed.js';

/** A node of the graph. `id` counts up from the leaves. */
export type GraphNode = GraphCheck | GraphGroup | GraphNot;

interface GraphBase {
  readonly id: number;
  /** Rough cost of judging it once. */
  readonly cost: number;
  /** Levels below it. */
  readonly height: number;
  /** How many places refer to it. */
  uses: number;
}

export interface GraphCheck extends GraphBase {
  readonly kind: 'check';
  readonly check: Check;
}

export interface GraphGroup extends GraphBase {
  readonly kind: 'and' | 'or';
  /** Cheap ones first: they have no effects, so their order does not matter to the answer. */
  readonly children: readonly GraphNode[];
}

export interface GraphNot extends GraphBase {
  readonly kind: 'not';
  readonly child: GraphNode;
}

export class Graph {
  readonly #nodes = new Map<string, GraphNode>();
  /** Bodies of macros are shared, and nested ones stand for more nodes than anybody could visit. */
  readonly #groups = new Map<TypedNode, GraphNode>();

  /** The node that stands for `tree`; called once for every root. */
  add(tree: TypedNode): GraphNode {
    const node = this.#intern(tree);
    node.uses++;
    return node;
  }

  #intern(tree: TypedNode): GraphNode {
    switch (tree.kind) {
      case 'check':
        return this.#node(`c${tree.key}`, id => ({
          kind: 'check',
          id,
          uses: 0,
          height: 0,
          cost: tree.cost,
          check: tree,
        }));
      case 'not': {
        const child = this.#intern(tree.child);
        if (child.kind === 'not') return child.child;
        return this.#node(`n${String(child.id)}`, id => {
          child.uses++;
          return { kind: 'not', id, uses: 0, height: child.height + 1, cost: child.cost, child };
        });
      }
      case 'and':
      case 'or': {
        let group = this.#groups.get(tree);
        if (group === undefined) {
          const members = tree.children.map(child => this.#intern(child));
          this.#groups.set(tree, (group = this.#group(tree.kind, members)));
        }
        return group;
      }
    }
  }

  /** Nested groups of one kind are one group; what is in there twice counts once. */
  #group(kind: 'and' | 'or', members: readonly GraphNode[]): GraphNode {
    const flat = members.flatMap(node => (node.kind === kind && node.uses === 0 ? node.children : [node]));
    const children = [...new Set(flat)].sort((a, b) => a.cost - b.cost || a.id - b.id);
    if (children.length === 1) return children[0]!;
    const key = `${kind}${children.map(child => child.id).join()}`;
    return this.#node(key, id => {
      for (const child of children) child.uses++;
      // Most events fail the first checks: later ones are paid for less and less often.
      const cost = children.reduceRight((later, child) => child.cost + later / 2, 0);
      const height = 1 + children.reduce((most, child) => Math.max(most, child.height), 0);
      return { kind, id, uses: 0, height, cost, children };
    });
  }

  #node(key: string, make: (id: number) => GraphNode): GraphNode {
    let node = this.#nodes.get(key);
    if (node === undefined) this.#nodes.set(key, (node = make(this.#nodes.size)));
    return node;
  }
}
