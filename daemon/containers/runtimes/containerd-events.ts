import type { Answer } from './answer.js';
import { CALLS, eventSubject } from './containerd-messages.js';
import type { GrpcSocket } from './grpc.js';
import { decode } from './protobuf.js';
import type { LifeEvent } from './protocol.js';

const SHORT_ID_LENGTH = 12;

/** What a topic tells. */
const KINDS: Readonly<Record<string, LifeEvent['kind']>> = {
  '/containers/create': 'created',
  '/tasks/start': 'started',
  '/containers/delete': 'removed',
};

/** Follows what happens to containers of one namespace, or of all (''). */
export function followContainerd(
  grpc: GrpcSocket,
  namespace: string,
  onEvent: (event: LifeEvent) => void,
  signal: AbortSignal,
): Promise<Answer<never>> {
  const filters = Object.keys(KINDS).map(
    topic => `topic=="${topic}"${namespace === '' ? '' : `,namespace=="${namespace}"`}`,
  );
  return grpc.follow(
    CALLS.events,
    { filters },
    ({ namespace: of, topic, event }) => {
      const kind = Object.hasOwn(KINDS, topic) ? KINDS[topic] : undefined;
      const fullId = decode(eventSubject, Buffer.from(event.value))?.id ?? '';
      if (kind !== undefined && fullId !== '') {
        onEvent({ kind, key: { id: fullId.slice(0, SHORT_ID_LENGTH), fullId, namespace: of } });
      }
      return undefined;
    },
    signal,
  );
}
