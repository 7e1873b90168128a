/**
 * The place of one output in what goes out: messages wait here until its target takes them, so that a target that is
 * slow or away holds up nobody else. Bounded: what does not fit is lost, counted and reported. Order is kept.
 */
import type { LogLevel } from '../log/level.js';
import { MemoryPlace, type Place } from './place.js';
import type { OutputStatistics } from './statistics.js';
import type { Attempt, Target, Waits } from './target.js';

/** Most messages, and bytes, that are offered at a time. */
const BATCH_COUNT = 256;
const BATCH_BYTES = 1 << 20;
/** Waits between attempts, in milliseconds. */
const BUSY_WAIT: Waits = { first: 1, last: 100 };
const DOWN_WAIT: Waits = { first: 50, last: 1000 };
const DRAIN_WAIT: Waits = { first: 1, last: 20 };
/** What a place has at the end, at least, to bring messages to the disk. */
const SETTLE_MS = 5000;
/** Bytes that are never held back for others to join them. */
const LINGER_BYTES = 64 << 10;

export interface QueueOptions {
  /** Messages that may wait in memory; 0: as many as fit into 64 MB. */
  readonly capacity: number;
  /** Milliseconds after which a target that takes nothing is reported. */
  readonly timeoutMs: number;
  readonly report: (level: LogLevel, text: string) => void;
  /** Milliseconds for which a message may wait for others to be offered with it; default 0. */
  readonly lingerMs?: number;
  /** Where messages wait; default: in memory. */
  readonly place?: Place;
}

export class OutputQueue {
  #target: Target;
  #options: QueueOptions;
  readonly #place: Place;
  /** Takes over when the target has finished what it has begun, or after this time. */
  #successor: { readonly target: Target; readonly at: number } | null = null;
  #cutBefore = 0;
  #delivered = 0;
  #failed = 0;
  #dropped = 0;
  #retries = 0;
  /** An offer is under way, or its outcome is being dealt with. */
  #offering = false;
  #wait = 0;
  /** Runs while the target is left alone. */
  #timer: NodeJS.Timeout | undefined;
  /** Runs while messages wait for others. */
  #linger: NodeJS.Timeout | undefined;
  /** The target asked not to be tried before this time. */
  #notBefore = 0;
  /** When the target last stopped taking messages; 0 while it takes them. */
  #blockedSince = 0;
  #lossReported = false;
  #blockReported = false;
  #downReported = false;
  #refusalReported = false;
  #gone = false;
  #closed = false;
  #draining = false;
  #onEmpty: (() => void)[] = [];

  constructor(target: Target, options: QueueOptions) {
    this.#target = target;
    this.#options = options;
    this.#place = options.place ?? new MemoryPlace(options.capacity);
    this.#place.setCapacity(options.capacity);
    this.#place.listen({
      ready: () => {
        this.#wake();
        this.#noticeEmpty();
      },
      lost: (count, reason) => this.#lose(count, reason),
      trouble: text => this.#options.report('error', `Output '${this.name}': ${text}`),
    });
  }

  get name(): string {
    return this.#target.name;
  }

  get statistics(): OutputStatistics {
    return {
      name: this.name,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
      waiting: this.#place.waiting,
      spooled: this.#place.spooled,
      retries: this.#retries,
      cut: this.#cutBefore + this.#target.cut,
    };
  }

  /** Takes a message, or loses it when there is no room. Never blocks, never throws. */
  push(message: Buffer): void {
    if (this.#gone) this.#dropped++;
    else if (this.#place.push(message)) this.#wake();
    else
      this.#lose(
        1,
        `${String(this.#place.waiting)} messages wait already, new ones are lost until there is room`,
      );
  }

  reopen(): void {
    this.#target.reopen();
    this.#retryNow();
  }

  /** Other values for what is not about the target; the place stays. */
  configure(options: QueueOptions): void {
    this.#options = options;
    this.#place.setCapacity(options.capacity);
  }

  /** What waits, and what comes, goes to another target; nothing is lost by that, and the order holds. */
  replace(target: Target): void {
    this.#successor = { target, at: Date.now() + this.#options.timeoutMs };
    this.#notBefore = 0;
    this.#retryNow();
  }

  /**
   * Waits until everything is delivered, for at most `timeoutMs`.
   * @param stays when it is aborted, the output goes on: nothing is given up
   * @returns messages that are left: those `lost` count as dropped, those `kept` are delivered after the next start
   */
  async drain(
    timeoutMs: number,
    stays?: AbortSignal,
  ): Promise<{ readonly lost: number; readonly kept: number }> {
    this.#draining = true;
    this.#retryNow();
    if (this.#place.waiting > 0 && !this.#gone && this.#target.absent !== true) {
      await within(
        timeoutMs,
        new Promise<void>(resolve => {
          this.#onEmpty.push(resolve);
          stays?.addEventListener('abort', () => resolve());
        }),
      );
    }
    if (stays?.aborted !== true) await within(Math.max(timeoutMs, SETTLE_MS), this.#place.settle());
    this.#draining = false;
    if (stays?.aborted === true) return { lost: 0, kept: 0 };
    const kept = this.#place.spooled;
    const lost = this.#place.waiting - kept;
    this.#dropped += lost;
    return { lost, kept };
  }

  /** Resolves when target and place have let go of everything, or after `timeoutMs`. */
  async close(timeoutMs = 0): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#linger);
    this.#timer = this.#linger = undefined;
    this.#gone = true;
    if (this.#closed) return;
    this.#closed = true;
    const closed = [this.#place.close(), this.#target.close(), this.#successor?.target.close()].filter(
      one => one !== undefined,
    );
    if (closed.length > 0) await within(timeoutMs, Promise.all(closed));
  }

  /** Offers what waits, now or when enough waits. */
  #wake(): void {
    if (this.#timer !== undefined) return;
    const { lingerMs = 0 } = this.#options;
    if (lingerMs === 0 || this.#draining || this.#place.offered.bytes >= LINGER_BYTES) this.#pump();
    else this.#linger ??= setTimeout(() => this.#pump(), lingerMs);
  }

  #retryNow(): void {
    if (Date.now() < this.#notBefore) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wait = 0;
    this.#pump();
  }

  #succeed(): void {
    const successor = this.#successor;
    if (successor === null || (this.#target.begun === true && Date.now() < successor.at)) return;
    this.#successor = null;
    this.#cutBefore += this.#target.cut;
    void this.#target.close();
    this.#target = successor.target;
    this.#blockedSince = 0;
    this.#downReported = this.#blockReported = this.#refusalReported = false;
  }

  #pump(): void {
    if (this.#offering || this.#gone) return;
    this.#succeed();
    if (this.#place.offered.size === 0) return;
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#offering = true;
    const attempt = this.#target.offer(this.#place.peek(this.#target.most ?? BATCH_COUNT, BATCH_BYTES));
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

  #settle({ taken, failed = 0, state, reason = '', waitMs }: Attempt): void {
    if (this.#gone) return;
    this.#place.shift(taken);
    this.#delivered += taken - failed;
    this.#failed += failed;
    if (taken > 0) {
      this.#wait = 0;
      this.#blockedSince = 0;
    }
    // A report may come back as a message for this very queue; `#offering` keeps it from being offered in between.
    if (failed > 0) this.#reportRefusal(reason);
    if (state === 'gone') this.#leave(reason);
    else if (state !== 'ready') this.#blocked(state, reason, waitMs);
    else if (taken > failed) this.#reportRecovery();
    this.#offering = false;
    this.#noticeEmpty();
    if (this.#place.waiting > 0 && this.#timer === undefined) setImmediate(() => this.#wake());
  }

  #noticeEmpty(): void {
    if (this.#place.waiting === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  /** The target took nothing more: reports what has to be, and tries again later. */
  #blocked(state: 'busy' | 'down', reason: string, waitMs: number | undefined): void {
    this.#retries++;
    const now = Date.now();
    if (this.#blockedSince === 0) this.#blockedSince = now;
    if (state === 'down' && !this.#downReported) {
      this.#downReported = true;
      this.#options.report('error', `Output '${this.name}': ${reason}; messages are kept and tried again`);
    }
    if (state === 'busy' && now - this.#blockedSince >= this.#options.timeoutMs) this.#reportBlocked();
    const next = this.#nextWait(state);
    if (waitMs !== undefined) this.#notBefore = now + waitMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#pump();
      },
      Math.max(next, waitMs ?? 0),
    );
  }

  /** Waits double from the first to the last; a target that is away is not asked by everybody at the same moment. */
  #nextWait(state: 'busy' | 'down'): number {
    const { retry } = this.#target;
    const { first, last } =
      state === 'busy' ? BUSY_WAIT : (retry ?? (this.#draining ? DRAIN_WAIT : DOWN_WAIT));
    this.#wait = Math.min(last, Math.max(first, this.#wait * 2));
    return state === 'busy' ? this.#wait : (this.#wait * (1 + Math.random())) / 2;
  }

  #lose(count: number, reason: string): void {
    this.#dropped += count;
    if (this.#lossReported) return;
    this.#lossReported = true;
    this.#options.report('error', `Output '${this.name}': ${reason}`);
  }

  #leave(reason: string): void {
    this.#gone = true;
    this.#dropped += this.#place.waiting;
    void this.#place.close();
    this.#options.report('error', `Output '${this.name}': ${reason}; nothing more is written there`);
  }

  #reportBlocked(): void {
    if (this.#blockReported) return;
    this.#blockReported = true;
    this.#options.report(
      'critical',
      `"${this.name}" output timeout, ${String(this.#place.waiting)} messages wait`,
    );
  }

  #reportRefusal(reason: string): void {
    if (this.#refusalReported) return;
    this.#refusalReported = true;
    this.#options.report('error', `Output '${this.name}': ${reason}; what is refused is not sent again`);
  }

  #reportRecovery(): void {
    this.#refusalReported = false;
    if (!this.#downReported && !this.#blockReported && !this.#lossReported) return;
    if (this.#place.waiting > 0 && this.#lossReported) return;
    this.#downReported = this.#blockReported = this.#lossReported = false;
    this.#options.report(
      'notice',
      `Output '${this.name}': works again; messages lost so far: ${String(this.#dropped)}`,
    );
  }
}

/** Waits for it, for so many milliseconds at most. */
async function within(timeoutMs: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([done, new Promise(resolve => (timer = setTimeout(resolve, timeoutMs)))]);
  clearTimeout(timer);
}
