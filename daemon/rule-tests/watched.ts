import { ruleExplainer, stopText, type RuleExplanation } from '../engine/rule-explanation.js';
import type { CompiledRule } from '../rules/load.js';
import type { EventView } from '../state/event.js';

/** A rule that is expected to match: how near the events of a test came. */
export class Watched {
  readonly rule: CompiledRule;
  readonly #explain: (evt: EventView) => RuleExplanation;
  #progress = -1;
  #reason = 'no event is of its types';

  constructor(rule: CompiledRule) {
    this.rule = rule;
    this.#explain = ruleExplainer(rule);
  }

  /**
   * @param event how reports call it
   * @param winner rule that raised the alert for the event, if any
   */
  look(view: EventView, number: number, event: string, winner: string | null): void {
    const { rule } = this;
    if (winner === rule.name || !rule.eventTypes.has(view.record.type)) return;
    const explanation = this.#explain(view);
    const where = `event ${String(number)}, ${event}`;
    if (explanation.matched) {
      this.#progress = Infinity;
      this.#reason = rule.enabled
        ? `${where}: it matched, but rule '${winner ?? ''}' is before it and takes the event`
        : `${where}: it matched, but it is not enabled`;
    } else if (explanation.progress > this.#progress) {
      this.#progress = explanation.progress;
      this.#reason = `${where}: ${stopText(explanation.stop, explanation.saw)}`;
    }
  }

  reason(): string {
    return this.#reason;
  }
}
