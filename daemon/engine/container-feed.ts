/**
 * The worker's end of what is told of containers: sightings go out at once, what the runtimes know comes in through a
 * port that is looked at before each batch of records, so that a container that was told of is known in its first event.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { containerOf } from '../containers/container-id.js';
import type { ContainerTable } from '../containers/container-table.js';
import type { Container } from '../containers/container.js';
import type { ContainerMessage } from '../containers/metadata.js';
import type { ByteString } from '../events/byte-string.js';
import type { ThreadTable } from '../state/thread-table.js';

/** Takes what has come in; cheap when nothing has. */
export type TakeMessages = () => void;

/** Who else has to know. */
export interface ContainerListeners {
  /** Nothing more is to be waited for of this container. */
  answered(key: ByteString): void;
  /** A runtime has told of it. */
  known(container: Container): void;
}

export function containerFeed(
  port: MessagePort,
  containers: ContainerTable,
  threads: ThreadTable,
  listeners: ContainerListeners,
): TakeMessages {
  const apply = (message: ContainerMessage): void => {
    switch (message.kind) {
      case 'known':
        containers.set(message.key, message.container);
        confirm(containers, threads, message.key);
        listeners.answered(message.key);
        listeners.known(message.container);
        break;
      case 'unknown':
        containers.giveUp(message.key, message.late);
        listeners.answered(message.key);
        break;
      case 'gone':
        containers.remove(message.key);
        break;
    }
  };
  return () => {
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) return;
      apply(received.message as ContainerMessage);
    }
  };
}

/** A group that might have been one of the host turned out to be a container: so are the processes in it. */
function confirm(containers: ContainerTable, threads: ThreadTable, key: ByteString): void {
  const seen = containers.seen(key);
  if (seen?.unproven !== true || !containers.confirms(seen)) return;
  const elsewhere = containers.elsewhere?.key ?? '';
  for (const thread of threads.values()) {
    if (thread.containerKey === elsewhere && containerOf(thread.cgroups)?.key === key) {
      thread.containerKey = key;
      thread.containerId = seen.id;
    }
  }
}
