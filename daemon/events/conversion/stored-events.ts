import type { RecordReader } from '../record.js';

/** Threads whose last entry is kept; what is over is forgotten, oldest first. */
const MOST = 65_536;
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

  /** Keeps a copy of the record that the reader is at. */
  store(record: RecordReader): void {
    const { tid, bytesLong, offset } = record;
    let slot = this.byThread.get(tid);
    if (slot === undefined) {
      if (this.byThread.size >= MOST) this.dropOldest();
      slot = { bytes: Buffer.alloc(Math.max(SMALLEST, bytesLong)), used: 0 };
      this.byThread.set(tid, slot);
    }
    if (bytesLong > slot.bytes.length) slot.bytes = Buffer.alloc(bytesLong * 2);
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

  private dropOldest(): void {
    for (const tid of this.byThread.keys()) {
      this.byThread.delete(tid);
      return;
    }
  }
}
