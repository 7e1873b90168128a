/** What the APIs of Docker and podman have in common: paths of HTTP, JSON of the same make. */
import type { Container } from '../container.js';
import { failed, ok, type Answer } from './answer.js';
import { openHttpSocket, type HttpSocket } from './http-socket.js';
import { imageKeyOf, inspectedContainer, networkOwnerOf, sandboxOf } from './inspected-container.js';
import { at, textOf } from './json.js';
import type { Patience } from './patience.js';
import type { LifeEvent, Protocol } from './protocol.js';
import type { ContainerKey, RuntimeOptions } from './runtime.js';

export interface EngineApi {
  readonly kind: 'docker' | 'podman';
  /** Version in front of each path. */
  readonly root: string;
  readonly list: string;
  readonly events: string;
  /** What an event's action means. A container that is renamed is asked about again, as one that starts. */
  readonly actions: Readonly<Record<string, LifeEvent['kind']>>;
  /** Whether names and digest of the image must be asked for: they do not stand in the container's own answer. */
  readonly asksImage: boolean;
}

const SHORT_ID_LENGTH = 12;
const FULL_ID = /^[0-9a-f]{64}$/;

export function engineProtocol(api: EngineApi, options: RuntimeOptions, patience: Patience): Protocol {
  const http = openHttpSocket(options.socket);
  return {
    async list(signal) {
      const answer = await http.get(api.root + api.list, patience.list, signal);
      if (answer.kind !== 'ok') return answer;
      // podman writes an empty list as `null`.
      if (answer.value === null) return ok([]);
      if (!Array.isArray(answer.value)) return failed('an answer that is no list');
      return ok(answer.value.flatMap(row => keysOf(at(row, 'Id'))));
    },
    inspect: (key, signal) => inspect(http, api, key, options, patience, signal),
    follow: (onEvent, signal) =>
      http.follow(
        api.root + api.events,
        value => {
          const action = textOf(at(value, 'Action'));
          const kind = Object.hasOwn(api.actions, action) ? api.actions[action] : undefined;
          if (kind === undefined) return;
          for (const key of keysOf(at(value, 'Actor', 'ID'))) onEvent({ kind, key });
        },
        signal,
      ),
    close: () => undefined,
  };
}

async function inspect(
  http: HttpSocket,
  api: EngineApi,
  key: ContainerKey,
  options: RuntimeOptions,
  { one }: Patience,
  signal: AbortSignal,
): Promise<Answer<Container>> {
  if (!FULL_ID.test(key.fullId)) return { kind: 'unknown' };
  const containerPath = (id: string): string => `${api.root}/containers/${encodeURIComponent(id)}/json`;
  const size = options.withSize ? '?size=true' : '';
  const answer = await http.get(containerPath(key.fullId) + size, one, signal);
  if (answer.kind !== 'ok') return answer;
  const json = answer.value;
  const askIf = async (wanted: boolean, path: string): Promise<unknown> => {
    if (!wanted) return undefined;
    const related = await http.get(path, one, signal);
    return related.kind === 'ok' ? related.value : undefined;
  };
  const [owner, sandbox, image] = [networkOwnerOf(json), sandboxOf(json), imageKeyOf(json)];
  const [ofImage, ofOwner, ofSandbox] = await Promise.all([
    askIf(api.asksImage && image !== '', `${api.root}/images/${encodeURIComponent(image)}/json`),
    askIf(owner !== '' && owner !== sandbox, containerPath(owner)),
    askIf(sandbox !== '', containerPath(sandbox)),
  ]);
  const related = { image: ofImage, network: ofOwner, sandbox: ofSandbox };
  const container = inspectedContainer(json, api.kind, options, related);
  return container === null ? failed('an answer that is no container') : ok(container);
}

/** The key of a full id; none when it is not one. */
function keysOf(id: unknown): readonly ContainerKey[] {
  const fullId = textOf(id);
  return FULL_ID.test(fullId) ? [{ id: fullId.slice(0, SHORT_ID_LENGTH), fullId, namespace: '' }] : [];
}

/** A `filters` parameter. */
export function filters(wanted: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(wanted))}`;
}
