import assert from 'node:assert/strict';
import { resolvePath } from '../../../daemon/state/resolve-path.js';
import { cloneParams, execParams, MadeUpHost } from '../../support/made-up-host.js';

const OPENAT = 307;
const CLONE = 223;
const EXECVE = 293;
const CLOSE = 5;
const RENAMEAT = 177;

describe('what the kernel says along with an event', () => {
  it('makes an unknown thread known', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3], {
      tid: 200,
      task: { pid: 190, ppid: 7, uid: 33, gid: 34, loginuid: 1000, comm: 'nginx' },
    });
    const thread = host.thread(200);
    assert.deepEqual(
      [thread.pid, thread.ptid, thread.uid, thread.gid, thread.loginuid, thread.comm],
      [190, 7, 33, 34, 1000, 'nginx'],
    );
    assert.equal(host.inspector.stats().threadsUnknown, 1);
  });

  it('leaves a thread whose clone was lost in the container of its parent', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3]);
    const parent = host.thread(100);
    parent.cgroups = [`memory=/docker/${'ab'.repeat(32)}`];
    parent.containerId = 'abababababab';
    parent.containerKey = 'ab'.repeat(32);
    host.send(CLOSE, [0, 3], { tid: 200, task: { ppid: 100, comm: 'nginx' } });
    const thread = host.thread(200);
    assert.deepEqual(
      [thread.containerId, thread.containerKey, thread.cgroups],
      [parent.containerId, parent.containerKey, parent.cgroups],
    );
  });

  it('is shown of a thread that a full table has no room for, and of its new program', () => {
    const host = new MadeUpHost({ threadLimit: 1 });
    const { view, threads } = host.inspector;
    host.send(CLOSE, [0, 3]);
    host.send(CLOSE, [0, 3], { tid: 200, task: { uid: 33, comm: 'nginx' } });
    assert.deepEqual([view.thread?.comm, view.thread?.uid, view.thread?.ptid], ['nginx', 33, 1]);
    host.send(CLONE, cloneParams(0, 300, 300, 200, 0, 'child'), { tid: 300, task: { comm: 'child' } });
    assert.equal(view.thread?.comm, 'child');
    host.send(EXECVE, execParams(300, 200, '/bin/cat', ['x']), { tid: 300, task: { comm: 'cat' } });
    assert.deepEqual([view.thread?.comm, view.thread?.args], ['cat', ['x']]);
    assert.deepEqual([threads.size, threads.refused], [1, 3]);
  });

  it('corrects name, ids and parent of a known one', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3]);
    host.send(CLOSE, [0, 3], { task: { ppid: 9, uid: 5, comm: 'renamed' } });
    const thread = host.thread(100);
    assert.deepEqual([thread.comm, thread.uid, thread.ptid], ['renamed', 5, 9]);
  });

  it('tells a thread from an earlier one of the same id', () => {
    const host = new MadeUpHost();
    host.send(OPENAT, [3, -100, '/etc/passwd', 1, 0, 0, 0], { file: '/etc/passwd' });
    host.send(CLOSE, [-9, 3], { task: { start: 9_000_000_000n, comm: 'other' } });
    assert.equal(host.inspector.threads.fd(host.thread(100), 3), null);
    assert.equal(host.inspector.stats().threadsStale, 1);
  });

  it('names an opened file, and keeps the spelling of the program as an alias', () => {
    const host = new MadeUpHost();
    host.send(OPENAT, [3, -100, '/srv/link/../link/shadow', 1, 0, 0, 0], { file: '/etc/shadow' });
    const { view } = host.inspector;
    assert.deepEqual(
      [view.fd?.name, view.fd?.nameRaw, view.fdAlias],
      ['/etc/shadow', '/srv/link/../link/shadow', '/srv/link/shadow'],
    );
  });

  it("gives no alias where the spelling is the kernel's path, absolute or relative", () => {
    const host = new MadeUpHost();
    host.send(OPENAT, [3, -100, '/etc/shadow', 1, 0, 0, 0], { file: '/etc/shadow' });
    assert.equal(host.inspector.view.fdAlias, '');
    host.send(OPENAT, [4, -100, 'shadow', 1, 0, 0, 0], { file: '/etc/shadow', base1: '/etc' });
    assert.equal(host.inspector.view.fdAlias, '');
    host.send(OPENAT, [4, -100, './shadow', 1, 0, 0, 0], { file: '/etc/shadow', base1: '/etc' });
    assert.equal(host.inspector.view.fdAlias, '');
    host.send(OPENAT, [4, -100, 'etc', 1, 0, 0, 0], { file: '/etc', base1: '/' });
    assert.equal(host.inspector.view.fdAlias, '');
  });

  it('holds names of 4,095 bytes and names that are not valid UTF-8', () => {
    const host = new MadeUpHost();
    const long = `/${'d'.repeat(254)}`.repeat(16) + `/${'f'.repeat(14)}`;
    host.send(OPENAT, [3, -100, long, 1, 0, 0, 0], { file: long });
    assert.equal(host.inspector.view.fd?.name, long);
    host.send(OPENAT, [3, -100, '/tmp/\xff\xfe', 1, 0, 0, 0], { file: '/tmp/\xff\xfe' });
    assert.equal(host.inspector.view.fd?.name, '/tmp/\xff\xfe');
  });

  it('moves the current directory along', () => {
    const host = new MadeUpHost();
    host.send(OPENAT, [-2, -100, 'none', 1, 0, 0, 0], { base1: '/var/lib' });
    assert.equal(host.thread(100).cwd, '/var/lib/');
    host.send(OPENAT, [-2, 5, 'none', 1, 0, 0, 0], { base1: '/srv' });
    assert.equal(host.thread(100).cwd, '/var/lib/', 'a directory descriptor is not the current directory');
    host.send(OPENAT, [-2, -100, 'none', 1, 0, 0, 0], { base1: '/' });
    assert.equal(host.thread(100).cwd, '/');
  });

  it('gives the base of each relative path', () => {
    const host = new MadeUpHost();
    host.send(RENAMEAT, [0, 5, 'old', 6, '../new'], { base1: '/srv/a', base2: '/srv/b/c' });
    const { view } = host.inspector;
    assert.deepEqual([resolvePath(view, 2), resolvePath(view, 4)], ['/srv/a/old', '/srv/b/new']);
  });

  it('leaves a failed open with what was asked for', () => {
    const host = new MadeUpHost();
    host.send(OPENAT, [-13, -100, 'shadow', 1, 0, 0, 0], { base1: '/etc' });
    const { view } = host.inspector;
    assert.deepEqual([view.fdNum, view.fd?.name, view.result], [-1, '/etc/shadow', -13]);
    assert.equal(host.inspector.threads.fds(host.thread(100)), null);
  });
});
