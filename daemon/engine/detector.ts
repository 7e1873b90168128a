/**
 * Hot path: one record → state → rules → alerts. Holds no source and no thread; the worker drives it, tests feed it.
 * Benchmark: test/bench/detector.ts.
 */
import type { Alert } from '../alerts/alert.js';
import type { ByteString } from '../events/byte-string.js';
import type { Ruleset } from '../filter/compile/ruleset.js';
import type { CompiledRule } from '../rules/load.js';
import type { EventView } from '../state/event.js';
import type { Inspector } from '../state/inspector.js';
import { toByteString } from '../events/byte-string.js';
import { EVENT_COUNT } from '../events/event-table.js';
import type { FilledOutput } from '../filter/output-format.js';
import { isFromRuntime } from '../fields/container.js';
import { HeldAlerts, markPending, type HoldLimits } from './held-alerts.js';
import type { RuleCount } from './messages.js';
import { RuleTimes } from './rule-times.js';

/** What the detector judges by: swapped as a whole, between two events. */
export interface RuleBook {
  readonly ruleset: Ruleset;
  /** By the index that the ruleset reports. */
  readonly rules: readonly CompiledRule[];
}

/** Takes an alert, and the rule that raised it. */
export type EmitAlert = (alert: Alert, rule: CompiledRule) => void;

export class Detector {
  readonly #inspector: Inspector;
  readonly #emit: EmitAlert;
  readonly #onlookers: boolean;
  #book: RuleBook;
  /** By event code: 1 for those that a rule is about. */
  #judged: Uint8Array;
  #matched: Int32Array;
  #again: Int32Array;
  /** Matches of each rule, by index in the present book. */
  #counts: Float64Array;
  /** Events that were judged since the counts were last folded, by event code. */
  readonly #offered = new Float64Array(EVENT_COUNT);
  /** Counts that were folded, those of earlier books among them, by rule name. */
  readonly #folded = new Map<ByteString, RuleCount>();
  /** Null: what rules cost is not of interest. */
  #times: RuleTimes | null = null;
  events = 0;
  alerts = 0;

  /** Alerts that wait for what the runtimes know of their containers; empty but for a moment after a container starts. */
  readonly held: HeldAlerts;

  /** @param onlookers others, too, look at the view of every event, those that no rule is about included */
  constructor(
    inspector: Inspector,
    book: RuleBook,
    emit: EmitAlert,
    limits: HoldLimits = { ms: 0, events: 0 },
    onlookers = false,
  ) {
    this.#inspector = inspector;
    this.#onlookers = onlookers;
    this.#emit = emit;
    this.held = new HeldAlerts(inspector, limits, (rule, time, output) => this.#alert(rule, time, output));
    this.#book = book;
    this.#judged = maskOf(book.ruleset.eventTypes);
    this.#matched = new Int32Array(book.rules.length);
    this.#again = new Int32Array(book.rules.length);
    this.#counts = new Float64Array(book.rules.length);
  }

  /** Whether the cost of each rule is estimated from here on. */
  measureTimes(on: boolean): void {
    if (on === (this.#times !== null)) return;
    this.#foldCounts();
    this.#times = on ? new RuleTimes(this.#book) : null;
  }

  /** Takes a new book; what was counted stays. */
  swap(book: RuleBook): void {
    this.#foldCounts();
    this.#book = book;
    this.#judged = maskOf(book.ruleset.eventTypes);
    this.#matched = new Int32Array(book.rules.length);
    this.#again = new Int32Array(book.rules.length);
    this.#counts = new Float64Array(book.rules.length);
    if (this.#times !== null) this.#times = new RuleTimes(book);
  }

  /** One record of a batch. A property, so that it can be handed to the source without a closure per batch. */
  readonly onRecord = (batch: Buffer, offset: number, cpu: number): void => {
    const inspector = this.#inspector;
    const judged = this.#judged;
    if (!inspector.process(batch, offset, cpu, this.#onlookers ? undefined : judged)) return;
    this.events++;
    const view = inspector.view;
    const { type } = view.record;
    if (judged[type] === 0) return;
    this.#offered[type]!++;
    const { containers } = inspector;
    if (containers.pending > 0 && view.thread !== null && containers.isPending(view.thread.containerKey)) {
      this.held.judge(view, this.#book);
      return;
    }
    if (this.#times !== null) this.#times.next(view);
    const ruleset = this.#book.ruleset;
    const found = ruleset.evaluate(view, this.#matched);
    for (let i = 0; i < found; i++) this.#raise(view, this.#matched[i]!);
    if ((found === 0 || ruleset.all) && view.fdAlias !== '' && view.fd !== null)
      this.#judgeAlias(view, found);
  };

  /**
   * Rules are written for the path as programs spell it, too. When that differs from the kernel's, the event is
   * judged once more under its other name; rules that have matched already stay silent. The alert shows the kernel's
   * name all the same: what a program wrote into its memory must not be able to name another file.
   */
  #judgeAlias(view: EventView, found: number): void {
    const book = this.#book;
    const fd = view.fd!;
    const real = fd.name;
    fd.name = view.fdAlias;
    const again = book.ruleset.evaluate(view, this.#again);
    fd.name = real;
    for (let i = 0; i < again; i++) {
      const rule = this.#again[i]!;
      let known = false;
      for (let j = 0; j < found; j++) if (this.#matched[j] === rule) known = true;
      if (!known) this.#raise(view, rule);
    }
  }

  #raise(view: EventView, index: number): void {
    const rule = this.#book.rules[index]!;
    const { format } = rule;
    const output = { message: format.message(view), values: format.values(view) };
    const { thread } = view;
    const incomplete =
      thread !== null &&
      this.#inspector.containers.isAwaited(thread.containerKey) &&
      format.isLate(isFromRuntime);
    this.#alert(rule, view.record.time(), incomplete ? markPending(output) : output);
  }

  #alert(rule: CompiledRule, time: bigint, { message, values }: FilledOutput): void {
    this.#count(rule);
    this.alerts++;
    const alert: Alert = {
      rule: toByteString(rule.name),
      priority: rule.priority,
      source: rule.source,
      tags: rule.tags.map(toByteString),
      time,
      message,
      fields: values,
    };
    this.#emit(alert, rule);
  }

  /**
   * Matches and evaluations by rule, over all books. Evaluations are the judged events of the rule's types: with
   * `rule_matching: first` some of them were settled by a rule before it.
   */
  counts(): readonly RuleCount[] {
    this.#foldCounts();
    return [...this.#folded.values()];
  }

  /** The book may have been swapped while an alert waited. */
  #count(rule: CompiledRule): void {
    if (this.#book.rules[rule.index] === rule) {
      this.#counts[rule.index]!++;
      return;
    }
    const folded = this.#folded.get(toByteString(rule.name));
    if (folded !== undefined) this.#folded.set(folded.name, { ...folded, matches: folded.matches + 1 });
  }

  #foldCounts(): void {
    for (const rule of this.#book.rules) {
      const name = toByteString(rule.name);
      const before = this.#folded.get(name);
      let evaluations = before?.evaluations ?? 0;
      for (const type of rule.eventTypes) evaluations += this.#offered[type]!;
      this.#folded.set(name, {
        name,
        priority: rule.priority,
        source: rule.source,
        tags: rule.tags.map(toByteString),
        matches: this.#counts[rule.index]! + (before?.matches ?? 0),
        evaluations,
        nanoseconds: (this.#times?.nanoseconds[rule.index] ?? 0) + (before?.nanoseconds ?? 0),
      });
    }
    this.#counts.fill(0);
    this.#offered.fill(0);
    this.#times?.nanoseconds.fill(0);
  }
}

function maskOf(codes: ReadonlySet<number>): Uint8Array {
  const mask = new Uint8Array(EVENT_COUNT);
  for (const code of codes) mask[code] = 1;
  return mask;
}
