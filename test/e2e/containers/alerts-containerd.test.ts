/** Alerts of containers of containerd say which container and which image: in its first exec, and in its shortest life. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  alertsOf,
  shownFor,
  startWatching,
  write,
  writeAndStay,
  type Shown,
} from '../../support/container-alerts.js';
import { startContainerd, type Containerd } from '../../support/containerd.js';
import { describeLive } from '../../support/live.js';
import { eventually } from '../../support/process.js';
import { stopDaemon, type Daemon } from '../../support/run-daemon.js';

const IMAGE = 'docker.io/library/httpd:2.4';
const SHORT_LIVED = 200;

describeLive(
  'Alerts of containers of containerd',
  () => {
    let folder: string;
    let containerd: Containerd;
    let daemon: Daemon;
    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-data-'));
      containerd = await startContainerd();
      containerd.importImage(IMAGE);
    });
    beforeEach(async function () {
      this.timeout(30_000);
      daemon = await startWatching({ containerd: [containerd.socket] });
    });
    afterEach(() => stopDaemon(daemon));
    after(async function () {
      this.timeout(60_000);
      await containerd.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const expected = (id: string): Shown => ({
      'container.id': id.slice(0, 12),
      'container.full_id': id,
      'container.type': 'containerd',
      'container.name': id,
      'container.image': IMAGE,
      'container.image.repository': 'docker.io/library/httpd',
      'container.image.tag': '2.4',
      'container.mount.source[/data]': null,
      'container.label[tier]': 'front',
      'container.privileged': false,
      'k8s.pod.name': null,
      'k8s.ns.name': null,
      'k8s.pod.uid': null,
      'k8s.pod.label[app]': null,
    });

    it('are complete in the first exec, in an exec into it, and after a restart of containerd', async () => {
      const container = containerd.run({
        image: IMAGE,
        id: 'web-server_1.a',
        command: writeAndStay('falco-test-first'),
        mounts: { [folder]: '/data' },
        labels: { tier: 'front' },
        env: { COLOUR: 'red' },
      });
      const complete = { ...expected(container.id), 'container.mount.source[/data]': folder };
      assert.deepEqual(await shownFor(daemon, 'falco-test-first'), complete);
      container.exec(...write('falco-test-second'));
      assert.deepEqual(await shownFor(daemon, 'falco-test-second'), complete);
      await containerd.restart();
      container.exec(...write('falco-test-third'));
      assert.deepEqual(await shownFor(daemon, 'falco-test-third'), complete);
      const command = writeAndStay('falco-test-fourth');
      const later = containerd.run({ image: IMAGE, command, labels: { tier: 'back' } });
      const fourth = await shownFor(daemon, 'falco-test-fourth');
      assert.deepEqual([fourth['container.full_id'], fourth['container.label[tier]']], [later.id, 'back']);
      const rules = alertsOf(daemon).map(({ rule }) => rule);
      assert.ok(rules.includes('Started in httpd'));
      assert.ok(!rules.includes('Started elsewhere'), 'no program was taken for one of another image');
    }).timeout(60_000);

    it('are complete for a container that was there before the daemon', async () => {
      await stopDaemon(daemon);
      const container = containerd.run({ image: IMAGE, id: 'long-standing', command: ['sleep', '1000'] });
      daemon = await startWatching({ containerd: [containerd.socket] });
      container.exec(...write('falco-test-long'));
      assert.equal((await shownFor(daemon, 'falco-test-long'))['container.name'], 'long-standing');
    }).timeout(60_000);

    it(`are complete for each of ${SHORT_LIVED} containers that live for a moment`, async () => {
      const run = (name: string): Promise<void> =>
        new Promise((done, fail) => {
          const args = ['--address', containerd.socket, 'run', '--rm', IMAGE, `short-lived-${name}`];
          execFile('ctr', [...args, ...write(`falco-test-${name}.`)], error =>
            error ? fail(error) : done(),
          );
        });
      const names = Array.from({ length: SHORT_LIVED }, (_, n) => String(n));
      const left = [...names];
      const next = async (): Promise<void> => {
        for (let name = left.pop(); name !== undefined; name = left.pop()) await run(name);
      };
      await Promise.all([next(), next(), next()]);
      const written = await eventually(
        'all alerts',
        () => {
          const found = alertsOf(daemon).filter(({ rule }) => rule === 'Written');
          return found.length >= SHORT_LIVED ? found : undefined;
        },
        10_000,
      );
      const shown = written.map(({ output_fields: fields }) =>
        [fields['fd.filename'], fields['container.name'], fields['container.image']].join(' '),
      );
      const wanted = names.map(name => `falco-test-${name}. short-lived-${name} ${IMAGE}`);
      assert.deepEqual(shown.toSorted(), wanted.toSorted());
      const ends = alertsOf(daemon).filter(({ rule }) => rule === 'Started elsewhere');
      assert.deepEqual(ends, [], 'no program was taken for one of another image');
      await stopDaemon(daemon);
      const held = daemon.stderr.find(({ text }) => text.startsWith('Alerts held'));
      if (held !== undefined) assert.match(held.text, /incomplete: 0$/);
    }).timeout(180_000);
  },
  ['containerd', 'ctr', 'runc', 'busybox'],
);
