/** containerd's own API: the calls, messages and fields that we use, with their public numbers. */
import type { Method } from './grpc.js';
import { bytes, int64, list, map, message, text, type Value } from './protobuf.js';

const any = message({ typeUrl: [1, text], value: [2, bytes] });
const timestamp = message({ seconds: [1, int64] });

const container = message({
  id: [1, text],
  labels: [2, map(text)],
  image: [3, text],
  spec: [5, any],
  snapshotter: [6, text],
  snapshotKey: [7, text],
  createdAt: [8, timestamp],
});
export type ContainerdContainer = Value<typeof container>;

const descriptor = message({ mediaType: [1, text], digest: [2, text], size: [3, int64] });
const id = message({ id: [1, text] });
const envelope = message({ namespace: [2, text], topic: [3, text], event: [4, any] });

/** In front of each name: containerd's services share one package style. */
function path(service: string, call: string): string {
  return `/containerd.services.${service}/${call}`;
}

function method<Q, R>(
  at: string,
  request: Method<Q, R>['request'],
  answer: Method<Q, R>['answer'],
): Method<Q, R> {
  return { path: at, request, answer };
}

export const CALLS = {
  namespaces: method(
    path('namespaces.v1.Namespaces', 'List'),
    message({ filter: [1, text] }),
    message({ namespaces: [1, list(message({ name: [1, text] }))] }),
  ),
  container: method(path('containers.v1.Containers', 'Get'), id, message({ container: [1, container] })),
  containers: method(
    path('containers.v1.Containers', 'List'),
    message({ filters: [1, list(text)] }),
    message({ containers: [1, list(id)] }),
  ),
  image: method(
    path('images.v1.Images', 'Get'),
    message({ name: [1, text] }),
    message({ image: [1, message({ target: [3, descriptor] })] }),
  ),
  /** A stream of pieces. */
  content: method(
    path('content.v1.Content', 'Read'),
    message({ digest: [1, text], offset: [2, int64], size: [3, int64] }),
    message({ data: [2, bytes] }),
  ),
  usage: method(
    path('snapshots.v1.Snapshots', 'Usage'),
    message({ snapshotter: [1, text], key: [2, text] }),
    message({ size: [1, int64] }),
  ),
  events: method(path('events.v1.Events', 'Subscribe'), message({ filters: [1, list(text)] }), envelope),
} as const;

/** The containers that an event is about: of a container it stands in `id`, of a task in `container_id`, both first. */
export const eventSubject = id;
