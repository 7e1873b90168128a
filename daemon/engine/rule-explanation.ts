/** Why a rule did not match an event, in words that lead to the line of the rules file. */
import { explainer, type Failure, type Finding } from '../filter/explain.js';
import { seenValue } from '../filter/seen-value.js';
import type { EventView } from '../state/event.js';
import type { CompiledRule, RuleOrigin } from '../rules/rule.js';

/** What stopped a rule, whatever the event: what summaries count by. */
export interface Stop {
  /** Equal for equal stops; in the order of the condition. */
  readonly key: string;
  readonly order: number;
  readonly step: number;
  readonly steps: number;
  /** `proc.name in (sshd, …)`, `not (…)`; with the number of alternatives that got no farther. */
  readonly check: string;
  /** Macros from the outermost to the one with the check, then file:line:column, counted from 1. */
  readonly where: string;
}

export type RuleExplanation =
  | { readonly matched: true }
  | {
      readonly matched: false;
      readonly progress: number;
      readonly stop: Stop;
      /** `saw 'cat'`, for each check that the stop names. */
      readonly saw: string;
    };

/** @param rule loaded with `RuleOptions.origins` */
export function ruleExplainer(rule: CompiledRule): (evt: EventView) => RuleExplanation {
  const { origin } = rule;
  if (origin === undefined) throw new Error(`rule '${rule.name}' was loaded without its origin`);
  const explain = explainer(origin.tree, rule.filter.tree);
  const stops = new Map<string, Stop>();
  return evt => {
    const explanation = explain(evt);
    if (explanation.matched) return explanation;
    const { findings, progress } = explanation;
    const key = findings.map(({ leaf, held }) => `${String(leaf.number)}${held ? '+' : '-'}`).join();
    let stop = stops.get(key);
    if (stop === undefined) {
      if (stops.size >= MOST_STOPS) stops.clear();
      stops.set(key, (stop = stopOf(key, explanation, origin)));
    }
    const saw = findings.map(({ leaf }) => seenValue(leaf.check, evt)).join(', ');
    return { matched: false, progress, stop, saw };
  };
}

/** Texts of stops that are kept; a condition with more of them is a rare thing. */
const MOST_STOPS = 10_000;

function stopOf(key: string, { findings, alternatives, step, steps }: Failure, origin: RuleOrigin): Stop {
  const [first] = findings;
  const { span, macros, number } = first!.leaf;
  const { file, position } = origin.place(span, macros);
  const place = `${file}:${String(position.line + 1)}:${String(position.column + 1)}`;
  const others =
    alternatives === 0
      ? ''
      : ` and ${String(alternatives)} ${alternatives === 1 ? 'alternative' : 'alternatives'}`;
  return {
    key,
    order: number,
    step,
    steps,
    check: checkText(findings) + others,
    where: macros.length === 0 ? place : `${macros.join(' > ')}, ${place}`,
  };
}

/** What would have had to hold. */
function checkText(findings: readonly Finding[]): string {
  const [first] = findings;
  if (findings.length === 1 && first !== undefined)
    return first.held ? `not ${first.leaf.text}` : first.leaf.text;
  return `not (${findings.map(({ leaf, held }) => (held ? leaf.text : `not ${leaf.text}`)).join(' and ')})`;
}

/** `stopped at proc.name in (sshd, …): saw 'cat' [step 3 of 9; trusted, rules.yaml:3:5]` */
export function stopText(stop: Stop, saw: string): string {
  const { step, steps, check, where } = stop;
  return `stopped at ${check}: ${saw} [step ${String(step)} of ${String(steps)}; ${where}]`;
}
