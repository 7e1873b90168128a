/**
 * Explains one rule: for each event of its types, how far the condition got and which check stopped it; at the end
 * how often which. Stands in the detector's place, so that detection knows nothing of it; where the records come from
 * does not matter.
 */
import type { CompiledRule } from '../rules/load.js';
import type { EventView } from '../state/event.js';
import type { Inspector } from '../state/inspector.js';
import type { RuleBook } from './detector.js';
import { eventText } from './event-text.js';
import { LineFold } from './line-fold.js';
import { ruleExplainer, stopText, type RuleExplanation, type Stop } from './rule-explanation.js';
import { eventNames } from './selection.js';

/** Different lines a second: of events that matched, of those that did not, and of those that one check stopped. */
const MATCH_LINES = 20;
const LINES = 40;
const LINES_OF_ONE_STOP = 5;
const PERIOD_MS = 1_000;
/** Different stops that are counted. */
const MOST_STOPS = 1_000;

export class ExplainedRule {
  readonly #inspector: Inspector;
  readonly #book: RuleBook;
  readonly #rule: CompiledRule;
  readonly #print: (text: string) => void;
  readonly #explain: (evt: EventView) => RuleExplanation;
  /** evt.type names that the rule asks for; all when there are none. */
  readonly #names: ReadonlySet<string>;
  readonly #matchLines: LineFold;
  readonly #lines: LineFold;
  readonly #found: Int32Array;
  readonly #stops = new Map<string, { readonly stop: Stop; count: number }>();
  #otherStops = 0;
  #events = 0;
  #matches = 0;
  /** Matches that another rule took. */
  #taken = 0;
  #periodEnd = 0;

  /**
   * @param book all rules that are on: whether another one is before it
   * @param print takes one or more lines, each with its newline
   */
  constructor(inspector: Inspector, book: RuleBook, rule: CompiledRule, print: (text: string) => void) {
    this.#inspector = inspector;
    this.#book = book;
    this.#rule = rule;
    this.#print = print;
    this.#explain = ruleExplainer(rule);
    this.#names = eventNames(rule.filter.tree);
    this.#found = new Int32Array(book.rules.length);
    this.#matchLines = new LineFold(MATCH_LINES, MATCH_LINES, line => print(`${line}\n`));
    this.#lines = new LineFold(LINES, LINES_OF_ONE_STOP, line => print(`${line}\n`));
    if (!rule.enabled) print(`The rule is not enabled: it raises no alerts. This tells what it would do.\n`);
  }

  readonly onRecord = (batch: Buffer, offset: number, cpu: number): void => {
    if (!this.#inspector.process(batch, offset, cpu)) return;
    const { view } = this.#inspector;
    if (!this.#concerns(view)) return;
    this.#events++;
    const explanation = this.#judge(view);
    if (explanation.matched) this.#noteMatch(view);
    else this.#noteStop(view, explanation);
  };

  /** To be called every now and then. @param now milliseconds */
  tick(now: number): void {
    if (now < this.#periodEnd) return;
    this.#periodEnd = now + PERIOD_MS;
    this.#matchLines.end();
    this.#lines.end();
  }

  /** Prints the summary. */
  finish(): void {
    this.tick(Infinity);
    this.#print(this.summary());
  }

  summary(): string {
    const taken = this.#taken === 0 ? '' : `, ${String(this.#taken)} of them taken by rules before it`;
    const head = `${this.#rule.name}: ${counted(this.#events, 'event')} of its types, ${counted(this.#matches, 'match', 'es')}${taken}`;
    const rows = [...this.#stops.values()]
      .sort((a, b) => a.stop.step - b.stop.step || a.stop.order - b.stop.order || b.count - a.count)
      .map(({ stop, count }) => {
        const number = String(count).padStart(10);
        return `${number}  stopped at ${stop.check} [step ${String(stop.step)} of ${String(stop.steps)}; ${stop.where}]`;
      });
    if (this.#otherStops > 0) rows.push(`${String(this.#otherStops).padStart(10)}  stopped elsewhere`);
    return `\n${[head, ...rows].join('\n')}\n`;
  }

  /** Of the generic event, whose name comes with the record, only the calls that the rule names. */
  #concerns(view: EventView): boolean {
    if (!this.#rule.eventTypes.has(view.record.type)) return false;
    return !view.row.generic || this.#names.size === 0 || this.#names.has(view.name);
  }

  /** As the detector does, under both names that a file may have; the one that got farther counts. */
  #judge(view: EventView): RuleExplanation {
    const explanation = this.#explain(view);
    if (explanation.matched || view.fdAlias === '' || view.fd === null) return explanation;
    const { fd } = view;
    const real = fd.name;
    fd.name = view.fdAlias;
    const other = this.#explain(view);
    fd.name = real;
    return other.matched || other.progress > explanation.progress ? other : explanation;
  }

  #noteMatch(view: EventView): void {
    this.#matches++;
    const before = this.#ruleBefore(view);
    if (before !== undefined) this.#taken++;
    const taken = before === undefined ? '' : `, but rule '${before.name}' is before it and takes the event`;
    this.#matchLines.add(`${eventText(view)}: matched${taken}`);
  }

  /** Where the first match alone counts: the rule that it is, when it is another one. */
  #ruleBefore(view: EventView): CompiledRule | undefined {
    const { ruleset, rules } = this.#book;
    if (ruleset.all || !this.#rule.enabled || ruleset.evaluate(view, this.#found) === 0) return undefined;
    const first = rules[this.#found[0]!]!;
    return first.index < this.#rule.index ? first : undefined;
  }

  #noteStop(view: EventView, { stop, saw }: RuleExplanation & { readonly matched: false }): void {
    const known = this.#stops.get(stop.key);
    if (known !== undefined) known.count++;
    else if (this.#stops.size < MOST_STOPS) this.#stops.set(stop.key, { stop, count: 1 });
    else this.#otherStops++;
    this.#lines.add(`${eventText(view)}: ${stopText(stop, saw)}`, stop.key);
  }
}

function counted(count: number, what: string, plural = 's'): string {
  return `${String(count)} ${what}${count === 1 ? '' : plural}`;
}
