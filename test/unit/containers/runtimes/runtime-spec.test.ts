import assert from 'node:assert/strict';
import {
  specEnv,
  specHostNamespaces,
  specMounts,
  specPrivileged,
  specUser,
} from '../../../../daemon/containers/runtimes/runtime-spec.js';

const ALL = ['CAP_SYS_ADMIN', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO', 'CAP_NET_ADMIN'];

describe('The specification of a container', () => {
  it('says which mounts come from the host', () => {
    const mounts = [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/data', type: 'bind', source: '/srv', options: ['rbind', 'rslave', 'ro'] },
      { destination: '/more', type: 'none', source: '/more', options: ['bind'] },
    ];
    assert.deepEqual(specMounts({ mounts }), [
      { source: '/srv', destination: '/data', mode: '', writable: false, propagation: 'rslave' },
      { source: '/more', destination: '/more', mode: '', writable: true, propagation: 'private' },
    ]);
  });

  it('shares with the host what it has no namespace for, or that of the first process', () => {
    const namespaces = [{ type: 'mount' }, { type: 'pid' }, { type: 'network', path: '/proc/1/ns/net' }];
    assert.deepEqual(specHostNamespaces({ linux: { namespaces } }), {
      hostPid: false,
      hostNetwork: true,
      hostIpc: true,
    });
    const ofPod = ['pid', 'network', 'ipc'].map(type => ({ type, path: `/proc/4711/ns/${type}` }));
    assert.deepEqual(Object.values(specHostNamespaces({ linux: { namespaces: ofPod } })), [
      false,
      false,
      false,
    ]);
    assert.deepEqual(Object.values(specHostNamespaces(undefined)), [false, false, false]);
  });

  it('is privileged with all capabilities and nothing hidden', () => {
    const spec = (bounding: readonly string[], maskedPaths: readonly string[]) => ({
      process: { capabilities: { bounding } },
      linux: { maskedPaths },
    });
    assert.equal(specPrivileged(spec(ALL, [])), true);
    assert.equal(specPrivileged(spec(ALL, ['/proc/kcore'])), false);
    assert.equal(specPrivileged(spec(ALL.slice(1), [])), false);
    assert.equal(specPrivileged(undefined), false);
  });

  it('names user and environment', () => {
    const spec = { process: { user: { uid: 33, gid: 34 }, env: ['A=1', 7] } };
    assert.equal(specUser(spec), '33:34');
    assert.deepEqual(specEnv(spec), ['A=1', '']);
    assert.equal(specUser({}), '');
  });
});
