/**
 * Where the messages of one output wait: in memory, or in a spool on disk (spool/place.ts). Order is kept. What a place
 * cannot hold, it says so of.
 */
import { Fifo } from './fifo.js';

/** What a place tells its queue. */
export interface PlaceListener {
  /** There are messages to offer that were not there before. */
  ready(): void;
  /** Messages that it had taken are lost. */
  lost(count: number, reason: string): void;
  /** Something that the operator should know, and that costs no message. */
  trouble(text: string): void;
}

export interface Place {
  /** Called once, before anything else. */
  listen(listener: PlaceListener): void;
  /** @param capacity messages that may wait in memory; 0: as many as fit into 64 MB */
  setCapacity(capacity: number): void;
  /** False: there is no room. Never blocks. */
  push(message: Buffer): boolean;
  /** Messages that can be offered now: at most `count`, and at most `bytes` together, but always one if there is any. */
  peek(count: number, bytes: number): readonly Buffer[];
  /** The first `count` of those need no more care. */
  shift(count: number): void;
  /** Messages that can be offered now, and their bytes. */
  readonly offered: { readonly size: number; readonly bytes: number };
  /** All messages that wait. */
  readonly waiting: number;
  /** Those of them that outlast the daemon. */
  readonly spooled: number;
  /** Resolves when nothing more can be done to make messages outlast the daemon. */
  settle(): Promise<void>;
  /** Gives everything up that does not outlast the daemon. */
  close(): void | Promise<void>;
}

/** Bytes that may wait when no number of messages is set. */
const MAX_BYTES = 64 << 20;

export class MemoryPlace implements Place {
  readonly spooled = 0;
  #capacity: number;
  readonly #fifo = new Fifo();

  /** @param capacity messages; 0: as many as fit into 64 MB */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  setCapacity(capacity: number): void {
    this.#capacity = capacity;
  }

  listen(): void {
    // What is pushed can be offered at once, and nothing is lost here later.
  }

  push(message: Buffer): boolean {
    if (isFull(this.#fifo, message, this.#capacity)) return false;
    this.#fifo.push(message);
    return true;
  }

  peek(count: number, bytes: number): readonly Buffer[] {
    return this.#fifo.peek(count, bytes);
  }

  shift(count: number): void {
    this.#fifo.shift(count);
  }

  get offered(): Fifo {
    return this.#fifo;
  }

  get waiting(): number {
    return this.#fifo.size;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#fifo.clear();
  }
}

/** Whether one more message is too much for what waits in memory. */
export function isFull(fifo: Fifo, message: Buffer, capacity: number): boolean {
  return capacity > 0 ? fifo.size >= capacity : fifo.bytes + message.length > MAX_BYTES;
}
