import assert from 'node:assert/strict';
import { capturedContainerId } from '../../../daemon/containers/captured-id.js';

const A = 'a1b2c3d4e5f6'.padEnd(64, '0');

// prettier-ignore
const CASES: readonly (readonly [what: string, path: string, id: string])[] = [
  ['docker on cgroupfs',             `/docker/${A}`,                                                              'a1b2c3d4e5f6'],
  ['docker under systemd',           `/system.slice/docker-${A}.scope`,                                           'a1b2c3d4e5f6'],
  ['containerd under systemd',       `/kubepods.slice/kubepods-podb2.slice/cri-containerd-${A}.scope`,            'a1b2c3d4e5f6'],
  ['containerd with a slice prefix', `/system.slice/containerd.service/kubepods-podb2.slice:cri-containerd:${A}`, 'a1b2c3d4e5f6'],
  ['CRI-O',                          `/kubepods.slice/crio-${A}.scope`,                                           'a1b2c3d4e5f6'],
  ['podman',                         `/machine.slice/libpod-${A}.scope`,                                          'a1b2c3d4e5f6'],
  ['podman with a group inside',     `/user.slice/user-1000.slice/libpod-${A}.scope/container`,                   'a1b2c3d4e5f6'],
  ['podman on cgroupfs',             `/libpod_parent/libpod-${A}`,                                                'a1b2c3d4e5f6'],
  ['podman with split groups',       `/machine.slice/a.service/libpod-payload-${A}`,                              'a1b2c3d4e5f6'],
  ['the monitor of podman',          '/libpod_parent/conmon',                                                     'conmon'],
  ['the monitor under systemd',      `/machine.slice/libpod-conmon-${A}.scope`,                                   ''],
  ['a container with a name',        '/default/my-own-container',                                                 'my-own-conta'],
  ['lxc',                            '/lxc/a-container-of-lxc/init.scope',                                        'a-container-of-lxc'],
  ['lxc of today',                   '/lxc.payload.web/system.slice',                                             'web'],
  ['libvirt',                        '/machine.slice/machine-lxc\\x2d12\\x2dvm.scope/libvirt',                    '12\\x2dvm'],
  ['bpm',                            '/system.slice/bpm-abc.scope',                                               'abc'],
  ['systemd in a container',         `/docker/${A}/init.scope`,                                                   ''],
  ['a session',                      '/user.slice/user-501.slice/session-3.scope',                                ''],
  ['a service',                      '/system.slice/cron.service',                                                ''],
  ['a group',                        '/mine',                                                                     ''],
];

describe('the container of a cgroup in a capture', () => {
  for (const [what, path, id] of CASES) {
    it(`is told as the reference does for ${what}`, () =>
      assert.equal(capturedContainerId(['cpuset=/', `memory=${path}`]), id));
  }
});
