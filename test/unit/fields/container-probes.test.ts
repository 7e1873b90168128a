import assert from 'node:assert/strict';
import { containerOfImage } from '../../support/containers.js';
import { makeHost } from '../../support/host.js';

const FIELDS = ['container.healthcheck', 'container.liveness_probe', 'container.readiness_probe'];

describe('Fields for health checks and probes', () => {
  it('have a value in a container that has them, and nowhere else', () => {
    const host = makeHost();
    host.event('getcwd', [5, '/root']);
    const values = (): unknown[] => FIELDS.map(field => host.value(field));
    assert.deepEqual(values(), [null, null, null]);
    const container = containerOfImage('3ad7b26ded6d', 'web', 'httpd:2.4', {
      healthcheck: '/bin/sh -c true',
      livenessProbe: '/bin/alive',
    });
    host.thread.containerId = container.id;
    host.thread.containerKey = container.fullId;
    host.inspector.containers.set(container.fullId, container);
    assert.deepEqual(values(), ['/bin/sh -c true', '/bin/alive', null]);
  });
});
