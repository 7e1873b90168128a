/**
 * Signs of life of the detection worker, in memory that both threads see: the main thread reads them whatever the
 * worker is doing, so that a worker that hangs cannot hide it.
 */
const TURN = 0;
const PROOF = 1;
const PATIENCE = 2;

/** Longest time without a turn of the worker's loop; a turn takes 20 ms, or 200 ms of sleep. */
const TURN_LIMIT_MS = 5_000;
/** The same while rules are compiled, which is one piece. */
const COMPILE_LIMIT_MS = 60_000;
/** Longest time without proof that the source delivers; it is asked for once a second. */
const PROOF_LIMIT_MS = 10_000;

/** Milliseconds of the clock that all threads of a process share; wraps, and so does the difference of two. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n) | 0;
}

export class Pulse {
  readonly shared: SharedArrayBuffer;
  readonly #cells: Int32Array;

  /** @param shared of the other end; without it this end makes its own. */
  constructor(shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer(12);
    this.#cells = new Int32Array(this.shared);
    if (shared !== undefined) return;
    this.compiling();
    this.prove();
  }

  /** Worker: its loop has come round. */
  beat(): void {
    Atomics.store(this.#cells, PATIENCE, TURN_LIMIT_MS);
    Atomics.store(this.#cells, TURN, now());
  }

  /** Worker: nothing will be heard of it until rules are compiled. */
  compiling(): void {
    Atomics.store(this.#cells, TURN, now());
    Atomics.store(this.#cells, PATIENCE, COMPILE_LIMIT_MS);
  }

  /** Worker: the source was seen to deliver. */
  prove(): void {
    Atomics.store(this.#cells, PROOF, now());
  }

  /** Words for what is wrong; null: nothing. */
  trouble(): string | null {
    const present = now();
    const silent = (present - Atomics.load(this.#cells, TURN)) | 0;
    const unproved = (present - Atomics.load(this.#cells, PROOF)) | 0;
    if (silent > Atomics.load(this.#cells, PATIENCE))
      return `the detection worker has not answered for ${seconds(silent)}`;
    if (unproved > PROOF_LIMIT_MS) return `the event source has stood still for ${seconds(unproved)}`;
    return null;
  }
}

function seconds(ms: number): string {
  return `${String(Math.floor(ms / 1000))} s`;
}
