/**
 * Bounds what is under way from the detection worker to the main thread. Without it an alert storm would pile up in
 * the message port, where nobody counts it.
 */
const SENT = 0;
const TAKEN = 1;
const AWAITED = 2;

/** Alerts that may be under way at once: some seconds of a storm, a few megabytes. */
const CAPACITY = 16_384;

export class Flow {
  readonly shared: SharedArrayBuffer;
  readonly #counters: Int32Array;

  /** @param shared of the other end; without it this end makes its own. */
  constructor(shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(12);
    this.#counters = new Int32Array(this.shared);
  }

  /** Worker: takes a place; false when all are taken. */
  claim(): boolean {
    if (this.underWay() >= CAPACITY) return false;
    Atomics.add(this.#counters, SENT, 1);
    return true;
  }

  /** Worker: takes a place, and blocks until there is one. */
  claimOrWait(): void {
    for (;;) {
      const taken = Atomics.load(this.#counters, TAKEN);
      if (this.claim()) return;
      Atomics.wait(this.#counters, TAKEN, taken);
    }
  }

  /** Places that are taken. */
  underWay(): number {
    return (Atomics.load(this.#counters, SENT) - Atomics.load(this.#counters, TAKEN)) | 0;
  }

  /** Main thread: wants to be told of the next alert. */
  await(): void {
    Atomics.store(this.#counters, AWAITED, 1);
  }

  /** Worker: whether the main thread wants to be told; true once for each time. */
  isAwaited(): boolean {
    return Atomics.load(this.#counters, AWAITED) === 1 && Atomics.exchange(this.#counters, AWAITED, 0) === 1;
  }

  /** Main thread: gives the place back. */
  taken(): void {
    Atomics.add(this.#counters, TAKEN, 1);
    Atomics.notify(this.#counters, TAKEN);
  }
}
