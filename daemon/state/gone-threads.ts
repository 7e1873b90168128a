import { existsSync } from 'node:fs';
import { uptime } from 'node:os';
import type { ThreadTable } from './thread-table.js';
import type { ThreadInfo } from './thread.js';

/** How much later than a thread was missed in /proc an event must be, for all of the thread's own to have come before. */
const MISSED_MS = 1000;

/** Wall clock minus time since boot, in milliseconds. Events keep that of the start, whatever becomes of the clock. */
const bootOffset = (): number => Date.now() - uptime() * 1000;

/**
 * Finds threads that are gone without an event (lost, or ended before they were known), by looking in /proc round the
 * table, a few at a time. They are removed by a later round, when what they still sent has been seen: without their
 * entries it would be that of unknown threads on the host.
 */
export class GoneThreads {
  private queue: IterableIterator<ThreadInfo> | null = null;
  private readonly bootOffset = bootOffset();
  /** Threads that are gone, and the time of events that are later than all of theirs; in the order of that. */
  private readonly missed = new Map<ThreadInfo, bigint>();

  constructor(
    private readonly threads: ThreadTable,
    private readonly procRoot: string | null,
    private readonly drop: (thread: ThreadInfo) => void,
  ) {}

  /** Looks at up to `count` threads; `latest` is the time of the newest event seen. Returns how many it removed. */
  purge(count: number, latest: bigint): number {
    const removed = this.dropMissed(latest);
    const now = BigInt(Math.ceil(this.bootOffset + uptime() * 1000 + MISSED_MS)) * 1_000_000n;
    for (let i = 0; i < count; i++) {
      this.queue ??= this.threads.values();
      const next = this.queue.next();
      if (next.done === true) {
        this.queue = null;
        break;
      }
      const thread = next.value;
      if (!this.missed.has(thread) && this.isGone(thread)) this.missed.set(thread, now);
    }
    return removed;
  }

  private dropMissed(latest: bigint): number {
    let removed = 0;
    for (const [thread, after] of this.missed) {
      if (latest < after) break;
      this.missed.delete(thread);
      // Its exit was an event after all, or its id and entry are another's by now.
      if (this.threads.get(thread.tid) !== thread || !this.isGone(thread)) continue;
      this.drop(thread);
      removed++;
    }
    return removed;
  }

  private isGone({ tid }: ThreadInfo): boolean {
    return this.procRoot !== null && !existsSync(`${this.procRoot}/${tid}`);
  }
}
