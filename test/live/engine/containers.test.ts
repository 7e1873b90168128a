/** Processes in made-up cgroups: those of runtimes that cannot run here, and those of the host that look like them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../../daemon/alerts/alert.js';
import type { Engine } from '../../../daemon/engine/engine.js';
import { hierarchies, TestCgroups } from '../../support/cgroups.js';
import { startContainerd, type Containerd } from '../../support/containerd.js';
import { describeLive } from '../../support/live.js';
import { watchingEngine } from '../../support/live-engine.js';
import { eventually } from '../../support/process.js';

/** Ids, each of a container of its own. */
const ids = Array.from({ length: 7 }, (_, n) => `a1b2c3d4e5f${n}`.padEnd(64, 'c'));
const [A = '', B = '', C = '', D = '', E = '', F = '', G = ''] = ids;
const known = (id: string, type: string): string => `${id.slice(0, 12)} ${id} ${type} <NA>`;

type Where = 'unified' | 'all';
/** `pidns`: the process has a pid namespace of its own. */
type Case = readonly [what: string, path: string, where: Where, pidns: boolean, expected: string];

// prettier-ignore
const CASES: readonly Case[] = [
  ['CRI-O under systemd',              `/kubepods.slice/kubepods-podb2.slice/crio-${A}.scope`,              'unified', false, known(A, 'cri-o')],
  ['containerd under systemd',         `/kubepods.slice/kubepods-podb2.slice/cri-containerd-${C}.scope`,    'unified', false, known(C, '<NA>')],
  ['kubelet in a container',           `/docker/${B}/kubelet.slice/cri-containerd-${D}.scope`,              'unified', false, known(D, '<NA>')],
  ['podman without root',              `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${E}.scope/container`, 'unified', false, known(E, 'podman')],
  ['podman in a unit',                 `/system.slice/web.service/libpod-payload-${F}`,                     'unified', false, known(F, 'podman')],
  ['LXC',                              '/lxc.payload.mail/system.slice',                                    'unified', false, 'mail mail lxc mail'],
  ['bpm',                              '/bpm-router.scope',                                                 'unified', false, 'router router bpm router'],
  ['systemd-nspawn',                   '/machine.slice/machine-web.scope/payload',                          'all',     true,  'web web systemd-nspawn web'],
  ['containerd alone',                 '/falco-test/my-own-container',                                      'all',     true,  'my-own-conta my-own-container <NA> <NA>'],
  ['a group of the host of two levels', '/falco-test/my-own-group',                                         'all',     false, 'host host host host'],
  ['the like for one controller',      '/falco-test/my-own-container',                                      'unified', true,  'host host host host'],
  ['a virtual machine',                '/machine.slice/machine-web.scope',                                  'all',     false, 'host host host host'],
  ['a service with a pid namespace',   '/system.slice/web.service',                                         'all',     true,  'host host host host'],
  ['the monitor of podman',            `/machine.slice/libpod-conmon-${G}.scope`,                           'all',     false, 'host host host host'],
];

describeLive(
  'Containers by their cgroups',
  () => {
    const folder = mkdtempSync('/tmp/falco-containers-');
    const { unified, controller } = hierarchies();
    const cgroups = new TestCgroups();
    const alerts: Alert[] = [];
    let engine: Engine;

    before(async () => {
      const content = `
- rule: Written
  desc: test
  condition: evt.type in (open, openat) and evt.is_open_write=true and (fd.name startswith ${folder}/ or fd.name startswith /falco-out/)
  output: "%fd.filename %container.id %container.full_id %container.type %container.name"
  priority: NOTICE
`;
      engine = await watchingEngine([{ name: 'live.yaml', content: Buffer.from(content) }], alert =>
        alerts.push(alert),
      );
    });
    after(async () => {
      await engine.stop();
      rmSync(folder, { recursive: true });
    });
    afterEach(() => cgroups.remove());

    const told = (name: string): Promise<string> =>
      eventually(
        `an alert of ${name}`,
        () =>
          alerts
            .map(({ message }) => message)
            .find(message => message.startsWith(`${name} `))
            ?.slice(name.length + 1),
        5000,
      );

    CASES.forEach(([what, path, where, pidns, expected], index) => {
      it(`${expected.startsWith('host') ? 'are none' : 'are known'}: ${what}`, async () => {
        const groups = [cgroups.make(unified, path)];
        if (where === 'all' && controller !== undefined) groups.push(cgroups.make(controller, path));
        const name = `file${index}`;
        const enter = groups.map(group => `echo $$ > ${group}/cgroup.procs`).join('; ');
        const write = `echo x > ${join(folder, name)}`;
        execFileSync('sh', ['-c', `${enter}; exec ${pidns ? 'unshare -pf ' : ''}sh -c '${write}'`]);
        assert.equal(await told(name), expected);
      });
    });

    it('are known from containerd itself, by a name that is no hexadecimal number', async () => {
      const containerd: Containerd = await startContainerd();
      try {
        containerd.importImage('docker.io/library/tool:1');
        const mounts = { [folder]: '/falco-out' };
        const command = ['sh', '-c', 'echo x > /falco-out/ctr; sleep 30'];
        containerd.run({ image: 'docker.io/library/tool:1', command, mounts, id: 'web-server_1.x' });
        const line = await eventually(
          'an alert from the container',
          () => alerts.map(({ message }) => message).find(message => /^ctr /.test(message)),
          5000,
        );
        assert.match(line, /^ctr web-server_1 web-server_1\.x /);
      } finally {
        await containerd.stop();
      }
    }).timeout(60_000);
  },
  ['unshare', 'containerd', 'ctr', 'runc', 'busybox'],
);
