import type { ByteString } from '../events/byte-string.js';
import type { CgroupContainer } from './container-id.js';
import type { Container } from './container.js';

const MOST = 10_000;

/**
 * How much is known of a container: what a runtime told (`known`); or what its cgroup tells, while runtimes are asked
 * (`pending`), when one that may know it does not answer (`late`), when none has it (`unknown`).
 */
export type Knowledge = 'pending' | 'late' | 'unknown' | 'known';

/** A container that no runtime knew is asked for again when a process starts in it, so many milliseconds later. */
const ASK_AGAIN_MS = 10_000;

interface Entry {
  seen: CgroupContainer | null;
  container: Container | null;
  knowledge: Knowledge;
  /** By `performance.now()`. */
  askedAt: number;
}

/**
 * What is known of containers: live by what makes them unique (see container-id.ts), in captures by their ids of 12
 * characters. Bounded: the one that was last seen longest ago gives way.
 */
export class ContainerTable {
  private readonly entries = new Map<ByteString, Entry>();
  /** Types of containers that are taken for the host. */
  ignored: readonly ByteString[] = [];
  /** The container that everything is in which is in no other; null: that is the host. */
  elsewhere: { readonly key: ByteString; readonly id: ByteString } | null = null;
  /** Called once for each container that a cgroup tells of, at once; where nobody listens nothing is awaited. */
  onSight: ((seen: CgroupContainer) => void) | null = null;
  /** Containers that the runtimes are being asked for. Hot path: 0 almost always. */
  pending = 0;

  /** What a runtime, or a capture, told. */
  get(key: ByteString): Container | null {
    return this.entries.get(key)?.container ?? null;
  }

  /** What the cgroup told. */
  seen(key: ByteString): CgroupContainer | null {
    return this.entries.get(key)?.seen ?? null;
  }

  isPending(key: ByteString): boolean {
    return this.entries.get(key)?.knowledge === 'pending';
  }

  /** Whether a runtime may still tell of it. */
  isAwaited(key: ByteString): boolean {
    const knowledge = this.entries.get(key)?.knowledge;
    return knowledge === 'pending' || knowledge === 'late';
  }

  /** Notes that a process started in a container. */
  sight(seen: CgroupContainer): void {
    const entry = this.entries.get(seen.key);
    if (entry !== undefined && (entry.seen !== null || entry.knowledge === 'known')) {
      entry.seen = seen;
      // It has been seen last: to the end of the order.
      this.entries.delete(seen.key);
      this.entries.set(seen.key, entry);
      this.askAgain(entry, seen);
      return;
    }
    const awaited = this.onSight !== null && seen.runtimes.length > 0;
    const knowledge = awaited ? 'pending' : 'unknown';
    this.put(seen.key, { seen, container: null, knowledge, askedAt: performance.now() });
    if (awaited) this.onSight?.(seen);
  }

  /** Whether a runtime said that this very container exists. */
  confirms(seen: CgroupContainer): boolean {
    return this.entries.get(seen.key)?.container?.fullId === seen.fullId;
  }

  set(key: ByteString, container: Container): void {
    const seen = this.seen(key);
    this.put(key, { seen, container, knowledge: 'known', askedAt: 0 });
  }

  /** Nobody waits for the answer this time: alerts of a container without a runtime would be late again and again. */
  private askAgain(entry: Entry, seen: CgroupContainer): void {
    if (entry.knowledge !== 'unknown' && entry.knowledge !== 'late') return;
    const now = performance.now();
    if (now - entry.askedAt < ASK_AGAIN_MS || seen.runtimes.length === 0) return;
    entry.askedAt = now;
    this.onSight?.(seen);
  }

  /** No runtime told of a container that they were asked for. */
  giveUp(key: ByteString, late: boolean): void {
    const entry = this.entries.get(key);
    if (entry?.knowledge !== 'pending') return;
    entry.knowledge = late ? 'late' : 'unknown';
    this.pending--;
  }

  remove(key: ByteString): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    if (entry.knowledge === 'pending') this.pending--;
    this.entries.delete(key);
  }

  private put(key: ByteString, entry: Entry): void {
    this.remove(key);
    this.entries.set(key, entry);
    if (entry.knowledge === 'pending') this.pending++;
    if (this.entries.size <= MOST) return;
    for (const oldest of this.entries.keys()) {
      this.remove(oldest);
      return;
    }
  }
}
