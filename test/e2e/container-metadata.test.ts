/** Alerts of containers say which container, image and pod it was: with containerd, Docker and podman as they are. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainerd, type Containerd } from '../support/containerd.js';
import { describeLive } from '../support/live.js';
import { eventually } from '../support/process.js';
import { runDaemon, stopDaemon, type Daemon } from '../support/run-daemon.js';

const FIELDS = [
  'container.id',
  'container.full_id',
  'container.type',
  'container.name',
  'container.image',
  'container.image.repository',
  'container.image.tag',
  'container.mount.source[/data]',
  'container.mount.dest[0]',
  'container.label[tier]',
  'container.privileged',
  'k8s.pod.name',
  'k8s.ns.name',
  'k8s.pod.uid',
  'k8s.pod.label[app]',
];

/** Rules for every file that is made below /etc in a container, and for programs of one image. */
const RULES = `
- rule: Written
  desc: test
  condition: >
    evt.type in (open, openat) and evt.is_open_write=true and fd.name startswith /etc/falco-test and container.id != host
  output: "Written file=%fd.filename command=%proc.cmdline ${FIELDS.map(field => `%${field}`).join(' ')}"
  priority: NOTICE
- rule: Started in httpd
  desc: test
  condition: evt.type in (execve, execveat) and container.image.repository endswith library/httpd
  output: "Started %proc.cmdline in %container.name"
  priority: NOTICE
- rule: Started elsewhere
  desc: test
  condition: evt.type in (execve, execveat) and container.id != host and not container.image.repository endswith library/httpd
  output: "Foreign %proc.cmdline in %container.name"
  priority: NOTICE
`;

interface JsonAlert {
  readonly rule: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

type Engines = Readonly<Record<string, readonly string[]>>;

/** The daemon with these sockets and no others. */
function startFalco(engines: Engines): Promise<Daemon> {
  const all = ['docker', 'podman', 'cri', 'containerd'].map(
    name => [name, { enabled: name in engines, sockets: engines[name] ?? [] }] as const,
  );
  const init_config = { engines: Object.fromEntries(all) };
  const plugins = [{ name: 'container', library_path: 'libcontainer.so', init_config }];
  return runDaemon({
    rules: RULES,
    config: { json_output: true, plugins },
    env: { FALCO_CONTAINER_TEST: '1' },
  });
}

const alertsOf = (daemon: Daemon): JsonAlert[] =>
  daemon.stdout.filter(({ text }) => text.startsWith('{')).map(({ text }) => JSON.parse(text) as JsonAlert);

/** The alert for a file. */
function written(daemon: Daemon, name: string): Promise<JsonAlert> {
  return eventually(
    `an alert for ${name}`,
    () => alertsOf(daemon).find(({ output }) => output.includes(`file=${name} `)),
    10_000,
  );
}

const shown = ({ output_fields: fields }: JsonAlert): readonly unknown[] =>
  FIELDS.map(field => fields[field]);

const write = (name: string): string[] => ['sh', '-c', `echo x > /etc/falco-test-${name}`];
const writeAndStay = (name: string): string[] => ['sh', '-c', `echo x > /etc/falco-test-${name}; sleep 1000`];

describeLive(
  'Alerts of containers',
  () => {
    let daemon: Daemon;
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'falco-data-'))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    describe('of containerd', () => {
      let containerd: Containerd;
      before(async function () {
        this.timeout(60_000);
        containerd = await startContainerd();
        containerd.importImage('docker.io/library/httpd:2.4');
        daemon = await startFalco({ containerd: [containerd.socket] });
      });
      after(async function () {
        this.timeout(60_000);
        await stopDaemon(daemon);
        await containerd.stop();
      });

      const expected = (id: string): readonly unknown[] => [
        id.slice(0, 12),
        ...[
          id,
          'containerd',
          id,
          'docker.io/library/httpd:2.4',
          'docker.io/library/httpd',
          '2.4',
          folder,
          '/data',
        ],
        ...['front', false, null, null, null, null],
      ];

      it('are complete in the first exec, in an exec into it, and after a restart of containerd', async () => {
        const container = containerd.run({
          image: 'docker.io/library/httpd:2.4',
          id: 'web-server_1.a',
          command: writeAndStay('first'),
          mounts: { [folder]: '/data' },
          labels: { tier: 'front' },
          env: { COLOUR: 'red' },
        });
        const own = (values: readonly unknown[]): readonly unknown[] =>
          values.filter((_, i) => FIELDS[i] !== 'container.mount.dest[0]');
        assert.deepEqual(own(shown(await written(daemon, 'falco-test-first'))), own(expected(container.id)));
        container.exec(...write('second'));
        assert.deepEqual(own(shown(await written(daemon, 'falco-test-second'))), own(expected(container.id)));
        await containerd.restart();
        container.exec(...write('third'));
        assert.deepEqual(own(shown(await written(daemon, 'falco-test-third'))), own(expected(container.id)));
        const later = containerd.run({
          image: 'docker.io/library/httpd:2.4',
          command: writeAndStay('fourth'),
          labels: { tier: 'back' },
        });
        const fourth = await written(daemon, 'falco-test-fourth');
        assert.equal(fourth.output_fields['container.label[tier]'], 'back');
        assert.equal(fourth.output_fields['container.full_id'], later.id);
        const rules = alertsOf(daemon).map(({ rule }) => rule);
        assert.ok(rules.includes('Started in httpd'));
        assert.ok(!rules.includes('Started elsewhere'), 'no program was taken for one of another image');
      }).timeout(60_000);
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'podman', 'dockerd'],
);
