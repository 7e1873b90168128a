/**
 * Warnings beyond Falco's, of rules that load: checks that never hold, rules that never fire, rules that another one
 * keeps from ever being reached. They are apart from Falco's own warnings, whose number and codes others rely on, and
 * tell of the rules as they are after all files.
 */
import type { Diagnostic, Span } from '../diagnostics/diagnostic.js';
import type { EventCatalog } from '../filter/context.js';
import { conditionDoubts } from '../filter/never/condition.js';
import type { Doubt } from '../filter/never/doubt.js';
import type { KnownTypes } from '../filter/never/types.js';
import { Implication } from '../filter/never/implies.js';
import type { Node } from '../filter/tree.js';
import { diagnose } from './codes.js';
import type { CompiledRule } from './rule.js';
import type { Place } from './source-file.js';

/** What is known of a rule only while it is compiled. */
export interface RuleReview {
  /** Of the rule itself. */
  readonly rule: Place;
  /** Macros in place. */
  readonly tree: Node;
  /** Constants that their fields never have. */
  readonly doubts: readonly Doubt[];
  /** Where a range of the condition stands, or of the last of `macros`. */
  readonly place: (span: Span, macros: readonly string[]) => Place;
  readonly events: EventCatalog;
}

/** Rules beyond that many are not compared with each other. */
const MOST_COMPARED = 1000;

/**
 * @param rules in the order of matching, as they are after all files
 * @param reviews by the name of the rule
 * @param matching whether the first rule that matches an event is the last to be tried
 */
export function noteRules(
  rules: readonly CompiledRule[],
  reviews: ReadonlyMap<string, RuleReview>,
  matching: 'first' | 'all',
): readonly Diagnostic[] {
  const notes = new Map<string, Diagnostic>();
  const note = (diagnostic: Diagnostic): void => {
    const { code, message, locations } = diagnostic;
    const at = locations.at(-1)!.span.start.offset;
    // A macro's mistake is told once, not once for each rule that uses it.
    const key = [
      code,
      message,
      locations.at(-1)!.source,
      at,
      code === 'LOAD_NEVER_FIRES' ? locations[1]?.itemName : '',
    ].join('\n');
    if (!notes.has(key)) notes.set(key, diagnostic);
  };
  const dead = new Set<string>();
  const types = new Map<EventCatalog, KnownTypes>();
  const typesOf = (events: EventCatalog): KnownTypes => {
    let known = types.get(events);
    if (known === undefined) types.set(events, (known = new Map()));
    return known;
  };
  for (const rule of rules) {
    const review = reviews.get(rule.name);
    if (review === undefined) continue;
    const { parts, whole } = conditionDoubts(rule.filter.tree, review.events, typesOf(review.events));
    const doubts = [...review.doubts, ...parts.filter(part => !isTold(part, review.doubts))];
    for (const { kind, message, hint, span, macros } of doubts) {
      const place = review.place(span, macros);
      if (kind === 'idiom' || (kind === 'empty' && !isWrittenEmpty(place))) continue;
      note(diagnose(kind === 'range' ? 'LOAD_NUMBER_RANGE' : 'LOAD_NEVER_TRUE', message, place, hint));
    }
    if (whole === null || !rule.enabled) continue;
    dead.add(rule.name);
    note(neverFires(rule, review, whole));
  }
  if (matching === 'first')
    shadowed(
      rules.filter(({ enabled, name }) => enabled && !dead.has(name)),
      (rule, by) => {
        const review = reviews.get(rule.name);
        if (review === undefined) return;
        const message = `rule '${rule.name}' can never fire: rule '${by.name}' comes before it and matches whatever it would`;
        note(
          diagnose(
            'LOAD_SHADOWED_RULE',
            message,
            review.rule,
            "set 'rule_matching: all', or change their order",
          ),
        );
      },
    );
  return [...notes.values()];
}

/** Points at the check, or at the macro in the rule's own condition that brings it. */
function neverFires({ name }: CompiledRule, { tree, place }: RuleReview, why: Doubt): Diagnostic {
  const [outermost] = why.macros;
  const reference = outermost === undefined ? null : referenceTo(outermost, tree);
  const from = outermost === undefined ? '' : ` (macro '${why.macros.at(-1)!}')`;
  const message = `rule '${name}' can never fire: ${why.message}${from}`;
  return diagnose(
    'LOAD_NEVER_FIRES',
    message,
    reference === null ? place(why.span, why.macros) : place(reference, []),
  );
}

/** The first place in a condition where a macro is named. */
function referenceTo(name: string, node: Node): Span | null {
  switch (node.kind) {
    case 'macro':
      return node.name === name ? node.span : null;
    case 'not':
      return referenceTo(name, node.child);
    case 'and':
    case 'or':
      for (const child of node.children) {
        const found = referenceTo(name, child);
        if (found !== null) return found;
      }
      return null;
    default:
      return null;
  }
}

/** Whether what is wrong with a check was said of its constant. */
function isTold({ kind, span, macros }: Doubt, told: readonly Doubt[]): boolean {
  const inside = (inner: Span): boolean =>
    inner.start.offset >= span.start.offset && inner.end.offset <= span.end.offset;
  return kind === 'check' && told.some(other => other.macros.at(-1) === macros.at(-1) && inside(other.span));
}

/** Whether the list stands there as `()`, and is not the name of one that happens to be empty. */
function isWrittenEmpty({ file, locations }: Place): boolean {
  const { start, end } = locations.at(-1)!.span;
  return /\(\s*\)$/.test(file.text.slice(start.offset, end.offset));
}

/** Tells of each rule that an earlier one of its source keeps from firing. */
function shadowed(
  rules: readonly CompiledRule[],
  tell: (rule: CompiledRule, by: CompiledRule) => void,
): void {
  if (rules.length > MOST_COMPARED) return;
  const implication = new Implication();
  const isSubset = subsets(rules);
  for (const [index, rule] of rules.entries()) {
    const by = rules
      .slice(0, index)
      .find(
        earlier =>
          earlier.source === rule.source &&
          isSubset(rule, earlier) &&
          implication.implies(rule.filter.tree, earlier.filter.tree),
      );
    if (by !== undefined) tell(rule, by);
  }
}

/**
 * Tells whether the event types of one rule are among those of another. Rules have few different sets of them, so that
 * each two are compared once.
 */
function subsets(rules: readonly CompiledRule[]): (inner: CompiledRule, outer: CompiledRule) => boolean {
  const numbers = new Map<string, number>();
  const numberOf = new Map<CompiledRule, number>();
  for (const rule of rules) {
    const key = [...rule.eventTypes].sort((a, b) => a - b).join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    numberOf.set(rule, number);
  }
  const known = new Map<number, boolean>();
  return (inner, outer) => {
    const pair = numberOf.get(inner)! * numbers.size + numberOf.get(outer)!;
    let answer = known.get(pair);
    if (answer === undefined) known.set(pair, (answer = isSubset(inner.eventTypes, outer.eventTypes)));
    return answer;
  };
}

function isSubset(inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean {
  if (inner.size > outer.size) return false;
  for (const code of inner) if (!outer.has(code)) return false;
  return true;
}
