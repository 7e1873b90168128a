/** Docker: its Engine API. */
import { openClient } from './client.js';
import { engineProtocol, filters, type EngineApi } from './engine-api.js';
import { PATIENCE, type Patience } from './patience.js';
import type { RuntimeClient, RuntimeOptions } from './runtime.js';

const DOCKER: EngineApi = {
  kind: 'docker',
  // Each daemon's own version: new ones refuse old versions, and what is asked here is the same in all.
  root: '',
  list: `/containers/json?${filters({ status: ['created', 'running', 'paused', 'restarting'] })}`,
  events: `/events?${filters({ type: ['container'], event: ['create', 'start', 'rename', 'destroy'] })}`,
  actions: { create: 'created', start: 'started', rename: 'started', destroy: 'removed' },
  asksImage: true,
};

export function openDocker(options: RuntimeOptions, patience: Patience = PATIENCE): RuntimeClient {
  return openClient('docker', options, engineProtocol(DOCKER, options, patience), patience);
}
