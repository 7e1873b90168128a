/**
 * Alerts of a container of which the runtimes are still being asked. Such an event is judged but for what only a runtime
 * tells (image, name, pod …), and what is known of its alerts is written down; when the answer comes, or the time is up,
 * the rest is judged and filled in. Neither is an alert missed because a container's name was not known yet, nor is one
 * raised for that.
 */
import type { ByteString } from '../events/byte-string.js';
import type { FieldValue } from '../fields/field.js';
import { isFromRuntime } from '../fields/container.js';
import type { FilledOutput } from '../filter/output-format.js';
import { partialEvaluator, type Remainder } from '../filter/partial.js';
import type { CompiledRule } from '../rules/load.js';
import { CurrentEvent } from '../state/current-event.js';
import type { EventView } from '../state/event.js';
import type { Inspector } from '../state/inspector.js';
import { newThread } from '../state/thread.js';
import type { RuleBook } from './detector.js';

export interface HoldLimits {
  /** Longest time that an alert waits, in milliseconds. */
  readonly ms: number;
  /** Most events whose alerts wait; then the oldest goes as it is. */
  readonly events: number;
}

/** Takes an alert that waits no longer. */
export type Release = (rule: CompiledRule, time: bigint, output: FilledOutput) => void;

/** A rule that matches, or will when the remainder says so. */
interface Candidate {
  readonly rule: CompiledRule;
  readonly remainder: true | Exclude<Remainder, boolean>;
  readonly isLate: boolean;
  readonly fill: (later: EventView) => FilledOutput;
}

interface HeldEvent {
  readonly containerKey: ByteString;
  readonly time: bigint;
  /** By `performance.now()`. */
  readonly since: number;
  readonly all: boolean;
  readonly candidates: readonly Candidate[];
  /** Under the name that the program gave its file (see detector.ts). */
  readonly byAlias: readonly Candidate[];
}

export interface HeldCounters {
  /** Alerts that waited. */
  readonly held: number;
  /** Those of them that went out incomplete. */
  readonly incomplete: number;
  /** Milliseconds that they waited, 50 and 99 of a hundred of them at most. */
  readonly p50: number;
  readonly p99: number;
}

const MARK = 'container.metadata';
const PENDING = 'pending';

/** Says of an alert that what the runtimes know of its container was not there yet. */
export function markPending({ message, values }: FilledOutput): FilledOutput {
  const marked: Record<string, FieldValue> = { ...values, [MARK]: PENDING };
  return { message: `${message} ${MARK}=${PENDING}`, values: marked };
}

export class HeldAlerts {
  readonly #inspector: Inspector;
  readonly #release: Release;
  #limits: HoldLimits;
  #queue: HeldEvent[] = [];
  readonly #evaluators = new WeakMap<CompiledRule, (evt: EventView) => Remainder>();
  /** A view of nothing but a container. */
  readonly #later: CurrentEvent & EventView;
  /** Alerts by the milliseconds that they waited, the last of those that waited longer. */
  readonly #waits = new Uint32Array(1001);
  #held = 0;
  #incomplete = 0;

  constructor(inspector: Inspector, limits: HoldLimits, release: Release) {
    this.#inspector = inspector;
    this.#limits = limits;
    this.#release = release;
    const { record, threads, accounts, containers } = inspector;
    this.#later = new CurrentEvent(record, threads, accounts, containers);
    this.#later.thread = newThread(0, 0);
  }

  configure(limits: HoldLimits): void {
    this.#limits = limits;
  }

  /** Events whose alerts wait. */
  get size(): number {
    return this.#queue.length;
  }

  /** Judges an event of a container that is being asked for. */
  judge(view: EventView, book: RuleBook, now = performance.now()): void {
    const { all } = book.ruleset;
    const candidates = this.#candidates(view, book, view.fd?.name);
    const alias = view.fd !== null && view.fdAlias !== '' && (all || !decided(candidates));
    const byAlias = alias ? this.#candidates(view, book, view.fdAlias) : [];
    if (candidates.length + byAlias.length === 0) return;
    const event: HeldEvent = {
      containerKey: view.thread!.containerKey,
      time: view.record.time(),
      since: now,
      all,
      candidates,
      byAlias,
    };
    if ([...candidates, ...byAlias].every(({ remainder, isLate }) => remainder === true && !isLate)) {
      this.#finish(event, null);
      return;
    }
    this.#queue.push(event);
    if (this.#queue.length > this.#limits.events) this.#finish(this.#queue.shift()!, now);
    if (this.#limits.ms === 0) this.tick(now);
  }

  /** The runtimes have answered, one way or the other. */
  answered(containerKey: ByteString, now = performance.now()): void {
    if (this.#queue.length === 0) return;
    const ready = this.#queue.filter(event => event.containerKey === containerKey);
    if (ready.length === 0) return;
    this.#queue = this.#queue.filter(event => event.containerKey !== containerKey);
    for (const event of ready) this.#finish(event, now);
  }

  /** Lets go what has waited long enough. */
  tick(now = performance.now()): void {
    while (this.#queue.length > 0 && now - this.#queue[0]!.since >= this.#limits.ms)
      this.#finish(this.#queue.shift()!, now);
  }

  /** Lets everything go. */
  flush(now = performance.now()): void {
    for (const event of this.#queue.splice(0)) this.#finish(event, now);
  }

  counters(): HeldCounters {
    return {
      held: this.#held,
      incomplete: this.#incomplete,
      p50: this.#percentile(0.5),
      p99: this.#percentile(0.99),
    };
  }

  /** Rules that may match while the file of the event goes by `name`; what they show is its own name in any case. */
  #candidates(view: EventView, book: RuleBook, name: ByteString | undefined): readonly Candidate[] {
    const found: { readonly rule: CompiledRule; readonly remainder: Candidate['remainder'] }[] = [];
    const { fd } = view;
    const real = fd?.name;
    if (fd !== null && name !== undefined) fd.name = name;
    for (const rule of book.rules) {
      if (!rule.eventTypes.has(view.record.type)) continue;
      const remainder = this.#evaluator(rule)(view);
      if (remainder === false) continue;
      found.push({ rule, remainder });
      if (remainder === true && !book.ruleset.all) break;
    }
    if (fd !== null && real !== undefined) fd.name = real;
    return found.map(({ rule, remainder }) => ({
      rule,
      remainder,
      isLate: rule.format.isLate(isFromRuntime),
      fill: rule.format.begin(view, isFromRuntime),
    }));
  }

  #evaluator(rule: CompiledRule): (evt: EventView) => Remainder {
    let evaluator = this.#evaluators.get(rule);
    if (evaluator === undefined) {
      evaluator = partialEvaluator(rule.filter.tree, isFromRuntime);
      this.#evaluators.set(rule, evaluator);
    }
    return evaluator;
  }

  /** @param now null: it did not have to wait */
  #finish(event: HeldEvent, now: number | null): void {
    const later = this.#later;
    later.thread!.containerKey = event.containerKey;
    const matched: Candidate[] = [];
    const take = (candidates: readonly Candidate[]): void => {
      for (const candidate of candidates) {
        if (matched.some(({ rule }) => rule === candidate.rule)) continue;
        if (candidate.remainder !== true && !candidate.remainder(later)) continue;
        matched.push(candidate);
        if (!event.all) return;
      }
    };
    take(event.candidates);
    if (event.all || matched.length === 0) take(event.byAlias);
    const pending = this.#inspector.containers.isAwaited(event.containerKey);
    for (const { rule, remainder, isLate, fill } of matched) {
      const output = fill(later);
      const incomplete = pending && (isLate || remainder !== true);
      if (now !== null) {
        this.#held++;
        this.#waits[Math.min(Math.round(now - event.since), this.#waits.length - 1)]!++;
      }
      if (incomplete) this.#incomplete++;
      this.#release(rule, event.time, incomplete ? markPending(output) : output);
    }
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#held * share);
    if (left === 0) return 0;
    return this.#waits.findIndex(count => (left -= count) <= 0);
  }
}

const decided = (candidates: readonly Candidate[]): boolean =>
  candidates.some(({ remainder }) => remainder === true);
