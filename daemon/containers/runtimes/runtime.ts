/**
 * Runtimes: what Docker, containerd, CRI and podman know of a container, asked over their own sockets.
 *
 * In: ids of containers. Out: containers as the fields show them. One file a runtime; `metadata.ts` owns them. They
 * run on the main thread: nothing here may block, and no answer of a runtime may cost more memory than its limit.
 */
import type { ByteString } from '../../events/byte-string.js';
import type { Container } from '../container.js';

export type RuntimeKind = 'docker' | 'podman' | 'containerd' | 'cri';

/** A container as its cgroup names it. */
export interface ContainerKey {
  /** 12 characters, or less where names are shorter. */
  readonly id: ByteString;
  /** 64 hexadecimal digits, or the whole name. */
  readonly fullId: ByteString;
  /** Namespace of containerd that the cgroup lies in; empty where the cgroup does not tell. */
  readonly namespace: ByteString;
}

/** What a runtime says of a container. */
export type Lookup =
  | { readonly kind: 'found'; readonly container: Container }
  /** It answers, and has no such container. */
  | { readonly kind: 'unknown' }
  /** No socket, no answer in time, or none that makes sense. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** What a runtime tells by itself. */
export interface RuntimeWatcher {
  /** A container was created or started, or was there when the connection was made. */
  onContainer(container: Container, key: ContainerKey): void;
  /** A container was removed: nothing runs in it any more. */
  onRemoved(key: ContainerKey): void;
}

/** Moments of a container's life at which it is told to the watcher (`hooks` of the container plugin). */
export type RuntimeHook = 'create' | 'start' | 'remove';

export interface RuntimeOptions {
  /** Path of the socket, the root of the host (HOST_ROOT) in front. It need not be there yet. */
  readonly socket: string;
  /** Labels with longer values are left out; 0: all stay. */
  readonly labelMaxLength: number;
  /** Ask for the size of the writable layer, too, which costs the runtime time. */
  readonly withSize: boolean;
  readonly hooks: readonly RuntimeHook[];
  /** One line each time that the socket answers, or no longer does, or answers nonsense; not one a request. */
  readonly log: (level: 'info' | 'warning' | 'debug', text: string) => void;
}

export interface RuntimeClient {
  readonly kind: RuntimeKind;
  readonly socket: string;
  /**
   * Whether its socket answered when it was last tried: of one that does not, nobody waits for an answer. `null`: it
   * was not tried yet.
   */
  readonly answering: boolean | null;
  /** Never throws and never rejects; ends with `unavailable` when `signal` is aborted. */
  lookup(key: ContainerKey, signal: AbortSignal): Promise<Lookup>;
  /**
   * Connects, tells of the containers that are there, and then of those that come and go, until `close`. A socket that
   * is missing, goes away or hangs is tried again, at growing intervals. Called once.
   */
  watch(watcher: RuntimeWatcher): void;
  /** Ends all connections and timers. */
  close(): void;
}

/** Each runtime's file exports one of these. */
export type OpenRuntime = (options: RuntimeOptions) => RuntimeClient;
