import type { ByteString } from '../events/byte-string.js';
import type { CgroupContainer } from './container-id.js';
import type { Container } from './container.js';

const MOST = 10_000;

/**
 * How much is known of a container: what a runtime told (`known`); or what its cgroup tells, while runtimes are asked
 * (`pending`), when one that may know it does not answer (`late`), when none has it (`unknown`).
 */
export type Knowledge = 'pending' | 'late' | 'unknown' | 'known';

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
  /** Types of containers that are taken for the host. */
  ignored: readonly ByteString[] = [];
  /** Id of the container that everything is in which is in no other; empty: that is the host. */
  elsewhere: ByteString = '';
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

  /** Whether a runtime may still tell of it. */
  isAwaited(id: ByteString): boolean {
    const knowledge = this.entries.get(id)?.knowledge;
    return knowledge === 'pending' || knowledge === 'late';
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

  /** No runtime told of a container that they were asked for. */
  giveUp(id: ByteString, late: boolean): void {
    const entry = this.entries.get(id);
    if (entry?.knowledge !== 'pending') return;
    entry.knowledge = late ? 'late' : 'unknown';
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
