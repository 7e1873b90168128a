/** Alerts of containers of Docker and podman say which container and which image. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PATIENT,
  alertsOf,
  shownFor,
  startWatching,
  write,
  writeAndStay,
} from '../../support/container-alerts.js';
import { startDocker } from '../../support/docker.js';
import type { EngineContainer, EngineDaemon } from '../../support/engine.js';
import { describeLive } from '../../support/live.js';
import { startPodman } from '../../support/podman.js';
import { stopDaemon, type Daemon } from '../../support/run-daemon.js';

interface Engine {
  readonly kind: string;
  readonly start: () => Promise<EngineDaemon>;
  readonly commands: readonly string[];
  /** The image as the engine calls it. */
  readonly repository: string;
}

const ENGINES: readonly Engine[] = [
  { kind: 'docker', start: startDocker, commands: ['dockerd', 'jq'], repository: 'docker.io/library/httpd' },
  {
    kind: 'podman',
    start: startPodman,
    commands: ['podman', 'conmon'],
    repository: 'docker.io/library/httpd',
  },
];

for (const { kind, start, commands, repository } of ENGINES) {
  describeLive(
    `Alerts of containers of ${kind}`,
    () => {
      let folder: string;
      let engine: EngineDaemon;
      let daemon: Daemon;
      let container: EngineContainer;
      before(async function () {
        this.timeout(60_000);
        folder = mkdtempSync(join(tmpdir(), 'falco-data-'));
        engine = await start();
        await engine.importImage(repository, '2.4');
        daemon = await startWatching({ [kind]: [engine.socket] }, PATIENT);
      });
      after(async function () {
        this.timeout(60_000);
        await stopDaemon(daemon);
        await engine.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      it('are complete in the first exec, in an exec into it, and after a restart of the engine', async () => {
        container = await engine.run('web', {
          Image: `${repository}:2.4`,
          Cmd: writeAndStay('falco-test-first'),
          Env: ['COLOUR=red'],
          Labels: { tier: 'front' },
          HostConfig: { Binds: [`${folder}:/data`] },
        });
        const complete = {
          'container.id': container.id.slice(0, 12),
          'container.full_id': container.id,
          'container.type': kind,
          'container.name': 'web',
          'container.image': `${repository}:2.4`,
          'container.image.repository': repository,
          'container.image.tag': '2.4',
          'container.mount.source[/data]': folder,
          'container.label[tier]': 'front',
          'container.privileged': false,
          'k8s.pod.name': null,
          'k8s.ns.name': null,
          'k8s.pod.uid': null,
          'k8s.pod.label[app]': null,
        };
        assert.deepEqual(await shownFor(daemon, 'falco-test-first'), complete);
        await container.exec(write('falco-test-second'));
        assert.deepEqual(await shownFor(daemon, 'falco-test-second'), complete);
        await engine.restart();
        await container.exec(write('falco-test-third'));
        assert.deepEqual(await shownFor(daemon, 'falco-test-third'), complete);
        const rules = alertsOf(daemon).map(({ rule }) => rule);
        assert.ok(rules.includes('Started in httpd'));
        assert.ok(!rules.includes('Started elsewhere'), 'no program was taken for one of another image');
      }).timeout(90_000);
    },
    ['runc', 'busybox', 'nsenter', 'setpriv', 'ip', ...commands],
  );
}
