import type { ByteString } from '../events/byte-string.js';
import { cgroupRoots } from './cgroup-roots.js';
import { lookUpThread, readCgroups, scanProc } from './proc-scan.js';
import { ThreadLookups } from './thread-lookups.js';
import type { ThreadTable } from './thread-table.js';

/** What /proc knows of the host's processes, on its way into the table: all at the start, single ones later. */
export class HostProcesses {
  readonly lookups: ThreadLookups;
  private readonly cgroupRoots = new Map<ByteString, ByteString>();

  /**
   * @param procRoot where the host's /proc is; null: out of sight
   * @param ownPid this process, as events number it
   */
  constructor(
    private readonly threads: ThreadTable,
    private readonly procRoot: string | null,
    private readonly ownPid: number,
  ) {
    this.lookups = new ThreadLookups(threads, procRoot, this.cgroupRoots);
  }

  /** Fills the table with what it does not have yet. */
  scan(): void {
    if (this.procRoot === null) return;
    this.findCgroupRoots(this.procRoot);
    scanProc(this.threads, this.procRoot, this.cgroupRoots);
  }

  /**
   * Looks for parents that the kernel's walk left out: kernels may hide processes from BPF, the first one (which inherits
   * all orphans) above all.
   */
  addParents(): void {
    if (this.procRoot === null) return;
    this.findCgroupRoots(this.procRoot);
    for (const thread of this.threads.values()) {
      // A parent that is added is visited in its turn, for its own parent.
      if (thread.ptid !== 0 && this.threads.get(thread.ptid) === null)
        lookUpThread(this.threads, this.procRoot, thread.ptid, this.cgroupRoots);
    }
  }

  /** From what the kernel's walk told of this process itself. */
  private findCgroupRoots(procRoot: string): void {
    const own = this.threads.get(this.ownPid);
    if (own === null) return;
    const shown = readCgroups(`${procRoot}/self`);
    for (const [controller, root] of cgroupRoots(shown, own.cgroups)) this.cgroupRoots.set(controller, root);
  }
}
