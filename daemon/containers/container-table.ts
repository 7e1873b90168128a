import type { ByteString } from '../events/byte-string.js';
import type { Container } from './container.js';

const MOST = 10_000;

/** What is known of containers, by id (12 characters). Bounded: the one that has been known longest gives way. */
export class ContainerTable {
  private readonly containers = new Map<ByteString, Container>();

  get(id: ByteString): Container | null {
    return this.containers.get(id) ?? null;
  }

  set(container: Container): void {
    this.containers.delete(container.id);
    this.containers.set(container.id, container);
    if (this.containers.size <= MOST) return;
    for (const id of this.containers.keys()) {
      this.containers.delete(id);
      return;
    }
  }

  remove(id: ByteString): void {
    this.containers.delete(id);
  }
}
