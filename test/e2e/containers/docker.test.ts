/** Docker's daemon, as it is in the distribution: what the client tells of its containers is right, field by field. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDocker } from '../../../daemon/containers/runtimes/docker.js';
import { startDocker } from '../../support/docker.js';
import type { EngineContainer, EngineDaemon } from '../../support/engine.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';
import { keyOf, watching, type Watching } from '../../support/watching.js';

const IMAGE = 'docker.io/library/httpd:2.4';
const SLEEP = { Image: IMAGE, Cmd: ['sleep', '1000'] };
const never = new AbortController().signal;

describeLive(
  'Containers of Docker',
  () => {
    let folder: string;
    let docker: EngineDaemon;
    let watch: Watching;
    let web: EngineContainer;

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-mount-'));
      docker = await startDocker();
      watch = watching(openDocker, docker.socket);
      await docker.importImage('docker.io/library/httpd', '2.4');
      web = await docker.run('web', {
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
      await docker?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('are told with everything that Docker knows of them', async () => {
      const container = await watch.container(web.id, ({ ip }) => ip !== '');
      const { imageId, createdTime, ip, ...rest } = container;
      assert.deepEqual(rest, {
        id: web.id.slice(0, 12),
        fullId: web.id,
        type: 'docker',
        name: 'web',
        image: IMAGE,
        imageRepository: 'docker.io/library/httpd',
        imageTag: '2.4',
        // It was made here, and no registry has it.
        imageDigest: '',
        cniJson: '',
        privileged: false,
        hostPid: false,
        hostNetwork: false,
        hostIpc: false,
        labels: [['team', 'blue']],
        mounts: [
          { source: folder, destination: '/data', mode: 'ro', writable: false, propagation: 'rprivate' },
        ],
        env: ['COLOR=red'],
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
      assert.match(ip, /^172\.17\.0\.\d+$/);
      assert.ok(Math.abs(Date.now() / 1000 - createdTime) < 60, String(createdTime));
    });

    it('are looked up by id, whether an event told of them or not', async () => {
      const found = await watch.client.lookup(keyOf(web.id), never);
      assert.equal(found.kind === 'found' && found.container.name, 'web');
      assert.deepEqual(await watch.client.lookup(keyOf('0'.repeat(64)), never), { kind: 'unknown' });
    });

    it('that share what is the host’s say so', async () => {
      const host = { Privileged: true, PidMode: 'host', NetworkMode: 'host', IpcMode: 'host' };
      const container = await docker.run('bare', { ...SLEEP, HostConfig: host });
      const { privileged, hostPid, hostNetwork, hostIpc, ip } = await watch.container(container.id);
      assert.deepEqual([privileged, hostPid, hostNetwork, hostIpc, ip], [true, true, true, true, '']);
      await container.remove();
    });

    it('that share the network of another have its address', async () => {
      const container = await docker.run('beside', {
        ...SLEEP,
        HostConfig: { NetworkMode: 'container:web' },
      });
      const { ip } = await watch.container(container.id, found => found.ip !== '');
      assert.equal(ip, watch.told.get(web.id)?.ip);
      await container.remove();
    });

    it('that were made of an image by its id have the names of the image', async () => {
      const { imageId } = watch.told.get(web.id)!;
      const container = await docker.run('by-id', { ...SLEEP, Image: `sha256:${imageId}` });
      const { imageRepository, imageTag } = await watch.container(container.id);
      assert.equal(imageRepository, 'httpd');
      assert.match(imageTag, /^(2\.4|latest)$/);
      await container.remove();
    });

    it('have the size of their layer where it is asked for', async () => {
      const sized = watching(openDocker, docker.socket, { withSize: true });
      const { size } = await sized.container(web.id);
      sized.close();
      assert.ok(size >= 0, String(size));
    });

    it('are known after a restart of Docker, old ones and new ones, and their end is told', async function () {
      this.timeout(30_000);
      await docker.restart();
      const afresh = watching(openDocker, docker.socket);
      assert.equal((await afresh.container(web.id)).name, 'web');
      afresh.close();
      const later = await docker.run('later', SLEEP);
      assert.equal((await watch.container(later.id)).name, 'later');
      await later.remove();
      await eventually('its end is told', () => watch.removed.includes(later.id.slice(0, 12)));
      const found = await watch.client.lookup(keyOf(web.id), never);
      assert.equal(found.kind, 'found');
    });
  },
  ['dockerd', 'runc', 'busybox', 'iptables', 'ip', 'jq', 'setpriv', 'nsenter'],
);
