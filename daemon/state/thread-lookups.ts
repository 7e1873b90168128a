import type { CgroupRoots } from './cgroup-roots.js';
import { lookUpThread } from './proc-scan.js';
import type { ThreadTable } from './thread-table.js';
import type { ThreadInfo } from './thread.js';

/** Look-ups in /proc, a second: a storm of threads whose start was lost must not stop detection. */
const MOST_LOOKUPS = 100;

/** Asks /proc for threads that sent events before they were known. */
export class ThreadLookups {
  /** Those that were still there, since the beginning. */
  found = 0;
  private second = 0;
  private left = MOST_LOOKUPS;

  constructor(
    private readonly threads: ThreadTable,
    private readonly procRoot: string | null,
    private readonly roots: CgroupRoots,
  ) {}

  /** The thread, now in the table; null when it is gone, or when this second had enough look-ups. */
  find(tid: number): ThreadInfo | null {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.left = MOST_LOOKUPS;
    }
    if (this.left === 0 || this.procRoot === null) return null;
    this.left--;
    const thread = lookUpThread(this.threads, this.procRoot, tid, this.roots);
    if (thread !== null) this.found++;
    return thread;
  }
}
