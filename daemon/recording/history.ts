/**
 * Recording: captures that are written around an alert (`capture` in falco.yaml).
 *
 * In: every record that the detector has seen, and which rules fired. Out: capture files, as sources/capture reads
 * them. Imported by engine; knows events, state and the layouts of sources/capture.
 */

const ENTRY_BYTES = 8;
/** Length of an entry that is none: the next one is at the start of the buffer. */
const WRAP = 0;

/** Takes a record: of `length` bytes, at `offset` of `buffer`. */
export type TakeRecord = (buffer: Buffer, offset: number, length: number, cpu: number) => void;

/**
 * The last records, bounded in bytes and in time: what a capture has of the seconds before its alert. A ring of
 * entries `u32 length, u16 cpu, u16 unused, record`, padded to 8 bytes. Hot path; allocates nothing.
 * Benchmark: test/bench/recording.ts.
 */
export class History {
  readonly #ring: Buffer;
  readonly #view: DataView;
  readonly #maxNs: number;
  readonly #leave: TakeRecord;
  #head = 0;
  #tail = 0;
  #count = 0;

  /**
   * @param bytes size of the ring; records that do not fit leave at once
   * @param durationMs how old the oldest record may be, by the time of the newest
   * @param leave takes each record that leaves, oldest first
   */
  constructor(bytes: number, durationMs: number, leave: TakeRecord) {
    const size = Math.max(bytes, ENTRY_BYTES) & ~7;
    this.#ring = Buffer.alloc(size);
    this.#view = new DataView(this.#ring.buffer, this.#ring.byteOffset, size);
    this.#maxNs = durationMs * 1e6;
    this.#leave = leave;
  }

  /** Records in the ring. */
  get count(): number {
    return this.#count;
  }

  /** Adds the newest record; older ones leave where it needs their room, or when they are too old. */
  add(buffer: Buffer, offset: number, length: number, cpu: number): void {
    const size = this.#ring.length;
    const need = (ENTRY_BYTES + length + 7) & ~7;
    if (need > size || this.#maxNs === 0) {
      this.drain();
      this.#leave(buffer, offset, length, cpu);
      return;
    }
    if (this.#head + need > size) {
      while (this.#count > 0 && this.#oldest() >= this.#head) this.#evict();
      if (this.#head < size) this.#view.setUint32(this.#head, WRAP, true);
      this.#head = 0;
    }
    while (this.#count > 0 && this.#oldest() >= this.#head && this.#tail < this.#head + need) this.#evict();
    const at = this.#head;
    this.#view.setUint32(at, length, true);
    this.#view.setUint16(at + 4, cpu, true);
    buffer.copy(this.#ring, at + ENTRY_BYTES, offset, offset + length);
    this.#head = at + need;
    this.#count++;
    this.trim(this.#timeAt(at));
  }

  /** Records that are too old leave; `now` in nanoseconds since the epoch. */
  trim(now: number): void {
    while (this.#count > 0 && now - this.#timeAt(this.#oldest()) > this.#maxNs) this.#evict();
  }

  /** All records leave, oldest first. */
  drain(): void {
    while (this.#count > 0) this.#evict();
  }

  /** Nanoseconds since the epoch of the record of an entry; as a number, which is exact to 256 ns. */
  #timeAt(entry: number): number {
    const at = entry + ENTRY_BYTES;
    return this.#view.getUint32(at + 4, true) * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  /** Where the oldest entry is. */
  #oldest(): number {
    const at = this.#tail;
    if (at + ENTRY_BYTES > this.#ring.length || this.#view.getUint32(at, true) === WRAP) this.#tail = 0;
    return this.#tail;
  }

  #evict(): void {
    const at = this.#oldest();
    const length = this.#view.getUint32(at, true);
    this.#leave(this.#ring, at + ENTRY_BYTES, length, this.#view.getUint16(at + 4, true));
    this.#tail = at + ((ENTRY_BYTES + length + 7) & ~7);
    this.#count--;
    if (this.#count === 0) this.#head = this.#tail = 0;
  }
}
