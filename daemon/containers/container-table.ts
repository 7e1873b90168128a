import type { ByteString } from '../events/byte-string.js';
import type { CgroupContainer } from './container-id.js';
import type { Container } from './container.js';

const MOST = 10_000;

/**
 * How much is known of a container: what its cgroup tells (`pending` while runtimes are asked, `unknown` when none
 * answered that it has it), or what a runtime told.
 */
export type Knowledge = 'pending' | 'unknown' | 'known';

interface Entry {
  seen: CgroupContainer | null;
  container: Container | null;
  knowledge: Knowledge;
}

/**
 * What is known of containers, by id (12 characters, or a name). Bounded: the one that was last seen longest ago gives
 * way.
 */
export class ContainerTable {
  private readonly entries = new Map<ByteString, Entry>();
  /** Called once for each container that a cgroup tells of, at once; where nobody listens nothing is awaited. */
  onSight: ((seen: CgroupContainer) => void) | null = null;
  /** Containers that the runtimes are being asked for. Hot path: 0 almost always. */
  pending = 0;

  /** What a runtime, or a capture, told. */
  get(id: ByteString): Container | null {
    return this.entries.get(id)?.container ?? null;
  }

  /** What the cgroup told. */
  seen(id: ByteString): CgroupContainer | null {
    return this.entries.get(id)?.seen ?? null;
  }

  isPending(id: ByteString): boolean {
    return this.entries.get(id)?.knowledge === 'pending';
  }

  /** Notes that a process started in a container. */
  sight(seen: CgroupContainer): void {
    const entry = this.entries.get(seen.id);
    if (entry !== undefined && (entry.seen !== null || entry.knowledge === 'known')) {
      entry.seen = seen;
      // It has been seen last: to the end of the order.
      this.entries.delete(seen.id);
      this.entries.set(seen.id, entry);
      return;
    }
    const awaited = this.onSight !== null && seen.runtimes.length > 0;
    this.put(seen.id, { seen, container: null, knowledge: awaited ? 'pending' : 'unknown' });
    if (awaited) this.onSight?.(seen);
  }

  /** Whether a runtime said that this very container exists. */
  confirms(seen: CgroupContainer): boolean {
    return this.entries.get(seen.id)?.container?.fullId === seen.fullId;
  }

  set(container: Container): void {
    const seen = this.seen(container.id);
    this.put(container.id, { seen, container, knowledge: 'known' });
  }

  /** Nothing more is to be expected of a container that was asked for. */
  giveUp(id: ByteString): void {
    const entry = this.entries.get(id);
    if (entry?.knowledge !== 'pending') return;
    entry.knowledge = 'unknown';
    this.pending--;
  }

  remove(id: ByteString): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    if (entry.knowledge === 'pending') this.pending--;
    this.entries.delete(id);
  }

  private put(id: ByteString, entry: Entry): void {
    this.remove(id);
    this.entries.set(id, entry);
    if (entry.knowledge === 'pending') this.pending++;
    if (this.entries.size <= MOST) return;
    for (const oldest of this.entries.keys()) {
      this.remove(oldest);
      return;
    }
  }
}
