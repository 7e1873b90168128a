/** podman: its own API (libpod), which knows more than the one that it has for Docker's clients. */
import { openClient } from './client.js';
import { engineProtocol, filters, type EngineApi } from './engine-api.js';
import { PATIENCE, type Patience } from './patience.js';
import type { RuntimeClient, RuntimeOptions } from './runtime.js';

const PODMAN: EngineApi = {
  kind: 'podman',
  // Daemons of other versions take this one, too.
  root: '/v4.0.0/libpod',
  list: `/containers/json?all=true&${filters({ status: ['created', 'initialized', 'running', 'paused'] })}`,
  events: `/events?stream=true&${filters({ type: ['container'], event: ['create', 'start', 'rename', 'remove'] })}`,
  actions: { create: 'created', start: 'started', rename: 'started', remove: 'removed' },
  asksImage: false,
};

export function openPodman(options: RuntimeOptions, patience: Patience = PATIENCE): RuntimeClient {
  return openClient('podman', options, engineProtocol(PODMAN, options, patience), patience);
}
