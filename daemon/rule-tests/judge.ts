/** The detector, with what came of each event of a test. */
import type { Alert } from '../alerts/alert.js';
import { Detector, type RuleBook } from '../engine/detector.js';
import { eventText } from '../engine/event-text.js';
import { toText } from '../events/byte-string.js';
import type { Inspector } from '../state/inspector.js';
import type { Watched } from './watched.js';

/** An alert that came. */
export interface RaisedAlert {
  readonly rule: string;
  readonly priority: number;
  readonly output: string;
  /** `openat cat(1000)`; `number` counts events of the test from 1. */
  readonly event: string;
  readonly number: number;
}

export class Judge {
  readonly #inspector: Inspector;
  readonly #watched: readonly Watched[];
  readonly #raised: RaisedAlert[];
  readonly #detector: Detector;
  readonly #alerts: Alert[] = [];

  /** @param raised where the alerts go */
  constructor(inspector: Inspector, book: RuleBook, watched: readonly Watched[], raised: RaisedAlert[]) {
    this.#inspector = inspector;
    this.#watched = watched;
    this.#raised = raised;
    this.#detector = new Detector(inspector, book, alert => this.#alerts.push(alert), undefined, true);
  }

  /** @param number of the event as reports have it; null: its own */
  onRecord(batch: Buffer, offset: number, cpu: number, number: number | null): void {
    const before = this.#detector.events;
    this.#alerts.length = 0;
    this.#detector.onRecord(batch, offset, cpu);
    if (this.#detector.events === before) return;
    const { view } = this.#inspector;
    const shown = number ?? view.num;
    const event = eventText(view);
    for (const { rule, priority, message } of this.#alerts)
      this.#raised.push({ rule: toText(rule), priority, output: toText(message), event, number: shown });
    const [first] = this.#alerts;
    const winner = first === undefined ? null : toText(first.rule);
    for (const each of this.#watched) each.look(view, shown, event, winner);
  }
}
