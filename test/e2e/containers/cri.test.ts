/** A pod through containerd's CRI socket, as the kubelet makes it: what the client tells is right, field by field. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCri } from '../../../daemon/containers/runtimes/cri.js';
import { LAST_APPLIED } from '../../../daemon/containers/runtimes/probes.js';
import { startContainerd, type Containerd } from '../../support/containerd.js';
import {
  openKubelet,
  type ContainerConfig,
  type Kubelet,
  type Pod,
  type PodConfig,
} from '../../support/cri.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';
import { keyOf, watching, type Watching } from '../../support/watching.js';

const IMAGE = 'docker.io/library/httpd:2.4';
const UID = 'c9a1f4c6-7c2b-4a53-9f1e-3a1f2d8b7e10';
/** What kubectl was told to make. */
const MANIFEST = {
  kind: 'Pod',
  spec: {
    containers: [
      { name: 'helper', livenessProbe: { exec: { command: ['/bin/true'] } } },
      {
        name: 'httpd',
        livenessProbe: { exec: { command: ['/bin/cat', '/tmp/alive'] } },
        readinessProbe: { httpGet: { path: '/', port: 80 } },
      },
    ],
  },
};
const never = new AbortController().signal;

describeLive(
  'Containers of a pod',
  () => {
    let folder: string;
    let containerd: Containerd;
    let kubelet: Kubelet;
    let watch: Watching;
    let pod: Pod;
    let httpd: string;
    let helper: string;

    const podConfig = (name: string, more: PodConfig = {}): PodConfig => ({
      metadata: { name, uid: UID, namespace: 'shop', attempt: 0 },
      hostname: name,
      logDirectory: folder,
      labels: new Map([
        ['app', 'web'],
        ['io.kubernetes.pod.name', name],
        ['io.kubernetes.pod.namespace', 'shop'],
        ['io.kubernetes.pod.uid', UID],
      ]),
      linux: { cgroupParent: `/kubepods/besteffort/pod${UID}` },
      ...more,
    });
    const containerConfig = (name: string, more: ContainerConfig = {}): ContainerConfig => ({
      metadata: { name },
      image: { image: IMAGE },
      command: ['/bin/sleep', '1000'],
      logPath: `${name}.log`,
      ...more,
    });

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-pod-'));
      containerd = await startContainerd({ cri: true });
      containerd.importImage(IMAGE, 'k8s.io');
      kubelet = openKubelet(containerd.socket);
      watch = watching(openCri, containerd.socket);
      pod = await kubelet.runPod(
        podConfig('web-0', {
          portMappings: [{ containerPort: 80, hostPort: 8080 }],
          annotations: new Map([[LAST_APPLIED, JSON.stringify(MANIFEST)]]),
        }),
      );
      httpd = await kubelet.runContainer(
        pod,
        containerConfig('httpd', {
          envs: [{ key: 'COLOR', value: 'red' }],
          mounts: [{ hostPath: folder, containerPath: '/data', readonly: true }],
          labels: new Map([
            ['io.kubernetes.container.name', 'httpd'],
            ['description', 'x'.repeat(101)],
          ]),
        }),
      );
      helper = await kubelet.runContainer(pod, containerConfig('helper'));
    });
    after(async function () {
      this.timeout(60_000);
      watch?.close();
      if (pod !== undefined) await kubelet.removePod(pod);
      kubelet?.close();
      await containerd?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const OF_POD = [
      ['io.kubernetes.pod.name', 'web-0'],
      ['io.kubernetes.pod.namespace', 'shop'],
      ['io.kubernetes.pod.uid', UID],
    ];

    it('are told with everything that is known of them, of their pod and of its network', async () => {
      const { imageId, createdTime, ip, cniJson, podSandboxLabels, ...rest } = await watch.container(httpd);
      assert.deepEqual(rest, {
        id: httpd.slice(0, 12),
        fullId: httpd,
        type: 'containerd',
        name: 'httpd',
        image: IMAGE,
        imageRepository: 'docker.io/library/httpd',
        imageTag: '2.4',
        // It was made here, and no registry has it.
        imageDigest: '',
        privileged: false,
        hostPid: false,
        hostNetwork: false,
        hostIpc: false,
        labels: [...OF_POD, ['io.kubernetes.container.name', 'httpd']],
        mounts: [{ source: folder, destination: '/data', mode: '', writable: false, propagation: 'private' }],
        env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin', 'HOSTNAME=web-0', 'COLOR=red'],
        ports: [{ hostIp: 0, hostPort: 8080, containerPort: 80 }],
        user: '0:0',
        size: -1,
        healthcheck: '',
        livenessProbe: '/bin/cat /tmp/alive',
        readinessProbe: '',
        isPodSandbox: false,
        podSandboxId: pod.id,
      });
      assert.match(imageId, /^[0-9a-f]{64}$/);
      assert.match(ip, /^10\.77\.0\.\d+$/);
      const { eth0 } = JSON.parse(cniJson) as { readonly eth0: { readonly IPConfigs: readonly unknown[] } };
      assert.deepEqual(eth0.IPConfigs, [{ IP: ip, Gateway: '10.77.0.1' }]);
      assert.deepEqual(Object.fromEntries(podSandboxLabels)['app'], 'web');
      assert.ok(Math.abs(Date.now() / 1000 - createdTime) < 60, String(createdTime));
    });

    it('are told apart, and have their pod in common', async () => {
      const { name, podSandboxId, ip, labels } = await watch.container(helper);
      assert.deepEqual([name, podSandboxId, ip], ['helper', pod.id, watch.told.get(httpd)?.ip]);
      assert.deepEqual(labels, OF_POD);
    });

    it('are not taken for the container that holds the pod', async () => {
      const sandbox = await watch.container(pod.id);
      assert.deepEqual(
        [sandbox.isPodSandbox, sandbox.name, sandbox.image, sandbox.podSandboxId],
        [true, 'web-0', 'registry.test/pause:1', pod.id],
      );
      assert.equal(Object.fromEntries(sandbox.labels)['app'], 'web');
    });

    it('are looked up by id', async () => {
      const found = await watch.client.lookup(keyOf(helper), never);
      assert.equal(found.kind === 'found' && found.container.name, 'helper');
      assert.deepEqual(await watch.client.lookup(keyOf('0'.repeat(64)), never), { kind: 'unknown' });
    });

    it('that share what is the host’s say so', async () => {
      const NODE = 2;
      const namespaceOptions = { network: NODE, pid: NODE, ipc: NODE };
      const bare = await kubelet.runPod({
        ...podConfig('bare'),
        hostname: '',
        linux: { cgroupParent: '/kubepods/besteffort/podbare', securityContext: { namespaceOptions } },
      });
      const id = await kubelet.runContainer(
        bare,
        containerConfig('bare', { linux: { securityContext: { namespaceOptions } } }),
      );
      const { privileged, hostPid, hostNetwork, hostIpc } = await watch.container(id);
      assert.deepEqual([privileged, hostPid, hostNetwork, hostIpc], [false, true, true, true]);
      await kubelet.removePod(bare);
      await eventually('its end is told', () => watch.removed.includes(bare.id.slice(0, 12)));
    });

    it('are known after a restart of containerd, old ones and new ones, and their end is told', async function () {
      this.timeout(30_000);
      await containerd.restart();
      const afresh = watching(openCri, containerd.socket);
      assert.equal((await afresh.container(httpd)).name, 'httpd');
      afresh.close();
      const later = await kubelet.runContainer(pod, containerConfig('later'));
      assert.equal((await watch.container(later)).name, 'later');
      await kubelet.removeContainer(later);
      await eventually('its end is told', () => watch.removed.includes(later.slice(0, 12)));
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'ip', '/usr/lib/cni/bridge', 'setpriv', 'nsenter'],
);
