/** Buffers in the order in which they came. Taking from the front costs the same however many wait. */
export class Fifo {
  #items: Buffer[] = [];
  #head = 0;
  /** Bytes of all that wait. */
  bytes = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: Buffer): void {
    this.#items.push(item);
    this.bytes += item.length;
  }

  /** The first few: at most `count`, and at most `bytes` together, but always one. */
  peek(count: number, bytes: number): readonly Buffer[] {
    const end = Math.min(this.#items.length, this.#head + count);
    let i = this.#head;
    for (let sum = 0; i < end; i++) {
      sum += this.#items[i]!.length;
      if (sum > bytes && i > this.#head) break;
    }
    return this.#items.slice(this.#head, i);
  }

  /** Takes away the first `count`. */
  shift(count: number): void {
    for (let i = 0; i < count; i++) this.bytes -= this.#items[this.#head + i]!.length;
    this.#head += count;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.bytes = 0;
  }
}
