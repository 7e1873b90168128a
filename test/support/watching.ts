/** A runtime client at work, with all that it tells. */
import type { Container } from '../../daemon/containers/container.js';
import type {
  ContainerKey,
  OpenRuntime,
  RuntimeClient,
  RuntimeOptions,
} from '../../daemon/containers/runtimes/runtime.js';
import { eventually } from './process.js';

export interface Watching {
  readonly client: RuntimeClient;
  /** Containers that were told, by full id: the latest of each. */
  readonly told: ReadonlyMap<string, Container>;
  readonly removed: readonly string[];
  /** Lines of the log, `level: text`. */
  readonly log: readonly string[];
  /** The container as it was told, when `fits` holds. */
  container(fullId: string, fits?: (container: Container) => boolean, timeoutMs?: number): Promise<Container>;
  close(): void;
}

export function keyOf(fullId: string, namespace = ''): ContainerKey {
  return { id: fullId.slice(0, 12), fullId, namespace };
}

export function watching(open: OpenRuntime, socket: string, options: Partial<RuntimeOptions> = {}): Watching {
  const told = new Map<string, Container>();
  const removed: string[] = [];
  const log: string[] = [];
  const client = open({
    socket,
    labelMaxLength: 100,
    withSize: false,
    hooks: ['create'],
    log: (level, text) => void log.push(`${level}: ${text}`),
    ...options,
  });
  client.watch({
    onContainer: container => void told.set(container.fullId, container),
    onRemoved: ({ id }) => void removed.push(id),
  });
  return {
    client,
    told,
    removed,
    log,
    container: (fullId, fits = () => true, timeoutMs = 5000) =>
      eventually(
        `container ${fullId} is told`,
        () => {
          const container = told.get(fullId);
          return container !== undefined && fits(container) ? container : false;
        },
        timeoutMs,
      ),
    close: () => client.close(),
  };
}
