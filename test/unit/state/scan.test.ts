import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { writeRecord, type ParamValue } from '../../../daemon/events/record-writer.js';
import { FdType, L4Proto } from '../../../daemon/state/fd.js';
import { Inspector } from '../../../daemon/state/inspector.js';
import { lookUpThread, scanProc } from '../../../daemon/state/proc-scan.js';
import { ThreadTable } from '../../../daemon/state/thread-table.js';

describe('the scan of /proc', () => {
  it('finds this process, its parent, its threads and its files', () => {
    const file = openSync('/etc/passwd', 'r');
    const threads = new ThreadTable();
    scanProc(threads, '/proc');
    closeSync(file);
    const me = threads.get(process.pid)!;
    assert.equal(me.exepath, process.execPath);
    assert.equal(me.cwd, `${process.cwd()}/`.replace('//', '/'));
    assert.equal(me.uid, process.geteuid!());
    assert.equal(me.ptid, process.ppid);
    assert.ok(me.threadCount > 1, 'node has threads of its own');
    const fd = threads.fd(me, file)!;
    assert.deepEqual([fd.name, fd.type, fd.openFlags & 0x3], ['/etc/passwd', FdType.fileV2, 0x1]);
    assert.notEqual(me.startTime, 0);
  });

  it('finds sockets with both ends, and who is the server', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    await Promise.all([
      once(client, 'connect'),
      once(server, 'connection').then(([socket]) => (socket as typeof client).unref()),
    ]);
    const threads = new ThreadTable();
    const me = lookUpThread(threads, '/proc', process.pid)!;
    const sockets = [...me.fds!.values()].filter(fd => fd.localPort === port || fd.remotePort === port);
    const name = `127.0.0.1:${client.localPort}->127.0.0.1:${port}`;
    const found = sockets.map(fd => [fd.type, fd.role, fd.name, fd.l4proto]);
    found.sort((a, b) => String(a).localeCompare(String(b)));
    assert.deepEqual(found, [
      [FdType.ipv4, 'client', name, L4Proto.tcp],
      [FdType.ipv4, 'server', name, L4Proto.tcp],
      [FdType.ipv4Server, 'server', `127.0.0.1:${port}`, L4Proto.tcp],
    ]);
    client.destroy();
    server.close();
  });

  it('adds parents that are missing, up to the first process', () => {
    const inspector = new Inspector({ live: true });
    lookUpThread(inspector.threads, '/proc', process.pid);
    inspector.addParents();
    const first = inspector.threads.get(process.pid)!;
    let oldest = first;
    for (let i = 1; i < 100; i++) oldest = inspector.threads.ancestor(first, i) ?? oldest;
    assert.equal(oldest.ptid, 0);
  });

  it('looks up one thread with its process, and nothing that is not there', () => {
    const threads = new ThreadTable();
    assert.equal(lookUpThread(threads, '/proc', 0x7fffffff), null);
    assert.equal(lookUpThread(threads, '/proc', process.pid)?.pid, process.pid);
  });

  it('is corrected by a purge of threads that are gone', () => {
    const inspector = new Inspector({ live: true });
    inspector.process(writeRecord({ type: 5, time: 1n, tid: 0x7ffffff0, params: [0, 3] }), 0, 0);
    assert.equal(inspector.threads.size, 1);
    assert.equal(inspector.purge(10), 0);
    const later = BigInt(Date.now() + 5000) * 1_000_000n;
    inspector.process(writeRecord({ type: 5, time: later, tid: 0x7ffffff0, params: [0, 3] }), 0, 0);
    assert.equal(inspector.purge(10), 1);
    assert.equal(inspector.threads.size, 0);
  });

  it('is not corrected before the events of a thread that is gone have come', () => {
    const inspector = new Inspector({ live: true });
    const tid = 0x7ffffff0;
    const close = (time: number): void => {
      const record = { type: 5, time: BigInt(time) * 1_000_000n, tid, params: [0, 3] };
      inspector.process(writeRecord(record), 0, 0);
    };
    close(Date.now() - 1000);
    inspector.threads.get(tid)!.containerId = 'abababababab';
    for (let i = 0; i < 3; i++) inspector.purge(10);
    close(Date.now() - 500);
    inspector.purge(10);
    close(Date.now());
    assert.equal(inspector.view.thread?.containerId, 'abababababab');
    assert.equal(inspector.stats().threadsPurged, 0);
  });
});

describe('the walk of the kernel', () => {
  function apply(
    inspector: Inspector,
    type: number,
    params: readonly ParamValue[],
    tid = 10,
    tgid = 10,
  ): void {
    const ids = (BigInt(tgid) << 32n) | BigInt(tid);
    assert.equal(inspector.process(writeRecord({ type, time: 0n, tid: ids, params }), 0, 0), false);
  }
  // prettier-ignore
  const TASK: readonly ParamValue[] = [
    1, 10, 10, 9, 'nginx', ['nginx:', '-g', 'off'], '/usr/sbin/nginx (deleted)', 1, ['A=b'], '/srv', 1024, 33, 34, 7, 6, 5,
    77, 1, 2, 100, 50, 3, 4, 5, 10, 10, 0, [`memory=/docker/${'ab'.repeat(32)}`], '/', 1700000000000000000n, 34816, 1000,
  ];

  it('fills threads', () => {
    const inspector = new Inspector({ live: true });
    apply(inspector, 430, TASK);
    apply(inspector, 430, TASK, 11, 10);
    const thread = inspector.threads.get(10)!;
    assert.deepEqual(
      [thread.comm, thread.exe, thread.args, thread.exepath, thread.cwd, thread.containerId, thread.loginuid],
      ['nginx', 'nginx:', ['-g', 'off'], '/usr/sbin/nginx', '/srv/', 'abababababab', 1000],
    );
    assert.deepEqual([thread.capPermitted, thread.capEffective, thread.capInheritable], [7, 6, 5]);
    assert.equal(thread.threadCount, 2);
    assert.equal(inspector.threads.get(11)?.pid, 10);
  });

  it('fills descriptors of every kind', () => {
    const inspector = new Inspector({ live: true });
    apply(inspector, 430, TASK);
    const ip = (text: string): Buffer => Buffer.from(text.split('.').map(Number));
    apply(inspector, 436, [3, '/etc/passwd', 0x1001, 25, 99]);
    apply(inspector, 438, [4, '/etc', 98]);
    apply(inspector, 440, [5, 1, 6, ip('10.0.0.1'), 40000, ip('10.0.0.2'), 443, 97]);
    apply(inspector, 440, [6, 1, 6, ip('0.0.0.0'), 80, ip('0.0.0.0'), 0, 96]);
    apply(inspector, 444, [7, 1, 0, 0xffff888000001000n, '/run/app.sock', 95]);
    apply(inspector, 432, [8, '', 94]);
    apply(inspector, 434, [9, 'memfd:x', 93]);
    apply(inspector, 446, [10, 3, 0, 92]);
    apply(inspector, 448, [11, 2, null, 91]);
    const fds = inspector.threads.get(10)!.fds!;
    assert.deepEqual(
      [...fds].map(([num, fd]) => [num, fd.type, fd.name]),
      [
        [3, FdType.fileV2, '/etc/passwd'],
        [4, FdType.directory, '/etc'],
        [5, FdType.ipv4, '10.0.0.1:40000->10.0.0.2:443'],
        [6, FdType.ipv4Server, '0.0.0.0:80'],
        [7, FdType.unix, '/run/app.sock'],
        [8, FdType.fifo, ''],
        [9, FdType.memfd, 'x'],
        [10, FdType.netlink, ''],
        [11, FdType.eventpoll, ''],
      ],
    );
  });
});
