/**
 * Rules as functions, one for each event type (architecture D3). Event types for which the same is left after folding
 * share one function.
 */
import type { EventCatalog } from '../context.js';
import { eventCatalog } from '../source-context.js';
import type { EventView } from '../../state/event.js';
import type { TypedNode } from '../typed.js';
import { Emitter } from './emit.js';
import { fold, typeChecks, typeSignature, type Folded } from './fold.js';
import { Graph, type GraphNode } from './graph.js';

/** A rule to be judged: `index` is what the ruleset reports of it. */
export interface RulesetRule {
  readonly index: number;
  readonly filter: TypedNode;
  readonly eventTypes: ReadonlySet<number>;
}

/** Where matches are written. */
export interface MatchBuffer {
  [index: number]: number;
}

/** Judges one event: writes the indexes of the rules that match, in the order of the rules; returns how many. */
export type Judgement = (evt: EventView, out: MatchBuffer) => number;

export interface Ruleset {
  /** Every rule that matches is reported, not the first alone. */
  readonly all: boolean;
  /** Hot path; allocates nothing. `out` has room for every rule. */
  readonly evaluate: Judgement;
  /** By event code, for those that look at one type only. */
  readonly byType: readonly Judgement[];
  /** Codes for which there is anything to judge. */
  readonly eventTypes: ReadonlySet<number>;
  /** Different functions made. */
  readonly functions: number;
}

const nothing: Judgement = () => 0;

const highest = (soFar: number, codes: ReadonlySet<number>): number => {
  let top = soFar;
  for (const code of codes) if (code > top) top = code;
  return top;
};

/** A rule's condition on one event type. */
interface Entry {
  readonly index: number;
  readonly node: GraphNode | true;
}

/**
 * Compiles rules, in their order of matching. Mode `first` reports the first that matches.
 */
export function buildRuleset(
  rules: readonly RulesetRule[],
  mode: 'first' | 'all',
  catalog: EventCatalog = eventCatalog,
): Ruleset {
  const size = 1 + [...rules.map(rule => rule.eventTypes), catalog.all].reduce(highest, 0);
  const byType: Judgement[] = new Array<Judgement>(size).fill(nothing);
  const eventTypes = new Set<number>();
  const checks = typeChecks(rules.map(rule => rule.filter));
  const byLikeness = new Map<string, Judgement>();
  const byContent = new Map<string, Judgement>();
  const names = new Graph();
  for (let code = 0; code < size; code++) {
    const list = rules.filter(rule => rule.eventTypes.has(code));
    if (list.length === 0) continue;
    const likeness = `${list.map(rule => rule.index).join()} ${typeSignature(checks, code, catalog)}`;
    let judgement = byLikeness.get(likeness);
    if (judgement === undefined) {
      const trees = list.map(({ index, filter }) => ({ index, tree: fold(filter, code, catalog) }));
      judgement = judgementOf(trees, mode, names, byContent);
      byLikeness.set(likeness, judgement);
    }
    byType[code] = judgement;
    if (judgement !== nothing) eventTypes.add(code);
  }
  return {
    all: mode === 'all',
    evaluate: (evt, out) => {
      const { type } = evt.record;
      // A capture of another version may have types that we do not know.
      return type < size ? byType[type]!(evt, out) : 0;
    },
    byType,
    eventTypes,
    functions: byContent.size,
  };
}

/** The function for some folded conditions: made, or one that does the same. `names` numbers equal conditions alike. */
function judgementOf(
  trees: readonly { readonly index: number; readonly tree: Folded }[],
  mode: 'first' | 'all',
  names: Graph,
  byContent: Map<string, Judgement>,
): Judgement {
  const graph = new Graph();
  const entries: Entry[] = [];
  const content: string[] = [];
  for (const { index, tree } of trees) {
    if (tree === false) continue;
    entries.push({ index, node: tree === true ? tree : graph.add(tree) });
    content.push(`${String(index)}:${tree === true ? 'true' : String(names.add(tree).id)}`);
  }
  if (entries.length === 0) return nothing;
  const key = content.join();
  let judgement = byContent.get(key);
  if (judgement === undefined) byContent.set(key, (judgement = generate(entries, mode)));
  return judgement;
}

/** Source text of the functions for some rules, and the constants that they refer to by number. */
export function generateSource(
  entries: readonly Entry[],
  mode: 'first' | 'all',
): { source: string; constants: unknown[] } {
  const emitter = new Emitter(entries.flatMap(({ node }) => (node === true ? [] : [node])));
  const rules: string[] = [];
  const lines: string[] = [];
  for (const { index, node } of entries) {
    const number = String(Math.trunc(index));
    const hit = mode === 'first' ? `out[0] = ${number}; return 1;` : `out[n++] = ${number};`;
    if (node === true) {
      lines.push(`{ ${hit} }\n`);
      if (mode === 'first') break;
      continue;
    }
    const expression = emitter.expression(node);
    if (!emitter.inline) rules.push(`function r${number}(evt) { return ${expression}; }\n`);
    lines.push(`if (${emitter.inline ? expression : `r${number}(evt)`}) { ${hit} }\n`);
  }
  const table = emitter.constants.map((_, index) => `c${String(index)} = C[${String(index)}]`);
  const names = table.length === 0 ? '' : `const ${table.join(', ')};\n`;
  const variables = emitter.variables();
  const outside = emitter.inline ? '' : variables + emitter.functions() + rules.join('');
  const inside = emitter.inline ? variables : emitter.reset();
  const judge = `return function judge(evt, out) {\n${inside}let n = 0;\n${lines.join('')}return n;\n};`;
  const source = `'use strict';\n${names}${outside}${judge}`;
  return { source, constants: emitter.constants };
}

function generate(entries: readonly Entry[], mode: 'first' | 'all'): Judgement {
  const { source, constants } = generateSource(entries, mode);
  // The text is made of numbers and operators only: see Emitter.
  return (new Function('C', source) as (constants: readonly unknown[]) => Judgement)(constants);
}
