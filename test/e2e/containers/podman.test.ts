/** podman's service, as it is in the distribution: what the client tells of its containers is right, field by field. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPodman } from '../../../daemon/containers/runtimes/podman.js';
import type { EngineContainer, EngineDaemon } from '../../support/engine.js';
import { describeLive } from '../../support/live.js';
import { startPodman } from '../../support/podman.js';
import { eventually } from '../../support/process.js';
import { keyOf, watching, type Watching } from '../../support/watching.js';

const IMAGE = 'docker.io/library/httpd:2.4';
const SLEEP = { Image: IMAGE, Cmd: ['sleep', '1000'] };
const never = new AbortController().signal;

describeLive(
  'Containers of podman',
  () => {
    let folder: string;
    let podman: EngineDaemon;
    let watch: Watching;
    let web: EngineContainer;

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-mount-'));
      podman = await startPodman();
      watch = watching(openPodman, podman.socket);
      await podman.importImage('docker.io/library/httpd', '2.4');
      web = await podman.run('web', {
        ...SLEEP,
        Env: ['COLOR=red'],
        User: '33',
        Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 3_600_000_000_000 },
        Labels: { team: 'blue', description: 'x'.repeat(101) },
        ExposedPorts: { '80/tcp': {} },
        HostConfig: {
          Binds: [`${folder}:/data:ro`],
          PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] },
        },
      });
    });
    after(async function () {
      this.timeout(60_000);
      watch?.close();
      await podman?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('are told with everything that podman knows of them', async () => {
      const container = await watch.container(web.id, ({ ip }) => ip !== '');
      const { imageId, imageDigest, createdTime, ip, env, ...rest } = container;
      assert.deepEqual(rest, {
        id: web.id.slice(0, 12),
        fullId: web.id,
        type: 'podman',
        name: 'web',
        image: IMAGE,
        imageRepository: 'docker.io/library/httpd',
        imageTag: '2.4',
        cniJson: '',
        privileged: false,
        hostPid: false,
        hostNetwork: false,
        hostIpc: false,
        labels: [['team', 'blue']],
        mounts: [
          { source: folder, destination: '/data', mode: '', writable: false, propagation: 'rprivate' },
        ],
        ports: [{ hostIp: 0x7f000001, hostPort: 8080, containerPort: 80 }],
        user: '33',
        size: -1,
        healthcheck: '/bin/sh -c true',
        livenessProbe: '',
        readinessProbe: '',
        isPodSandbox: false,
        podSandboxId: '',
        podSandboxLabels: [],
      });
      assert.match(imageId, /^[0-9a-f]{64}$/);
      assert.match(imageDigest, /^sha256:[0-9a-f]{64}$/);
      assert.match(ip, /^10\.88\.0\.\d+$/);
      assert.ok(env.includes('COLOR=red'), env.join(' '));
      assert.ok(Math.abs(Date.now() / 1000 - createdTime) < 60, String(createdTime));
    });

    it('are looked up by id', async () => {
      const found = await watch.client.lookup(keyOf(web.id), never);
      assert.equal(found.kind === 'found' && found.container.name, 'web');
      assert.deepEqual(await watch.client.lookup(keyOf('0'.repeat(64)), never), { kind: 'unknown' });
    });

    it('that share what is the host’s say so', async () => {
      const host = { Privileged: true, PidMode: 'host', NetworkMode: 'host' };
      const container = await podman.run('bare', { ...SLEEP, HostConfig: host });
      const { privileged, hostPid, hostNetwork, ip } = await watch.container(container.id);
      assert.deepEqual([privileged, hostPid, hostNetwork, ip], [true, true, true, '']);
      await container.remove();
    });

    it('that share the network of another have its address', async () => {
      const container = await podman.run('beside', {
        ...SLEEP,
        HostConfig: { NetworkMode: 'container:web' },
      });
      const { ip } = await watch.container(container.id, found => found.ip !== '');
      assert.equal(ip, watch.told.get(web.id)?.ip);
      await container.remove();
    });

    it('are known after a restart of the service, old ones and new ones, and their end is told', async function () {
      this.timeout(30_000);
      await podman.restart();
      const afresh = watching(openPodman, podman.socket);
      assert.equal((await afresh.container(web.id)).name, 'web');
      afresh.close();
      const later = await podman.run('later', SLEEP);
      assert.equal((await watch.container(later.id)).name, 'later');
      await later.remove();
      await eventually('its end is told', () => watch.removed.includes(later.id.slice(0, 12)));
    });
  },
  ['podman', 'conmon', 'runc', 'busybox', 'iptables', 'ip', 'setpriv', 'nsenter'],
);
