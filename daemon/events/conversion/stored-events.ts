import type { RecordReader } from '../record.js';

/** Threads whose last entry is kept; what is over is forgotten, oldest first. */
const MOST = 65_536;
/** Most memory for all of them. */
const MOST_BYTES = 1 << 26;
const SMALLEST = 128;

interface Slot {
  bytes: Buffer;
  used: number;
}

/**
 * The last entry of a call by thread, until its exit comes. A thread keeps its memory, so that storing allocates
 * only for threads that are new and for entries that are longer than any before.
 */
export class StoredEvents {
  private readonly byThread = new Map<number, Slot>();
  private held = 0;

  /** Keeps a copy of the record that the reader is at. */
  store(record: RecordReader): void {
    const { tid, bytesLong, offset } = record;
    let slot = this.byThread.get(tid);
    if (slot === undefined) {
      if (this.byThread.size >= MOST) this.dropOldest();
      slot = { bytes: Buffer.alloc(0), used: 0 };
      this.byThread.set(tid, slot);
    }
    if (bytesLong > slot.bytes.length) this.grow(slot, Math.max(SMALLEST, bytesLong * 2));
    slot.used = record.buffer.copy(slot.bytes, 0, offset, offset + bytesLong);
  }

  /** Memory that begins with the stored record; null when there is none. */
  get(tid: number): Buffer | null {
    const slot = this.byThread.get(tid);
    return slot === undefined || slot.used === 0 ? null : slot.bytes;
  }

  forget(tid: number): void {
    const slot = this.byThread.get(tid);
    if (slot !== undefined) slot.used = 0;
  }

  private grow(slot: Slot, size: number): void {
    this.held += size - slot.bytes.length;
    slot.bytes = Buffer.alloc(size);
    // The slot itself may be the oldest: what was copied into it then serves for nothing, once.
    while (this.held > MOST_BYTES && this.byThread.size > 1) this.dropOldest();
  }

  private dropOldest(): void {
    for (const [tid, { bytes }] of this.byThread) {
      this.held -= bytes.length;
      this.byThread.delete(tid);
      return;
    }
  }
}
