/**
 * What each rule costs, estimated. Rules are judged together and share their checks, so that a rule has no time of its
 * own to be measured. Now and then an event is judged once more, rule by rule; the time that it took all of them
 * together is then split as those single times stand to each other. The sum over all rules is the time of all rules.
 */
import { buildRuleset, type Judgement } from '../filter/compile/ruleset.js';
import type { EventView } from '../state/event.js';
import type { RuleBook } from './detector.js';

/** One judged event in so many is measured: less than one hundredth of the time of judging. */
const PERIOD = 4096;
const ROUNDS = 4;

export class RuleTimes {
  /** Estimated nanoseconds by the rule's index. */
  readonly nanoseconds: Float64Array;
  readonly #book: RuleBook;
  readonly #matched: Int32Array;
  readonly #spent: Float64Array;
  /** Functions that judge one rule alone, made when they are first wanted. */
  readonly #alone: (Judgement | undefined)[];
  #left = PERIOD;

  constructor(book: RuleBook) {
    const { length } = book.rules;
    this.#book = book;
    this.#matched = new Int32Array(length);
    this.nanoseconds = new Float64Array(length);
    this.#spent = new Float64Array(length);
    this.#alone = new Array<Judgement | undefined>(length).fill(undefined);
  }

  /** Hot path: one event is about to be judged. */
  next(view: EventView): void {
    if (--this.#left > 0) return;
    this.#left = PERIOD;
    this.measure(view, PERIOD);
  }

  /** Measures the judging of this event, and counts it `weight` times. */
  measure(view: EventView, weight: number): void {
    const { ruleset, rules } = this.#book;
    const { type } = view.record;
    const together = this.#time(ruleset.evaluate, view);
    let sum = 0;
    for (const { index, eventTypes } of rules) {
      this.#spent[index] = 0;
      if (!eventTypes.has(type)) continue;
      const spent = this.#time((this.#alone[index] ??= this.#judgeAlone(index)), view);
      this.#spent[index] = spent;
      sum += spent;
    }
    if (sum === 0) return;
    for (const { index } of rules)
      this.nanoseconds[index]! += (this.#spent[index]! / sum) * together * 1e6 * weight;
  }

  /** Milliseconds; the best of some rounds, for in any of them others may have had the CPU. */
  #time(judge: Judgement, view: EventView): number {
    let best = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const begun = performance.now();
      judge(view, this.#matched);
      best = Math.min(best, performance.now() - begun);
    }
    return best;
  }

  #judgeAlone(index: number): Judgement {
    const { filter, eventTypes } = this.#book.rules[index]!;
    return buildRuleset([{ index: 0, filter: filter.tree, eventTypes }], 'first').evaluate;
  }
}
