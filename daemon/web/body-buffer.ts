const BLOCK_BYTES = 16 * 1024;
/** Pieces beyond so many must have so many bytes each on the average. */
const FREE_PIECES = 4096;
const LEAST_BYTES = 64;

/**
 * A body that comes in pieces. Small ones are put together at once: each would keep some hundred bytes beside its own, and
 * the packet that it came in.
 */
export class BodyBuffer {
  #blocks: Buffer[] = [];
  /** The last block, and how much of it is taken. */
  #last = Buffer.alloc(0);
  #taken = 0;
  #pieces = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Whether it comes in so many so small pieces that taking them costs more than judging what is in them. */
  get isCrumbled(): boolean {
    return this.#pieces > FREE_PIECES && this.#length < this.#pieces * LEAST_BYTES;
  }

  add(piece: Buffer): void {
    this.#pieces++;
    this.#length += piece.length;
    for (let at = 0; at < piece.length;) {
      if (this.#taken === this.#last.length) {
        this.#last = Buffer.allocUnsafeSlow(BLOCK_BYTES);
        this.#blocks.push(this.#last);
        this.#taken = 0;
      }
      const count = piece.copy(this.#last, this.#taken, at);
      at += count;
      this.#taken += count;
    }
  }

  /** All of it, as an array of its own, which can be given away. */
  bytes(): Uint8Array {
    const body = new Uint8Array(this.#length);
    let at = 0;
    for (const block of this.#blocks) {
      body.set(block.subarray(0, this.#length - at), at);
      at += block.length;
    }
    return body;
  }

  clear(): void {
    this.#blocks = [];
    this.#last = Buffer.alloc(0);
    this.#taken = this.#pieces = this.#length = 0;
  }
}
