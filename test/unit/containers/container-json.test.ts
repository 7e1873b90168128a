import assert from 'node:assert/strict';
import { containerFromJson, containerToJson } from '../../../daemon/containers/container-json.js';
import { toByteString } from '../../../daemon/events/byte-string.js';
import { containerOfImage } from '../../support/containers.js';

describe('what captures say of a container', () => {
  it('is read as it was written, with everything that is known', () => {
    const container = containerOfImage('abc', toByteString('wéb "1"'), 'docker.io/library/httpd:2.4', {
      type: 'podman',
      imageId: 'f00',
      imageDigest: 'sha256:f00',
      ip: '10.0.0.2',
      cniJson: '{"a":1}',
      privileged: true,
      hostPid: true,
      hostNetwork: true,
      hostIpc: true,
      labels: [
        ['app', 'shop'],
        ['__proto__', 'x'],
        ['io.kubernetes.pod.name', 'shop-0'],
      ],
      mounts: [{ source: '/a', destination: '/b', mode: 'ro', writable: false, propagation: 'rprivate' }],
      env: ['A=B', 'C='],
      ports: [{ hostIp: 2130706433, hostPort: 8080, containerPort: 80 }],
      user: '33',
      createdTime: 1_700_000_000,
      size: 5,
      isPodSandbox: true,
      podSandboxId: 'abc'.padEnd(64, '1'),
      podSandboxLabels: [['tier', 'front']],
    });
    assert.deepEqual(containerFromJson(containerToJson(container)), container);
  });

  it('names a type that captures have no number for as unknown', () => {
    const container = containerOfImage('abc', 'web', 'httpd', { type: 'systemd-nspawn' });
    assert.equal(containerFromJson(containerToJson(container))?.type, 'unknown');
  });
});
