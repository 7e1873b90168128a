import type { Container } from '../container.js';
import type { Answer } from './answer.js';
import type { ContainerKey } from './runtime.js';

/** What a runtime says of a container without being asked. */
export interface LifeEvent {
  readonly kind: 'created' | 'started' | 'removed';
  readonly key: ContainerKey;
}

/**
 * The questions of one runtime, each asked once: what happens when it does not answer is the matter of `client.ts`.
 * Nothing throws or rejects; aborting `signal` ends everything at once.
 */
export interface Protocol {
  /** The containers that run or are about to. */
  list(signal: AbortSignal): Promise<Answer<readonly ContainerKey[]>>;
  inspect(key: ContainerKey, signal: AbortSignal): Promise<Answer<Container>>;
  /** Follows events until they end, and says why they did; `unsupported` when this runtime has none. */
  follow(onEvent: (event: LifeEvent) => void, signal: AbortSignal): Promise<Answer<never>>;
  close(): void;
}
