import assert from 'node:assert/strict';
import { ThreadGroups } from '../../../daemon/state/thread-groups.js';
import { ThreadTable } from '../../../daemon/state/thread-table.js';
import { newThread, type ThreadInfo } from '../../../daemon/state/thread.js';
import { MadeUpHost } from '../../support/made-up-host.js';

const PROCEXIT = 186;
const SETPGID = 295;
const MANY = 100_000;
const EVENTS = 1_000;
/** To look at every thread for every event takes twenty times as long. */
const QUICK_MS = 1500;

function thread(tid: number, ids: Partial<ThreadInfo> = {}): ThreadInfo {
  return Object.assign(newThread(tid, ids.pid ?? tid), ids);
}

function members(table: ThreadTable, pid: number): number[] {
  return [...table.members(pid)].map(({ tid }) => tid);
}

describe('groups of threads', () => {
  it('hold one, many and none, and move to others', () => {
    const groups = new ThreadGroups();
    groups.add(1, 10);
    assert.deepEqual([...groups.of(1)], [10]);
    groups.add(1, 11);
    groups.add(1, 11);
    groups.add(2, 12);
    groups.move(1, 2);
    assert.deepEqual([[...groups.of(1)], [...groups.of(2)]], [[], [12, 10, 11]]);
    groups.move(2, 3);
    groups.move(3, 3);
    for (const tid of [10, 12, 99]) groups.delete(3, tid);
    assert.deepEqual([...groups.of(3)], [11]);
    groups.delete(3, 11);
    assert.deepEqual([...groups.of(3)], []);
  });

  it('follow threads that are added, replaced, given to another parent, and removed', () => {
    const table = new ThreadTable();
    table.add(thread(100, { ptid: 1 }));
    table.add(thread(101, { pid: 100, ptid: 1 }));
    table.add(thread(102, { pid: 100, ptid: 1 }));
    table.add(thread(200, { ptid: 101 }));
    assert.deepEqual(members(table, 100), [100, 101, 102]);
    assert.ok(table.isParent(101));
    table.add(thread(102, { ptid: 101 }));
    assert.deepEqual(members(table, 100), [100, 101]);
    table.reparent(101, 100);
    assert.deepEqual([table.get(200)!.ptid, table.get(102)!.ptid], [100, 100]);
    table.setParent(table.get(200)!, 1);
    table.remove(102);
    assert.deepEqual([table.isParent(100), table.isParent(101), table.isParent(1)], [false, false, true]);
    const copy = new ThreadTable();
    copy.copy(table);
    copy.remove(101);
    assert.deepEqual([members(copy, 100), members(table, 100)], [[100], [100, 101]]);
  });

  it('find a process by its id in a namespace of its own, as long as it is there', () => {
    const table = new ThreadTable();
    const shell = thread(500, { vpid: 5, pidnsInitStartTs: 7 });
    table.add(shell);
    table.add(thread(501, { vpid: 6, pidnsInitStartTs: 7 }));
    table.add(thread(601, { vpid: 6, pidnsInitStartTs: 8 }));
    assert.equal(table.inNamespaceOf(shell, 6)?.tid, 501);
    table.identify(table.get(501)!, { vpid: 9 });
    assert.deepEqual([table.inNamespaceOf(shell, 6), table.inNamespaceOf(shell, 9)?.tid], [null, 501]);
    table.remove(501);
    assert.equal(table.inNamespaceOf(shell, 9), null);
  });
});

describe('a host of a hundred thousand processes', () => {
  it('pays for an exit and a setpgid what they concern, not for all others', () => {
    const host = new MadeUpHost();
    const { threads } = host.inspector;
    const first = 1000;
    for (let i = 0; i < MANY; i++) {
      const ptid = i < 2 ? 1 : first + (i >> 1);
      threads.add(thread(first + i, { ptid, vpid: i + 2, vtid: i + 2, pidnsInitStartTs: 7 }));
    }
    const caller = first + MANY - 1;
    const started = process.cpuUsage();
    for (let i = 0; i < EVENTS; i++) {
      const tid = first + 2 + i;
      host.send(PROCEXIT, [0, 0, 0, 0, 1], { tid, task: { pid: tid, ppid: 1 } });
      host.send(SETPGID, [0, 50_000 + i, 60_000 + i], { tid: caller, task: { pid: caller, ppid: 1 } });
    }
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    for (let i = 0; i < EVENTS; i++) {
      const child = threads.get(first + 2 * (i + 2));
      if (child !== null) assert.equal(child.ptid, 1);
      assert.equal(threads.get(first + 49_998 + i)!.pgid, first + 59_998 + i);
    }
    assert.ok(took < QUICK_MS, `${took.toFixed(0)} ms`);
  });
});
