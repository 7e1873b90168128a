/** containerd on its own: what the client tells of containers that ctr makes is right, field by field. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContainerd } from '../../../daemon/containers/runtimes/containerd.js';
import { startContainerd, type Container, type Containerd } from '../../support/containerd.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';
import { keyOf, watching, type Watching } from '../../support/watching.js';

const HTTPD = 'docker.io/library/httpd:2.4';
const NGINX = 'registry.test:5000/web/nginx:1.27';
const never = new AbortController().signal;

describeLive(
  'Containers of containerd',
  () => {
    let folder: string;
    let containerd: Containerd;
    let watch: Watching;
    let web: Container;

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-mount-'));
      containerd = await startContainerd();
      watch = watching(openContainerd, containerd.socket);
      containerd.importImage(HTTPD);
      containerd.importImage(NGINX, 'tools');
      web = containerd.run({
        id: 'web',
        image: HTTPD,
        command: ['sleep', '1000'],
        labels: { team: 'blue', description: 'x'.repeat(101) },
        env: { COLOR: 'red' },
        mounts: { [folder]: '/data' },
      });
    });
    after(async function () {
      this.timeout(60_000);
      watch?.close();
      await containerd?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('are told with everything that containerd knows of them', async () => {
      const { imageId, imageDigest, createdTime, labels, ...rest } = await watch.container('web');
      assert.deepEqual(rest, {
        id: 'web',
        fullId: 'web',
        type: 'containerd',
        name: 'web',
        image: HTTPD,
        imageRepository: 'docker.io/library/httpd',
        imageTag: '2.4',
        ip: '',
        cniJson: '',
        privileged: false,
        hostPid: false,
        hostNetwork: false,
        hostIpc: false,
        mounts: [{ source: folder, destination: '/data', mode: '', writable: true, propagation: 'private' }],
        env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'COLOR=red'],
        ports: [],
        user: '0:0',
        size: -1,
        healthcheck: '',
        livenessProbe: '',
        readinessProbe: '',
        isPodSandbox: false,
        podSandboxId: '',
        podSandboxLabels: [],
      });
      assert.match(imageId, /^[0-9a-f]{64}$/);
      assert.match(imageDigest, /^sha256:[0-9a-f]{64}$/);
      assert.notEqual(imageDigest, `sha256:${imageId}`);
      assert.ok(Math.abs(Date.now() / 1000 - createdTime) < 60, String(createdTime));
      const ours = labels.filter(([key]) => !key.startsWith('io.containerd.'));
      assert.deepEqual(ours, [['team', 'blue']]);
    });

    it('are looked up in their namespace, or in all where the cgroup names none', async () => {
      const tool = containerd.run({ image: NGINX, namespace: 'tools', command: ['sleep', '1000'] });
      for (const namespace of ['tools', '']) {
        const found = await watch.client.lookup(keyOf(tool.id, namespace), never);
        assert.ok(found.kind === 'found', JSON.stringify(found));
        const { name, imageRepository, imageTag } = found.container;
        const wanted = [tool.id.slice(0, 12), 'registry.test:5000/web/nginx', '1.27'];
        assert.deepEqual([name, imageRepository, imageTag], wanted);
      }
      assert.deepEqual(await watch.client.lookup(keyOf('web', 'tools'), never), { kind: 'unknown' });
      assert.deepEqual(await watch.client.lookup(keyOf('nobody'), never), { kind: 'unknown' });
      tool.remove();
    });

    it('that share what is the host’s say so', async () => {
      const { id, remove } = containerd.run({
        image: HTTPD,
        command: ['sleep', '1000'],
        options: ['--privileged', '--net-host'],
      });
      const { privileged, hostPid, hostNetwork, hostIpc } = await watch.container(id);
      assert.deepEqual([privileged, hostPid, hostNetwork, hostIpc], [true, false, true, false]);
      remove();
    });

    it('have the size of their layer where it is asked for', async () => {
      const sized = watching(openContainerd, containerd.socket, { withSize: true });
      const { size } = await sized.container('web');
      sized.close();
      assert.ok(size > 0, String(size));
    });

    it('are known after a restart of containerd, old ones and new ones, and their end is told', async function () {
      this.timeout(30_000);
      await containerd.restart();
      const afresh = watching(openContainerd, containerd.socket);
      assert.equal((await afresh.container('web')).name, 'web');
      afresh.close();
      const later = containerd.run({ id: 'later', image: HTTPD, command: ['sleep', '1000'] });
      assert.equal((await watch.container('later')).name, 'later');
      later.remove();
      await eventually('its end is told', () => watch.removed.includes('later'));
      web.exec('true');
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox'],
);
