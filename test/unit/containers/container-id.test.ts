import assert from 'node:assert/strict';
import { containerIdOf } from '../../../daemon/containers/container-id.js';

const A = 'a1b2c3d4e5f6'.padEnd(64, '0');
const B = '0123456789ab'.padEnd(64, 'f');

// prettier-ignore
const CASES: readonly (readonly [what: string, path: string, id: string])[] = [
  ['docker on cgroupfs',              `/docker/${A}`,                                                              'a1b2c3d4e5f6'],
  ['docker under systemd',            `/system.slice/docker-${A}.scope`,                                           'a1b2c3d4e5f6'],
  ['containerd as kubelet puts it',   `/kubepods/burstable/podb2c1/${A}`,                                          'a1b2c3d4e5f6'],
  ['containerd under systemd',        `/kubepods.slice/kubepods-podb2.slice/cri-containerd-${A}.scope`,            'a1b2c3d4e5f6'],
  ['containerd with a slice prefix',  `/system.slice/containerd.service/kubepods-podb2.slice:cri-containerd:${A}`, 'a1b2c3d4e5f6'],
  ['CRI-O',                           `/kubepods.slice/crio-${A}.scope`,                                           'a1b2c3d4e5f6'],
  ['CRI-O with a group inside',       `/kubepods.slice/crio-${A}.scope/container`,                                 'a1b2c3d4e5f6'],
  ['podman',                          `/machine.slice/libpod-${A}.scope`,                                          'a1b2c3d4e5f6'],
  ['podman without root',             `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope/container`, 'a1b2c3d4e5f6'],
  ['podman on cgroupfs',              `/libpod_parent/libpod-${A}`,                                                'a1b2c3d4e5f6'],
  ['containerd alone',                `/default/${A}`,                                                             'a1b2c3d4e5f6'],
  ['systemd inside a container',      `/docker/${A}/system.slice/nginx.service`,                                   'a1b2c3d4e5f6'],
  ['a container inside a container',  `/docker/${B}/docker/${A}`,                                                  'a1b2c3d4e5f6'],
  ['the monitor of CRI-O',            `/system.slice/crio-conmon-${A}.scope`,                                      ''],
  ['the monitor of podman',           `/machine.slice/libpod-conmon-${A}.scope`,                                   ''],
  ['the root',                        '/',                                                                         ''],
  ['a service',                       '/system.slice/cron.service',                                                ''],
  ['an id that is too short',         `/docker/${A.slice(1)}`,                                                     ''],
  ['an id that is too long',          `/docker/0${A}`,                                                             ''],
  ['capital letters',                 `/docker/${A.toUpperCase()}`,                                                ''],
];

describe('the container of a cgroup', () => {
  for (const [what, path, id] of CASES) {
    it(`is told for ${what}`, () => assert.equal(containerIdOf([`cpuset=/`, `memory=${path}`]), id));
  }

  it('is none without cgroups', () => assert.equal(containerIdOf([]), ''));
});
