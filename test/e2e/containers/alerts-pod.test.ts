/** Alerts of the containers of a pod, made through containerd's CRI socket as the kubelet does, say which pod it is. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PATIENT,
  shownFor,
  startWatching,
  writeAndStay,
  type Shown,
} from '../../support/container-alerts.js';
import { startContainerd, type Containerd } from '../../support/containerd.js';
import { openKubelet, type Kubelet, type Pod } from '../../support/cri.js';
import { describeLive } from '../../support/live.js';
import { stopDaemon, type Daemon } from '../../support/run-daemon.js';

const IMAGE = 'docker.io/library/httpd:2.4';
const UID = 'c9a1f4c6-7c2b-4a53-9f1e-3a1f2d8b7e10';

describeLive(
  'Alerts of the containers of a pod',
  () => {
    let folder: string;
    let containerd: Containerd;
    let kubelet: Kubelet;
    let daemon: Daemon;
    let pod: Pod | undefined;
    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-pod-'));
      containerd = await startContainerd({ cri: true });
      containerd.importImage(IMAGE, 'k8s.io');
      kubelet = openKubelet(containerd.socket);
      daemon = await startWatching({ cri: [containerd.socket], containerd: [containerd.socket] }, PATIENT);
    });
    after(async function () {
      this.timeout(60_000);
      await stopDaemon(daemon);
      if (pod !== undefined) await kubelet.removePod(pod);
      kubelet.close();
      await containerd.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('name pod, namespace, uid, labels, container and image, for each of two containers', async () => {
      pod = await kubelet.runPod({
        metadata: { name: 'shop-0', uid: UID, namespace: 'sales', attempt: 0 },
        hostname: 'shop-0',
        logDirectory: folder,
        labels: new Map([
          ['app', 'shop'],
          ['io.kubernetes.pod.name', 'shop-0'],
          ['io.kubernetes.pod.namespace', 'sales'],
          ['io.kubernetes.pod.uid', UID],
        ]),
        linux: { cgroupParent: `/kubepods/besteffort/pod${UID}` },
      });
      for (const name of ['front', 'back']) {
        const id = await kubelet.runContainer(pod, {
          metadata: { name },
          image: { image: IMAGE },
          command: writeAndStay(`falco-test-${name}`),
          logPath: `${name}.log`,
          mounts: [{ hostPath: folder, containerPath: '/data' }],
          labels: new Map([['tier', name]]),
        });
        const expected: Shown = {
          'container.id': id.slice(0, 12),
          'container.full_id': id,
          'container.type': 'containerd',
          'container.name': name,
          'container.image': IMAGE,
          'container.image.repository': 'docker.io/library/httpd',
          'container.image.tag': '2.4',
          'container.mount.source[/data]': folder,
          'container.label[tier]': name,
          'container.privileged': false,
          'k8s.pod.name': 'shop-0',
          'k8s.ns.name': 'sales',
          'k8s.pod.uid': UID,
          'k8s.pod.label[app]': 'shop',
        };
        assert.deepEqual(await shownFor(daemon, `falco-test-${name}`), expected);
      }
    }).timeout(60_000);
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'nsenter', 'setpriv', 'ip'],
);
