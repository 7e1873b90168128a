import assert from 'node:assert/strict';
import { absoluteCgroup, cgroupRoots } from '../../../daemon/state/cgroup-roots.js';

const ID = 'ab'.repeat(32);

describe('Cgroups as a process in a namespace of them sees them', () => {
  const actual = [`cpu=/kubepods/pod1/${ID}`, `=/kubepods/pod1/${ID}`, 'name=systemd=/a/b'];

  it('are told by what the kernel says of the process itself', () => {
    const roots = cgroupRoots(['cpu=/', '=/inside', 'name=systemd=/b', 'memory=/'], [...actual, '=/x']);
    assert.deepEqual(
      [...roots],
      [
        ['cpu', `/kubepods/pod1/${ID}`],
        ['name=systemd', '/a'],
      ],
    );
    assert.deepEqual([...cgroupRoots(['=/inside'], ['=/pod/inside'])], [['', '/pod']]);
  });

  it('have their whole paths again, wherever they are', () => {
    const root = `/kubepods/pod1/${ID}`;
    // prettier-ignore
    const paths = [
      ['/',                             root],
      ['/child',                        `${root}/child`],
      ['/../other',                     '/kubepods/pod1/other'],
      ['/../../pod2/other',             '/kubepods/pod2/other'],
      ['/../../../init.scope',          '/init.scope'],
      ['/../../..',                     '/'],
    ] as const;
    for (const [shown, whole] of paths) assert.equal(absoluteCgroup(shown, root), whole);
  });

  it('lose what both have in common where nothing is known of the process itself', () => {
    assert.equal(absoluteCgroup(`/../../docker/${ID}`), `/docker/${ID}`);
    assert.equal(absoluteCgroup('/../other'), '/other');
  });

  it('are left alone outside of namespaces', () => {
    assert.deepEqual([...cgroupRoots(['=/a/b'], ['=/a/b'])], [['', '']]);
    for (const path of ['/', '/a', '/a/..b', '/a//b']) assert.equal(absoluteCgroup(path), path);
  });
});
