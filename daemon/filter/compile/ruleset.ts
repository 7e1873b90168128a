/**
 * Rules as functions, one for each event type (architecture D3). Event types for which the same is left after folding
 * share one function.
 */
import type { EventCatalog } from '../context.js';
import { eventCatalog } from '../source-context.js';
import type { EventView } from '../../state/event.js';
import type { TypedNode } from '../typed.js';
import { Emitter } from './emit.js';
import { fold } from './fold.js';
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
  const byCode = new Map<number, RulesetRule[]>();
  for (const rule of rules) {
    for (const code of rule.eventTypes) {
      const list = byCode.get(code);
      if (list === undefined) byCode.set(code, [rule]);
      else list.push(rule);
    }
  }
  const size = Math.max(0, ...catalog.all, ...byCode.keys()) + 1;
  const byType: Judgement[] = new Array<Judgement>(size).fill(nothing);
  const known = new Map<string, Judgement>();
  const folded = new Graph();
  const eventTypes = new Set<number>();
  for (const [code, list] of byCode) {
    const trees = list.flatMap(({ index, filter }) => {
      const tree = fold(filter, code, catalog);
      return tree === false ? [] : [{ index, tree }];
    });
    if (trees.length === 0) continue;
    eventTypes.add(code);
    const signature = trees
      .map(({ index, tree }) => `${String(index)}:${tree === true ? 'true' : String(folded.add(tree).id)}`)
      .join();
    let judgement = known.get(signature);
    if (judgement === undefined) {
      const graph = new Graph();
      const entries = trees.map(({ index, tree }) => ({
        index,
        node: tree === true ? tree : graph.add(tree),
      }));
      known.set(signature, (judgement = generate(entries, mode)));
    }
    byType[code] = judgement;
  }
  return {
    all: mode === 'all',
    evaluate: (evt, out) => byType[evt.record.type]!(evt, out),
    byType,
    eventTypes,
    functions: known.size,
  };
}

/** Source text of the function for a list of rules, and the constants that it refers to by number. */
export function generateSource(
  entries: readonly Entry[],
  mode: 'first' | 'all',
): { source: string; constants: unknown[] } {
  const emitter = new Emitter();
  const lines: string[] = [];
  for (const { index, node } of entries) {
    const number = String(Math.trunc(index));
    const hit = mode === 'first' ? `out[0] = ${number}; return 1;` : `out[n++] = ${number};`;
    lines.push(node === true ? `{ ${hit} }` : `if (${emitter.expression(node)}) { ${hit} }`);
    if (node === true && mode === 'first') break;
  }
  const table = emitter.constants.map((_, index) => `c${String(index)} = C[${String(index)}]`);
  const names = table.length === 0 ? '' : `const ${table.join(', ')};\n`;
  const body = `${emitter.declarations()}let n = 0;\n${lines.join('\n')}\nreturn n;\n`;
  return {
    source: `'use strict';\n${names}return function judge(evt, out) {\n${body}};`,
    constants: emitter.constants,
  };
}

function generate(entries: readonly Entry[], mode: 'first' | 'all'): Judgement {
  const { source, constants } = generateSource(entries, mode);
  // The text is made of numbers and operators only: see Emitter.
  return (new Function('C', source) as (constants: readonly unknown[]) => Judgement)(constants);
}
