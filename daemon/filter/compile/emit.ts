/**
 * Conditions as JavaScript source. Nothing from a rule gets into the text: values, tests and extractors stand in a
 * table of constants, names are numbers.
 *
 * Names: c constants, v values of fields for the present event, m remembered answers (0 not known, 1 true, 2 false),
 * n functions of nodes that several places share, r functions of rules.
 */
import type { Scalar } from '../../fields/field.js';
import { judgeCandidates, judgeValue } from '../operators/quantify.js';
import type { Check, Source } from '../typed.js';
import type { GraphNode } from './graph.js';

/** A node this high over its leaves, or a multiple of it, is a function: the engine's own parser recurses, too. */
const MAX_HEIGHT = 100;

/**
 * Up to this many checks are written out in one function, with its variables in registers: twice as fast, as long as
 * the engine agrees to optimise a function of that size. Beyond, shared nodes become functions over shared variables.
 */
const MAX_INLINE = 1500;

/** Checks in the text of some nodes when everything is written out wherever it is used. */
function inlineSize(roots: readonly GraphNode[]): number {
  const sizes = new Map<GraphNode, number>();
  const size = (node: GraphNode): number => {
    let known = sizes.get(node);
    if (known !== undefined) return known;
    known = node.kind === 'check' ? 1 : node.kind === 'not' ? size(node.child) : total(node.children);
    sizes.set(node, known);
    return known;
  };
  const total = (nodes: readonly GraphNode[]): number => nodes.reduce((sum, node) => sum + size(node), 0);
  return total(roots);
}

/** The pieces of the functions for some rules, and the constants that they refer to. */
export class Emitter {
  readonly constants: unknown[] = [];
  readonly #functions = new Map<number, string>();
  readonly #constantIndex = new Map<unknown, number>();
  readonly #values = new Map<string, number>();
  readonly #memos = new Map<number, number>();

  /** All is in one function, and so are the variables. */
  readonly inline: boolean;

  constructor(roots: readonly GraphNode[]) {
    this.inline = roots.every(node => node.height < MAX_HEIGHT) && inlineSize(roots) <= MAX_INLINE;
  }

  /** Variables of everything that is computed at most once for an event. */
  variables(): string {
    const names = [...this.#names('v'), ...this.#names('m').map(name => `${name} = 0`)];
    return names.length === 0 ? '' : `let ${names.join(', ')};\n`;
  }

  /** The functions of shared nodes. */
  functions(): string {
    return [...this.#functions.values()].join('');
  }

  /** Statements that forget the last event. */
  reset(): string {
    const values = this.#names('v').map(name => `${name} = `);
    const memos = this.#names('m').map(name => `${name} = `);
    return (
      (values.length === 0 ? '' : `${values.join('')}undefined;\n`) +
      (memos.length === 0 ? '' : `${memos.join('')}0;\n`)
    );
  }

  #names(letter: 'v' | 'm'): string[] {
    const { size } = letter === 'v' ? this.#values : this.#memos;
    return Array.from({ length: size }, (_, index) => letter + String(index));
  }

  /** Name of a constant. */
  #constant(value: unknown): string {
    let index = this.#constantIndex.get(value);
    if (index === undefined) {
      index = this.constants.push(value) - 1;
      this.#constantIndex.set(value, index);
    }
    return `c${String(index)}`;
  }

  /** An expression for the value of a source: extracted when first asked for, then kept. */
  #value(key: string, extract: unknown): { readonly first: string; readonly again: string } {
    let index = this.#values.get(key);
    if (index === undefined) this.#values.set(key, (index = this.#values.size));
    const name = `v${String(index)}`;
    const first = `(${name} === undefined ? (${name} = ${this.#constant(extract)}(evt)) : ${name})`;
    return { first, again: name };
  }

  #sourceValue(source: Source): { readonly first: string; readonly again: string } {
    return this.#value(source.key, source.extract);
  }

  /** A boolean expression for a node. What several places ask for is remembered. */
  expression(node: GraphNode): string {
    const shared = node.uses > 1 && node.kind !== 'not' && node.cost >= 1.5;
    const apart =
      !this.inline &&
      node.kind !== 'check' &&
      (shared || (node.height > 0 && node.height % MAX_HEIGHT === 0));
    if (!apart) return shared ? this.#remembered(node) : this.#fresh(node);
    const name = `n${String(node.id)}`;
    if (!this.#functions.has(node.id)) {
      const body = shared ? this.#remembered(node) : this.#fresh(node);
      this.#functions.set(node.id, `function ${name}(evt) { return ${body}; }\n`);
    }
    return `${name}(evt)`;
  }

  #remembered(node: GraphNode): string {
    let index = this.#memos.get(node.id);
    if (index === undefined) this.#memos.set(node.id, (index = this.#memos.size));
    const name = `m${String(index)}`;
    return `((${name} === 0 ? (${name} = ${this.#fresh(node)} ? 1 : 2) : ${name}) === 1)`;
  }

  #fresh(node: GraphNode): string {
    switch (node.kind) {
      case 'check':
        return this.#check(node.check);
      case 'not':
        return `!${this.expression(node.child)}`;
      case 'and':
        return `(${node.children.map(child => this.expression(child)).join(' && ')})`;
      case 'or':
        return `(${node.children.map(child => this.expression(child)).join(' || ')})`;
    }
  }

  #check(check: Check): string {
    const { left, right } = check;
    if (right.kind === 'source') {
      const value = this.#sourceValue(left);
      const other = this.#sourceValue(right.source);
      const test = `${this.#constant(right.test)}(${value.again}, ${other.again})`;
      return `(${value.first} !== null && ${other.first} !== null && ${test})`;
    }
    if (left.candidates !== null) {
      const values = this.#value(`candidates ${left.key}`, left.candidates);
      return `${this.#constant(judgeCandidates(check))}(${values.first})`;
    }
    const value = this.#sourceValue(left);
    if (left.list || right.kind === 'each') return `${this.#constant(judgeValue(check))}(${value.first})`;
    if (right.kind === 'none') return `(${value.first} !== null)`;
    return `(${value.first} !== null && ${this.#test(check, right.values as readonly Scalar[], value.again)})`;
  }

  /** The test of one value: comparisons in place, everything else by a call. */
  #test({ operator, right }: Check, values: readonly Scalar[], value: string): string {
    const simple = values.length === 1 && typeof values[0] !== 'object';
    if (simple) {
      const constant = (): string => this.#constant(values[0]);
      switch (operator) {
        case '=':
        case '==':
        case 'in':
        case 'intersects':
          return `${value} === ${constant()}`;
        case '!=':
          return `${value} !== ${constant()}`;
        case '<':
        case '<=':
        case '>':
        case '>=':
          return `${value} ${operator} ${constant()}`;
      }
    }
    return right.kind === 'constants' ? `${this.#constant(right.test)}(${value})` : 'false';
  }
}
