/** podman's service of an ordinary user: the client tells of its containers as of the system's. */
import assert from 'node:assert/strict';
import { openPodman } from '../../../daemon/containers/runtimes/podman.js';
import type { EngineDaemon } from '../../support/engine.js';
import { describeLive } from '../../support/live.js';
import { startPodman } from '../../support/podman.js';
import { eventually } from '../../support/process.js';
import { watching, type Watching } from '../../support/watching.js';

const IMAGE = 'docker.io/library/httpd:2.4';

describeLive(
  'Containers of podman without root',
  () => {
    let podman: EngineDaemon;
    let watch: Watching;
    before(async function () {
      this.timeout(60_000);
      podman = await startPodman({ rootless: true });
      watch = watching(openPodman, podman.socket);
    });
    after(async function () {
      this.timeout(60_000);
      watch?.close();
      await podman?.stop();
    });

    it('are told with name, image, labels, environment, and their end', async function () {
      this.timeout(60_000);
      await podman.importImage('docker.io/library/httpd', '2.4');
      const container = await podman.run('web', {
        Image: IMAGE,
        Cmd: ['sleep', '1000'],
        Env: ['COLOR=red'],
        Labels: { team: 'blue' },
        HostConfig: { NetworkMode: 'host' },
      });
      const { name, type, image, labels, env, hostNetwork } = await watch.container(container.id);
      assert.deepEqual([name, type, image, labels], ['web', 'podman', IMAGE, [['team', 'blue']]]);
      assert.ok(env.includes('COLOR=red'), env.join(' '));
      assert.equal(hostNetwork, true);
      await container.remove();
      await eventually('its end is told', () => watch.removed.includes(container.id.slice(0, 12)));
    });
  },
  ['podman', 'conmon', 'runc', 'busybox', 'ip', 'setpriv', 'nsenter', 'unshare'],
);
