/**
 * Conditions as JavaScript source. Nothing from a rule gets into the text: values, tests and extractors stand in a
 * table of constants, names are numbers.
 */
import type { Scalar } from '../../fields/field.js';
import { judgeCandidates, judgeValue } from '../operators/quantify.js';
import type { Check, Source } from '../typed.js';
import type { GraphNode } from './graph.js';

/** The pieces of one function: source lines in the making, and the constants that they refer to. */
export class Emitter {
  readonly constants: unknown[] = [];
  readonly #constantIndex = new Map<unknown, number>();
  readonly #values = new Map<string, number>();
  readonly #memos = new Map<number, number>();

  /** Declarations of everything that is computed at most once for an event. */
  declarations(): string {
    const names = [
      ...[...this.#values.values()].map(index => `v${String(index)}`),
      ...[...this.#memos.values()].map(index => `m${String(index)} = 0`),
    ];
    return names.length === 0 ? '' : `let ${names.join(', ')};\n`;
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

  /** A boolean expression for a node. What several places ask for is remembered: 0 not known, 1 true, 2 false. */
  expression(node: GraphNode): string {
    const fresh = this.#fresh(node);
    if (node.uses < 2 || node.kind === 'not' || node.cost < 1.5) return fresh;
    let index = this.#memos.get(node.id);
    if (index === undefined) this.#memos.set(node.id, (index = this.#memos.size));
    const name = `m${String(index)}`;
    return `((${name} === 0 ? (${name} = ${fresh} ? 1 : 2) : ${name}) === 1)`;
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
