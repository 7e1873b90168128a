import assert from 'node:assert/strict';
import type { ParamValue } from '../../../daemon/events/record-writer.js';
import { FdType } from '../../../daemon/state/fd.js';
import { cloneParams, execParams, MadeUpHost } from '../../support/made-up-host.js';

const CLONE = 223;
const VFORK = 227;
const EXECVE = 293;
const PROCEXIT = 186;
const OPENAT = 307;
const CLOSE = 5;
const CLOSE_RANGE = 451;
const DUP2 = 363;
const BPF = 369;
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_PROG_LOAD = 5;
const CLONE_THREAD = 0x2000 | 0x1 | 0x8000;
const CHILD_IN_PIDNS = 0x20000000;

function open(host: MadeUpHost, fd: number, path: string, flags = 1, tid = 100): void {
  host.send(OPENAT, [fd, -100, path, flags, 0, 0, 0], { file: path, tid });
}

function exit(host: MadeUpHost, tid: number, pid = tid, reaper = 0): void {
  host.send(PROCEXIT, [0, 0, 0, 0, reaper], { tid, task: { pid } });
}

describe('the life of processes', () => {
  it('begins with a copy of the parent, whose files the child may close on its own', () => {
    const host = new MadeUpHost();
    open(host, 3, '/etc/passwd');
    host.send(CLONE, cloneParams(101, 100, 100, 1), {});
    host.send(CLONE, cloneParams(0, 101, 101, 100), { tid: 101, task: { ppid: 100 } });
    host.send(CLOSE, [0, 3], { tid: 101, task: { ppid: 100 } });
    host.send(CLOSE, [-9, 9], { tid: 101, task: { ppid: 100 } });
    assert.equal(host.inspector.threads.fd(host.thread(101), 3), null);
    assert.equal(host.inspector.threads.fd(host.thread(100), 3)?.name, '/etc/passwd');
    assert.equal(host.inspector.threads.parent(host.thread(101))?.tid, 100);
  });

  it('gives a child the arguments that it says it has, and be it none', () => {
    const host = new MadeUpHost();
    host.send(EXECVE, execParams(100, 1, '/usr/bin/cat', ['/etc/shadow']), { task: { comm: 'cat' } });
    const child = cloneParams(0, 101, 101, 100);
    host.send(CLONE, child, { tid: 101, task: { ppid: 100 } });
    assert.deepEqual([host.thread(101).exe, host.thread(101).args], ['sh', []]);
    // Neither could be read: what the parent has is the best guess.
    host.send(CLONE, [0, null, ...cloneParams(0, 102, 102, 100).slice(2)], { tid: 102, task: { ppid: 100 } });
    assert.deepEqual([host.thread(102).exe, host.thread(102).args], ['/usr/bin/cat', ['/etc/shadow']]);
  });

  it('shows a descriptor during its close, and no longer after', () => {
    const host = new MadeUpHost();
    open(host, 3, '/etc/passwd');
    host.send(CLOSE, [0, 3]);
    assert.equal(host.inspector.view.fd?.name, '/etc/passwd');
    host.send(CLOSE, [-9, 3]);
    assert.equal(host.inspector.view.fd, null);
  });

  it('goes on with another program at an exec, which closes what it must and ends other threads', () => {
    const host = new MadeUpHost();
    open(host, 3, '/etc/passwd');
    open(host, 4, '/etc/group', 0x1001);
    host.send(CLONE, cloneParams(0, 102, 100, 1, CLONE_THREAD), { tid: 102, task: { pid: 100 } });
    assert.equal(host.thread(100).threadCount, 2);
    host.send(EXECVE, execParams(100, 1, '/usr/bin/cat', ['/etc/shadow']), {
      file: '/root',
      task: { comm: 'cat' },
    });
    const thread = host.thread(100);
    assert.deepEqual([...host.inspector.threads.fds(thread)!.keys()], [3]);
    assert.deepEqual(
      [thread.comm, thread.exepath, thread.args, thread.env, thread.tty, thread.cwd, thread.threadCount],
      ['cat', '/usr/bin/cat', ['/etc/shadow'], ['HOME=/root'], 34816, '/root/', 1],
    );
    assert.equal(host.inspector.threads.get(102), null);
  });

  it('is not changed by an exec that fails', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3]);
    host.send(EXECVE, [-2, 'nothing', ['x'], 100, 100, 1], {});
    assert.equal(host.thread(100).exe, '');
  });

  it('ends after its exit was shown', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3]);
    exit(host, 100);
    assert.equal(host.inspector.view.thread?.tid, 100);
    host.send(CLOSE, [0, 3], { tid: 50 });
    assert.equal(host.inspector.threads.get(100), null);
  });

  it('leaves children to the reaper', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 3], { tid: 40 });
    host.send(CLONE, cloneParams(101, 100, 100, 40), { task: { ppid: 40 } });
    exit(host, 100, 100, 40);
    assert.equal(host.thread(101).ptid, 40);
  });

  it('keeps the leader for its threads until the last one ends', () => {
    const host = new MadeUpHost();
    open(host, 3, '/etc/passwd');
    host.send(CLONE, cloneParams(0, 102, 100, 1, CLONE_THREAD), { tid: 102, task: { pid: 100 } });
    exit(host, 100);
    host.send(CLOSE, [-9, 9], { tid: 102, task: { pid: 100 } });
    assert.equal(host.inspector.threads.fd(host.thread(102), 3)?.name, '/etc/passwd');
    exit(host, 102, 100);
    host.send(CLOSE, [0, 3], { tid: 50 });
    assert.equal(host.inspector.threads.size, 1);
  });

  it('is not brought back by the late report of a vfork', () => {
    const host = new MadeUpHost();
    host.send(VFORK, cloneParams(0, 101, 101, 100), { tid: 101, task: { ppid: 100 } });
    host.send(EXECVE, execParams(101, 100, '/bin/true', []), { tid: 101, task: { ppid: 100, comm: 'true' } });
    exit(host, 101);
    host.send(VFORK, cloneParams(101, 100, 100, 1));
    assert.equal(host.inspector.threads.get(101), null);
  });

  it('gives a child in another pid namespace what the caller had open at the clone', () => {
    const host = new MadeUpHost();
    host.send(CLOSE, [0, 9]);
    open(host, 3, '/srv/data');
    host.send(CLONE, cloneParams(7, 100, 100, 1, CHILD_IN_PIDNS));
    host.send(CLOSE, [0, 3]);
    const params = cloneParams(0, 101, 101, 100, CHILD_IN_PIDNS);
    params[18] = params[19] = 7;
    host.send(CLONE, params, { tid: 101, task: { ppid: 100 } });
    assert.equal(host.inspector.threads.get(7), null);
    assert.equal(host.inspector.threads.fd(host.thread(101), 3)?.name, '/srv/data');
    assert.deepEqual([host.thread(101).vtid, host.thread(101).vpid], [7, 7]);
  });

  it('gives a child in a pid namespace what its caller was, also when that is gone and another its parent', () => {
    const host = new MadeUpHost();
    const inside = (params: readonly ParamValue[], vtid: number): ParamValue[] => {
      const all = [...params];
      all[18] = all[19] = vtid;
      all[20] = 5_000n;
      return all;
    };
    // The first process of the namespace, and a daemon of another program that it starts.
    host.send(CLONE, cloneParams(101, 100, 100, 1, CHILD_IN_PIDNS));
    const reaper = inside(cloneParams(0, 101, 101, 100, CHILD_IN_PIDNS), 1);
    host.send(CLONE, reaper, { tid: 101, task: { ppid: 100 } });
    host.send(EXECVE, execParams(101, 100, '/bin/dash', []), { tid: 101, task: { ppid: 100, comm: 'dash' } });
    host.send(CLONE, inside(cloneParams(0, 102, 102, 101, CHILD_IN_PIDNS), 2), {
      tid: 102,
      task: { ppid: 101 },
    });
    host.send(EXECVE, execParams(102, 101, '/usr/sbin/cron', []), {
      tid: 102,
      task: { ppid: 101, comm: 'cron' },
    });
    open(host, 3, '/run/cron.pid', 1, 102);
    host.send(CLONE, inside(cloneParams(3, 102, 102, 101, CHILD_IN_PIDNS), 2), {
      tid: 102,
      task: { ppid: 101 },
    });
    exit(host, 102, 102, 101);
    host.send(CLONE, inside(cloneParams(0, 103, 103, 101, CHILD_IN_PIDNS), 3), {
      tid: 103,
      task: { ppid: 101 },
    });
    const child = host.thread(103);
    assert.deepEqual([child.exepath, child.ptid, child.vpid], ['/usr/sbin/cron', 101, 3]);
    assert.equal(host.inspector.threads.fd(child, 3)?.name, '/run/cron.pid');
    // A child that was faster than its caller is not awaited: its id will be another's.
    host.send(CLONE, inside(cloneParams(0, 104, 104, 103, CHILD_IN_PIDNS), 4), {
      tid: 104,
      task: { ppid: 103 },
    });
    host.send(CLONE, inside(cloneParams(4, 103, 103, 101, CHILD_IN_PIDNS), 3), {
      tid: 103,
      task: { ppid: 101 },
    });
    exit(host, 104, 104, 103);
    host.send(CLONE, inside(cloneParams(0, 105, 105, 101, CHILD_IN_PIDNS), 4), {
      tid: 105,
      task: { ppid: 101 },
    });
    assert.equal(host.thread(105).exepath, '/bin/dash');
  });

  it('duplicates and closes ranges of descriptors', () => {
    const host = new MadeUpHost();
    open(host, 3, '/etc/passwd', 0x1001);
    host.send(DUP2, [5, 3, 5]);
    host.send(DUP2, [6, 3, 6]);
    assert.equal(host.inspector.view.fd?.closeOnExec, false);
    host.send(CLOSE_RANGE, [0, 3, 5, 0]);
    assert.deepEqual([...host.inspector.threads.fds(host.thread(100))!.keys()], [6]);
  });

  it('has a descriptor of bpf only from the commands that return one', () => {
    const host = new MadeUpHost();
    open(host, 0, '/dev/null');
    host.send(BPF, [0, BPF_MAP_UPDATE_ELEM]);
    assert.deepEqual([host.inspector.view.fdNum, host.inspector.view.fd], [-1, null]);
    assert.equal(host.inspector.threads.fd(host.thread(100), 0)?.name, '/dev/null');
    host.send(BPF, [5, BPF_PROG_LOAD]);
    assert.equal(host.inspector.threads.fd(host.thread(100), 5)?.type, FdType.bpf);
  });

  it('counts what does not fit the tables', () => {
    const host = new MadeUpHost({ threadLimit: 2, fdLimit: 1 });
    for (const tid of [100, 101, 102, 103]) open(host, 3, '/etc/passwd', 1, tid);
    open(host, 4, '/etc/group');
    const stats = host.inspector.stats();
    assert.deepEqual([stats.threads, stats.threadsRefused, stats.fdsRefused], [2, 2, 1]);
  });

  it('survives records of random bytes', () => {
    const host = new MadeUpHost();
    let state = 12345;
    const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8;
    for (let i = 0; i < 20000; i++) {
      const nparams = next() % 34;
      const lengths = Array.from({ length: nparams }, () => [0, 1, 2, 4, 8, 13, 37, 56][next() % 8]!);
      const total = 26 + nparams * 2 + lengths.reduce((sum, length) => sum + length, 0);
      const record = Buffer.from(
        Array.from({ length: total }, () => next() & (next() % 3 === 0 ? 0xff : 0x03)),
      );
      record.writeBigUInt64LE(BigInt(next() % 50), 8);
      record.writeUInt32LE(total, 16);
      record.writeUInt16LE(next() % 454, 20);
      record.writeUInt32LE(nparams, 22);
      lengths.forEach((length, at) => record.writeUInt16LE(length, 26 + at * 2));
      host.inspector.process(record, 0, 0);
      assert.equal(typeof host.inspector.view.fdAlias, 'string');
      void host.inspector.view.fd;
    }
    assert.ok(host.inspector.stats().events > 10000);
  });
});
