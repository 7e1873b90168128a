/**
 * The place of an output whose messages outlast the daemon: everything goes to the spool first, and is offered to the
 * target from there. The first messages are in memory as well, so that a target that keeps up costs no reading. While
 * the disk takes nothing, messages wait in memory, as without a spool.
 */
import { Fifo } from '../fifo.js';
import { isFull, type Place, type PlaceListener } from '../place.js';
import { Spool } from './spool.js';

/** Bytes in memory below which more is read, and above which what comes stays on disk. */
const WINDOW = { low: 256 << 10, high: 1 << 20 };
/** Most messages, and bytes, that are written at a time. */
const APPEND = { count: 1024, bytes: 256 << 10 };
const NOTHING = new Fifo();
/** Milliseconds after which a disk that took nothing is tried again. */
const RETRY_MS = 1000;

export interface SpoolPlaceOptions {
  readonly folder: string;
  readonly maxBytes: number;
}

export class SpoolPlace implements Place {
  readonly #options: SpoolPlaceOptions;
  #listener: PlaceListener = { ready: () => undefined, lost: () => undefined, trouble: () => undefined };
  /** Not on disk yet. */
  readonly #pending = new Fifo();
  /** On disk, and the next to be offered. */
  readonly #window = new Fifo();
  #capacity = 0;
  #spool: Spool | null = null;
  /** Not to be used before `open`, nor while the disk takes nothing. */
  #usable = false;
  #retry: NodeJS.Timeout | undefined;
  #troubleReported = false;
  #working: Promise<void> | null = null;
  /** What was given out for the offer that is under way. */
  #lent: Fifo | null = null;
  #closed = false;

  constructor(options: SpoolPlaceOptions) {
    this.#options = options;
  }

  listen(listener: PlaceListener): void {
    this.#listener = listener;
  }

  setCapacity(capacity: number): void {
    this.#capacity = capacity;
  }

  /** From here on the disk is used. @returns messages that an earlier run has left */
  open(): number {
    if (this.#closed) return 0;
    this.#usable = true;
    this.#openSpool();
    this.#work();
    return this.spooled;
  }

  push(message: Buffer): boolean {
    if (isFull(this.#pending, message, this.#capacity)) return false;
    this.#pending.push(message);
    this.#work();
    return true;
  }

  get offered(): Fifo {
    if (this.#spool?.lags === true) return NOTHING;
    if (this.#window.size > 0 || this.#usable || (this.#spool?.unread ?? 0) > 0) return this.#window;
    return this.#pending;
  }

  peek(count: number, bytes: number): readonly Buffer[] {
    this.#lent = this.offered;
    return this.#lent.peek(count, bytes);
  }

  shift(count: number): void {
    const lent = this.#lent;
    this.#lent = null;
    lent?.shift(count);
    if (lent === this.#window && count > 0) this.#spool?.acknowledge(count);
    this.#work();
  }

  get waiting(): number {
    return this.#pending.size + this.#window.size + (this.#spool?.unread ?? 0);
  }

  get spooled(): number {
    return this.#spool?.spooled ?? 0;
  }

  async settle(): Promise<void> {
    this.#tryAgain();
    while (this.#working !== null) await this.#working;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#pending.clear();
    this.#window.clear();
    const spool = this.#spool;
    this.#spool = null;
    while (this.#working !== null) await this.#working;
    await spool?.close();
  }

  #work(): void {
    if (this.#working !== null || this.#closed || this.#spool === null) return;
    if (!this.#mayRead() && !this.#mayAppend()) return;
    this.#working = this.#turns(this.#spool).finally(() => (this.#working = null));
  }

  #mayRead(): boolean {
    return this.#window.bytes < WINDOW.low && (this.#spool?.unread ?? 0) > 0;
  }

  /** What is being offered from memory is not written meanwhile. */
  #mayAppend(): boolean {
    return this.#usable && this.#pending.size > 0 && this.#lent !== this.#pending;
  }

  async #turns(spool: Spool): Promise<void> {
    while (!this.#closed) {
      if (this.#mayRead()) {
        for (const message of await spool.read()) this.#window.push(message);
        this.#listener.ready();
      } else if (this.#mayAppend()) {
        await this.#append(spool);
      } else {
        break;
      }
    }
  }

  async #append(spool: Spool): Promise<void> {
    const messages = this.#pending.peek(APPEND.count, APPEND.bytes);
    const caughtUp = spool.unread === 0;
    const problem = await spool.append(messages);
    if (this.#closed) return;
    if (problem !== undefined) {
      this.#giveUpFor(problem);
      return;
    }
    this.#recovered();
    this.#pending.shift(messages.length);
    if (!caughtUp || this.#window.bytes >= WINDOW.high) return;
    spool.passOver();
    for (const message of messages) this.#window.push(message);
    this.#listener.ready();
  }

  #openSpool(): void {
    const { folder, maxBytes } = this.#options;
    const result = Spool.open({
      folder,
      maxBytes,
      lost: (count, reason) => this.#listener.lost(count, reason),
      trouble: text => this.#listener.trouble(text),
      saved: () => this.#listener.ready(),
    });
    if (result.ok) {
      this.#spool = result.spool;
      this.#recovered();
    } else {
      this.#giveUpFor(result.message);
    }
  }

  /** The disk is left alone for a while. */
  #giveUpFor(problem: string): void {
    this.#usable = false;
    if (!this.#troubleReported) this.#listener.trouble(`${problem}; messages wait in memory`);
    this.#troubleReported = true;
    this.#retry ??= setTimeout(() => this.#tryAgain(), RETRY_MS);
    this.#listener.ready();
  }

  #recovered(): void {
    this.#troubleReported = false;
  }

  #tryAgain(): void {
    if (this.#retry === undefined || this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#usable = true;
    if (this.#spool === null) this.#openSpool();
    this.#work();
  }
}
