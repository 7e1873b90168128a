import assert from 'node:assert/strict';
import { containerOf } from '../../../daemon/containers/container-id.js';

const A = 'a1b2c3d4e5f6'.padEnd(64, '0');
const B = '0123456789ab'.padEnd(64, 'f');
const SHORT = 'a1b2c3d4e5f6';
const ROOTLESS = '/user.slice/user-1000.slice/user@1000.service/user.slice';
const POD = '/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podb2.slice';

/** On cgroup v1 and the hybrid layout each controller has a line of its own; on v2 there is one path for all. */
const everywhere = (path: string): readonly string[] => [`cpuset=${path}`, `memory=${path}`, `=${path}`];

// prettier-ignore
const BY_ID: readonly (readonly [what: string, path: string, type: string, runtimes: string])[] = [
  ['docker on cgroupfs',                     `/docker/${A}`,                                                              '',       'docker cri'],
  ['docker under systemd',                   `/system.slice/docker-${A}.scope`,                                           '',       'docker cri'],
  ['docker without root',                    `${ROOTLESS}/docker-${A}.scope`,                                             '',       'docker cri'],
  ['docker under a parent of its own',       `/batch/jobs/${A}`,                                                          '',       'docker podman cri containerd'],
  ['docker below kubelet',                   `${POD}/docker-${A}.scope`,                                                  '',       'docker cri'],
  ['containerd as kubelet puts it',          `/kubepods/burstable/podb2c1/${A}`,                                          '',       'cri containerd docker'],
  ['containerd under systemd',               `${POD}/cri-containerd-${A}.scope`,                                          '',       'cri containerd docker'],
  ['containerd with a slice prefix',         `/system.slice/containerd.service/kubepods-podb2.slice:cri-containerd:${A}`, '',       'cri containerd docker'],
  ['containerd of k3s',                      `/k3s/kubepods/besteffort/podb2/${A}`,                                       '',       'cri containerd docker'],
  ['kind: kubelet inside a container',       `/docker/${B}/kubelet.slice/kubelet-kubepods.slice/cri-containerd-${A}.scope`, '',     'cri containerd docker'],
  ['containerd alone, with an id',           `/default/${A}`,                                                             '',       'docker podman cri containerd'],
  ['containerd in the namespace of CRI',     `/k8s.io/${A}`,                                                              '',       'docker podman cri containerd'],
  ['nerdctl under systemd',                  `/system.slice/nerdctl-${A}.scope`,                                          '',       'containerd'],
  ['CRI-O under systemd',                    `${POD}/crio-${A}.scope`,                                                    'cri-o',  'cri containerd docker'],
  ['CRI-O with a group inside',              `${POD}/crio-${A}.scope/container`,                                          'cri-o',  'cri containerd docker'],
  ['CRI-O on cgroupfs',                      `/kubepods/besteffort/podb2/crio-${A}`,                                      'cri-o',  'cri containerd docker'],
  ['podman',                                 `/machine.slice/libpod-${A}.scope`,                                          'podman', 'podman'],
  ['podman with its group inside',           `/machine.slice/libpod-${A}.scope/container`,                                'podman', 'podman'],
  ['podman on cgroupfs',                     `/libpod_parent/libpod-${A}`,                                                'podman', 'podman'],
  ['podman without root',                    `${ROOTLESS}/libpod-${A}.scope/container`,                                   'podman', 'podman'],
  ['podman in a unit, its groups split',     `/system.slice/web.service/libpod-payload-${A}`,                             'podman', 'podman'],
  ['podman in a unit of a user',             `/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-${A}`, 'podman', 'podman'],
  ['podman, the payload in a scope',         `/machine.slice/libpod-payload-${A}.scope/container`,                        'podman', 'podman'],
  ['a runtime with such groups',             `/user.slice/buildah-${A}.scope`,                                            '',       'docker podman cri containerd'],
  ['systemd inside a container',             `/docker/${A}/system.slice/nginx.service`,                                   '',       'docker cri'],
  ['a container inside a container',         `/docker/${B}/docker/${A}`,                                                  '',       'docker cri'],
  ['a container as seen from a namespace',   `/../../kubepods/besteffort/podb2/${A}`,                                     '',       'cri containerd docker'],
  ['a group inside that is named for a monitor', `/docker/${A}/supervisor`,                                               '',       'docker cri'],
];

// prettier-ignore
const BY_NAME: readonly (readonly [what: string, path: string, id: string, type: string])[] = [
  ['LXC',                             '/lxc.payload.web',                                         'web',                'lxc'],
  ['LXC with systemd inside',         '/lxc.payload.web/system.slice/ssh.service',                'web',                'lxc'],
  ['LXC with a folder for payloads',  '/lxc.payload/web',                                         'web',                'lxc'],
  ['LXC of old',                      '/lxc/a-container-of-lxc/init.scope',                       'a-container-of-lxc', 'lxc'],
  ['LXC without root',                '/user.slice/user-1000.slice/session-2.scope/lxc.payload.x', 'x',                 'lxc'],
  ['libvirt-lxc under systemd',       '/machine.slice/machine-lxc\\x2d12\\x2dvm.scope',           '12\\x2dvm',          'libvirt-lxc'],
  ['libvirt-lxc with a group inside', '/machine.slice/machine-lxc\\x2d12\\x2dvm.scope/libvirt',   '12\\x2dvm',          'libvirt-lxc'],
  ['libvirt-lxc on cgroupfs',         '/machine/web.libvirt-lxc',                                 'web',                'libvirt-lxc'],
  ['libvirt-lxc of old',              '/libvirt/lxc/web',                                         'web',                'libvirt-lxc'],
  ['what a Dockerfile runs',          '/docker/buildkit/1a2b3c4d5e6f7g8h9i0jklmno',               '1a2b3c4d5e6f7g8h9i0jklmno', 'docker'],
  ['bpm',                             '/system.slice/bpm-router.scope',                           'router',             'bpm'],
];

// prettier-ignore
const UNPROVEN: readonly (readonly [what: string, path: string, id: string, fullId: string, namespace: string])[] = [
  ['containerd alone',               '/default/web',                                      'web',          'web',              'default'],
  ['containerd with a long name',    '/default/my-own-container',                         'my-own-conta', 'my-own-container', 'default'],
  ['containerd in another namespace', '/k8s.io/pause_1.2',                                'pause_1.2',    'pause_1.2',        'k8s.io'],
  ['systemd-nspawn',                 '/machine.slice/machine-web.scope',                  'web',          'web',              ''],
  ['systemd-nspawn, escaped',        '/machine.slice/machine-web\\x2d1.scope/payload',    'web-1',        'web-1',            ''],
  ['systemd-nspawn as a service',    '/machine.slice/systemd-nspawn@web.service/payload/system.slice/a.service', 'web', 'web', ''],
];

// prettier-ignore
const HOST: readonly (readonly [what: string, path: string])[] = [
  ['the root',                          '/'],
  ['a service',                         '/system.slice/cron.service'],
  ['a service of a template',           '/system.slice/system-getty.slice/getty@tty1.service'],
  ['the first process',                 '/init.scope'],
  ['a slice',                           '/user.slice/user-0.slice'],
  ['a session',                         '/user.slice/user-501.slice/session-3.scope'],
  ['the manager of a user',             '/user.slice/user-501.slice/user@501.service/init.scope'],
  ['an application of a desktop',       '/user.slice/user-501.slice/user@501.service/app.slice/app-firefox-12.scope'],
  ['a mount',                           '/system.slice/srv-data.mount'],
  ['swap',                              '/system.slice/dev-sda2.swap'],
  ['a socket',                          '/system.slice/docker.socket'],
  ['kubelet',                           '/system.slice/kubelet.service'],
  ['a pod without a container',         '/kubepods/besteffort/podb2c1'],
  ['a slice of pods',                   POD],
  ['a group of one level',              '/mine'],
  ['a group of three levels',           '/mine/yours/theirs'],
  ['a name that containerd forbids',    '/default/-web'],
  ['the monitor of CRI-O',              `/system.slice/crio-conmon-${A}.scope`],
  ['the monitor of podman',             `/machine.slice/libpod-conmon-${A}.scope`],
  ['the monitor of podman on cgroupfs', `/libpod_parent/libpod-conmon-${A}`],
  ['all monitors of podman on cgroupfs', '/libpod_parent/conmon'],
  ['the monitor of LXC',                '/lxc.monitor.web'],
  ['systemd-nspawn itself',             '/machine.slice/machine-web.scope/supervisor'],
  ['systemd-nspawn as a service, itself', '/machine.slice/systemd-nspawn@web.service/supervisor'],
  ['a virtual machine',                 '/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/emulator'],
  ['an id that is too short',           `/a/docker/${A.slice(1)}`],
  ['an id that is too long',            `/a/docker/0${A}`],
  ['capital letters',                   `/a/docker/${A.toUpperCase()}`],
  ['the id of a layer in a mount',      `/system.slice/var-lib-docker-overlay2-${A}-merged.mount`],
];

describe('the container of a cgroup', () => {
  for (const [what, path, type, runtimes] of BY_ID) {
    it(`is told by its id: ${what}`, () =>
      assert.deepEqual(containerOf(['cpuset=/', ...everywhere(path).slice(1)]), {
        id: SHORT,
        fullId: A,
        key: A,
        type,
        namespace: '',
        runtimes: runtimes.split(' '),
        unproven: false,
      }));
  }

  for (const [what, path, id, type] of BY_NAME) {
    it(`is told by its name: ${what}`, () =>
      assert.deepEqual(containerOf(everywhere(path)), {
        id,
        fullId: id,
        key: `/${id}`,
        type,
        namespace: '',
        runtimes: [],
        unproven: false,
      }));
  }

  for (const [what, path, id, fullId, namespace] of UNPROVEN) {
    it(`is possible, but has to be proved: ${what}`, () => {
      const found = containerOf(everywhere(path));
      assert.deepEqual(
        [found?.id, found?.fullId, found?.namespace, found?.unproven],
        [id, fullId, namespace, true],
      );
    });
  }

  for (const [what, path] of HOST) {
    it(`is none: ${what}`, () => assert.equal(containerOf(everywhere(path)), null));
  }

  it('is another in another namespace, and with another name that begins alike', () => {
    const paths = ['/default/web-server-1', '/default/web-server-2', '/other/web-server-1'];
    const found = paths.map(path => containerOf(everywhere(path))!);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['web-server-1', 'web-server-2', 'web-server-1'].map(name => name.slice(0, 12)),
    );
    assert.equal(new Set(found.map(({ key }) => key)).size, 3);
  });

  it('is none without cgroups', () => assert.equal(containerOf([]), null));

  it('is told by the unified hierarchy alone, where the controllers are of a group further up', () =>
    assert.equal(containerOf(['memory=/', `=/user.slice/libpod-${A}.scope`])?.id, SHORT));

  it('is not a group for one controller only, as administrators make them', () =>
    assert.equal(containerOf(['cpuset=/', 'memory=/limits/builds', '=/']), null));

  it('is told by an id even where another hierarchy has a group that looks like one of containerd', () =>
    assert.equal(containerOf(['memory=/limits/builds', `=/docker/${A}`])?.id, SHORT));
});
