/**
 * The place of one output: messages wait here until its target takes them, so that a target that is slow or away
 * holds up nobody else. Bounded: what does not fit is lost, counted and reported. Order is kept.
 */
import type { LogLevel } from '../log/level.js';
import { Fifo } from './fifo.js';
import type { Attempt, Target } from './target.js';

/** Most messages, and bytes, that are offered at a time. */
const BATCH_COUNT = 256;
const BATCH_BYTES = 1 << 20;
/** Bytes that may wait when no number of messages is set. */
const MAX_BYTES = 64 << 20;
/** Waits between attempts, in milliseconds: they double from the first to the last. */
const BUSY_WAIT = { first: 1, last: 100 };
const DOWN_WAIT = { first: 50, last: 1000 };
const DRAIN_WAIT = { first: 1, last: 20 };

export interface QueueOptions {
  /** Messages that may wait; 0: as many as fit into 64 MB. */
  readonly capacity: number;
  /** Milliseconds after which a target that takes nothing is reported. */
  readonly timeoutMs: number;
  readonly report: (level: LogLevel, text: string) => void;
}

export interface QueueCounters {
  readonly delivered: number;
  readonly lost: number;
  readonly waiting: number;
  /** Attempts after which the target was full or away. */
  readonly retries: number;
  readonly cut: number;
}

export class OutputQueue {
  readonly #target: Target;
  readonly #options: QueueOptions;
  readonly #fifo = new Fifo();
  #delivered = 0;
  #lost = 0;
  #retries = 0;
  #lostReported = 0;
  /** An offer is under way, or its outcome is being dealt with. */
  #offering = false;
  #wait = 0;
  #timer: NodeJS.Timeout | undefined;
  /** When the target last stopped taking messages; 0 while it takes them. */
  #blockedSince = 0;
  #blockReported = false;
  #downReported = false;
  #gone = false;
  #draining = false;
  #onEmpty: (() => void)[] = [];

  constructor(target: Target, options: QueueOptions) {
    this.#target = target;
    this.#options = options;
  }

  get name(): string {
    return this.#target.name;
  }

  get counters(): QueueCounters {
    const { cut } = this.#target;
    return {
      delivered: this.#delivered,
      lost: this.#lost,
      waiting: this.#fifo.size,
      retries: this.#retries,
      cut,
    };
  }

  /** Takes a message, or loses it when there is no room. Never blocks, never throws. */
  push(message: Buffer): void {
    const { capacity } = this.#options;
    const full = capacity > 0 ? this.#fifo.size >= capacity : this.#fifo.bytes + message.length > MAX_BYTES;
    if (this.#gone || full) {
      this.#lose(1);
      return;
    }
    this.#fifo.push(message);
    if (this.#timer === undefined) this.#pump();
  }

  reopen(): void {
    this.#target.reopen();
    this.#retryNow();
  }

  /**
   * Waits until everything is delivered, for at most `timeoutMs`.
   * @returns messages that are left, which count as lost
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#draining = true;
    this.#retryNow();
    if (this.#fifo.size > 0) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#onEmpty.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.#draining = false;
    const left = this.#fifo.size;
    this.#lost += left;
    return left;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#gone = true;
    this.#fifo.clear();
    this.#target.close();
  }

  #retryNow(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait = 0;
    this.#pump();
  }

  #pump(): void {
    if (this.#offering || this.#gone || this.#fifo.size === 0) return;
    this.#offering = true;
    const attempt = this.#target.offer(this.#fifo.peek(BATCH_COUNT, BATCH_BYTES));
    if (attempt instanceof Promise) {
      const watchdog = setTimeout(() => this.#reportBlocked(), this.#options.timeoutMs);
      void attempt.then(outcome => {
        clearTimeout(watchdog);
        this.#settle(outcome);
      });
    } else {
      this.#settle(attempt);
    }
  }

  #settle({ taken, state, reason = '' }: Attempt): void {
    if (this.#gone) return;
    this.#fifo.shift(taken);
    this.#delivered += taken;
    if (taken > 0) {
      this.#wait = 0;
      this.#blockedSince = 0;
    }
    // A report may come back as a message for this very queue; `#offering` keeps it from being offered in between.
    if (state === 'gone') this.#leave(reason);
    else if (state !== 'ready') this.#blocked(state, reason);
    else if (taken > 0) this.#reportRecovery();
    this.#offering = false;
    if (this.#fifo.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    else if (this.#timer === undefined) setImmediate(() => this.#pump());
  }

  /** The target took nothing more: reports what has to be, and tries again later. */
  #blocked(state: 'busy' | 'down', reason: string): void {
    this.#retries++;
    const now = Date.now();
    if (this.#blockedSince === 0) this.#blockedSince = now;
    if (state === 'down' && !this.#downReported) {
      this.#downReported = true;
      this.#options.report('error', `Output '${this.name}': ${reason}; messages are kept and tried again`);
    }
    if (state === 'busy' && now - this.#blockedSince >= this.#options.timeoutMs) this.#reportBlocked();
    const { first, last } = this.#draining ? DRAIN_WAIT : state === 'busy' ? BUSY_WAIT : DOWN_WAIT;
    this.#wait = Math.min(last, Math.max(first, this.#wait * 2));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, this.#wait);
  }

  #lose(count: number): void {
    this.#lost += count;
    if (this.#lostReported > 0 || this.#gone) return;
    this.#lostReported = this.#lost;
    const waiting = String(this.#fifo.size);
    this.#options.report(
      'error',
      `Output '${this.name}': ${waiting} messages wait already, new ones are lost until there is room`,
    );
  }

  #leave(reason: string): void {
    this.#gone = true;
    this.#lost += this.#fifo.size;
    this.#fifo.clear();
    this.#options.report('error', `Output '${this.name}': ${reason}; nothing more is written there`);
  }

  #reportBlocked(): void {
    if (this.#blockReported) return;
    this.#blockReported = true;
    this.#options.report(
      'critical',
      `"${this.name}" output timeout, ${String(this.#fifo.size)} messages wait`,
    );
  }

  #reportRecovery(): void {
    if (!this.#downReported && !this.#blockReported && this.#lostReported === 0) return;
    if (this.#fifo.size > 0 && this.#lostReported > 0) return;
    this.#downReported = this.#blockReported = false;
    this.#lostReported = 0;
    this.#options.report(
      'notice',
      `Output '${this.name}': works again; messages lost so far: ${String(this.#lost)}`,
    );
  }
}
