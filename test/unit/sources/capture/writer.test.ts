/** What is written into a capture is what is read out of it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { contextOf, writeRecord } from '../../../../daemon/events/record-writer.js';
import { EVENT_BLOCK_OVERHEAD, putEventBlock } from '../../../../daemon/sources/capture/event-block.js';
import { hostBlocks, type HostDescription } from '../../../../daemon/sources/capture/host-writer.js';
import { Accounts } from '../../../../daemon/state/accounts.js';
import { FdType, L4Proto, newFd, type FdInfo } from '../../../../daemon/state/fd.js';
import { FdTable } from '../../../../daemon/state/fd-table.js';
import { newThread, type ThreadInfo } from '../../../../daemon/state/thread.js';
import { readCapture } from '../../../support/capture-file.js';

const host: HostDescription = {
  cpus: 4,
  memoryBytes: 8e9,
  maxPid: 4_194_304,
  hostname: 'made-up',
  bootTime: 1_700_000_000_123_456_789n,
  interfaces: [
    { name: 'lo', address: '\x7f\0\0\x01', netmask: '\xff\0\0\0' },
    { name: 'eth0', address: `\xfd${'\0'.repeat(14)}\x05`, netmask: '\xff'.repeat(8) + '\0'.repeat(8) },
  ],
};

function accounts(): Accounts {
  const all = new Accounts(null);
  all.addUser({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
  all.addUser({ uid: 1000, gid: 100, name: 'j\xfcrgen', home: '/home/j', shell: '' });
  all.addGroup({ gid: 100, name: 'users' });
  return all;
}

const text = fc.string({
  maxLength: 60,
  unit: fc.integer({ min: 1, max: 255 }).map(c => String.fromCharCode(c)),
});
const small = fc.nat(0xffffffff);
const wide = fc.oneof(small, fc.bigInt(2n ** 53n, 2n ** 64n - 1n));

const fd = fc.oneof(
  fc.record({ name: text, ino: wide, dev: small, openFlags: small, closeOnExec: fc.boolean() }).map(known => {
    const flags = (known.closeOnExec ? known.openFlags | 0x1000 : known.openFlags & ~0x1000) >>> 0;
    return { ...newFd(FdType.fileV2), ...known, openFlags: flags };
  }),
  fc
    .constantFrom(
      FdType.directory,
      FdType.fifo,
      FdType.eventfd,
      FdType.timerfd,
      FdType.pidfd,
      FdType.unsupported,
    )
    .chain(type => text.map(name => ({ ...newFd(type), name, ino: 5 }))),
  fc
    .record({ unixSource: wide, unixDestination: wide, name: text })
    .map(known => ({ ...newFd(FdType.unix), role: 'client' as const, ...known })),
);

const thread = fc
  .record({
    comm: text,
    exe: text,
    exepath: text,
    args: fc.array(
      text.filter(arg => arg !== ''),
      { maxLength: 4 },
    ),
    env: fc.array(
      text.filter(arg => arg !== ''),
      { maxLength: 4 },
    ),
    uid: small,
    gid: small,
    loginuid: small,
    tty: small,
    flags: fc.nat(0x7fffffff),
    exeFlags: fc.nat(15),
    exeIno: wide,
    capEffective: wide,
    capPermitted: wide,
    pgid: fc.nat(4_194_304),
    sid: fc.nat(4_194_304),
    vpgid: fc.nat(4_194_304),
    vmSize: small,
    pfMajor: wide,
    fds: fc.dictionary(fc.nat(500).map(String), fd, { maxKeys: 5 }),
  })
  .map((known): ThreadInfo => {
    const fds = new FdTable(Object.entries(known.fds).map(([num, info]) => [Number(num), info]));
    return { ...newThread(0, 0), ...known, fds, cwd: '/somewhere/', ptid: 1, fdlimit: 1024 };
  });

/** What is not in the format, or not kept by readers. */
function comparable({ fds, ...rest }: ThreadInfo): unknown {
  return { ...rest, fds: fds === null ? null : [...fds] };
}

describe('a capture that was written', () => {
  it('has the host, its users and its addresses', async () => {
    const { inspector, problem } = await readCapture(hostBlocks(host, [], accounts()));
    assert.equal(problem, null);
    assert.deepEqual(inspector.accounts.user(1000), accounts().user(1000));
    assert.deepEqual(inspector.accounts.user(0), accounts().user(0));
    assert.deepEqual(inspector.accounts.group(100), accounts().group(100));
    assert.deepEqual(
      [...inspector.view.localAddresses!],
      host.interfaces.map(({ address, netmask }) => [address, netmask]),
    );
  });

  it('has every thread and descriptor as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(thread, { maxLength: 4 }), async threads => {
        threads.forEach((one, i) =>
          Object.assign(one, { tid: i + 10, pid: i + 10, vtid: i + 10, vpid: i + 10 }),
        );
        const { inspector, problem } = await readCapture(hostBlocks(host, threads, new Accounts(null)));
        assert.equal(problem, null);
        assert.deepEqual([...inspector.threads.values()].map(comparable), threads.map(comparable));
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('names the client first in a connection, whoever of the two wrote it', async () => {
    const [client, server] = ['\x0a\0\0\x01', '\x0a\0\0\x02'];
    const accepted: FdInfo = {
      ...newFd(FdType.ipv4),
      ...{
        localIp: server,
        localPort: 80,
        remoteIp: client,
        remotePort: 4000,
        role: 'server',
        l4proto: L4Proto.tcp,
      },
    };
    const one = { ...newThread(10, 10), fds: new FdTable([[3, accepted]]) };
    const { inspector } = await readCapture(hostBlocks(host, [one], new Accounts(null)));
    assert.equal(inspector.threads.get(10)?.fds?.get(3)?.name, '10.0.0.1:4000->10.0.0.2:80');
  });

  it('has more threads than one block is for', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => ({
      ...newThread(i + 1, i + 1),
      env: ['X'.repeat(3000)],
    }));
    const { inspector, problem } = await readCapture(hostBlocks(host, many, new Accounts(null)));
    assert.deepEqual([problem, inspector.threads.size], [null, 2000]);
  });

  it('cuts what readers would not take', async () => {
    const long = {
      ...newThread(1, 1),
      cwd: '/'.padEnd(5000, 'd'),
      args: ['a'.repeat(3000), 'b'.repeat(2000), 'c'],
    };
    const { inspector, problem } = await readCapture(hostBlocks(host, [long], new Accounts(null)));
    assert.equal(problem, null);
    const read = inspector.threads.get(1)!;
    assert.deepEqual([read.cwd.length, read.args], [1024, ['a'.repeat(3000)]]);
  });

  it('has events byte for byte, without the context of the driver', async () => {
    const params = [3, -100, '/etc/passwd', 1, 0, 0xfe00, 42] as const;
    const plain = { type: 307, time: 1_700_000_000_000_000_001n, tid: 77, params };
    const task = { pid: 77, ppid: 1, uid: 0, gid: 0, loginuid: 0, start: 1n, comm: 'cat' };
    const live = writeRecord({ ...plain, context: contextOf(task, '/etc/passwd') });
    const large = writeRecord({ type: 402, time: 2n, tid: 0, params: [0, 'name', Buffer.alloc(70_000, 7)] });
    const close = writeRecord({ type: 5, time: 3n, tid: 77, params: [0, 3] });
    const target = Buffer.alloc(100_000, 0xff);
    let at = 0;
    for (const [record, cpu] of [
      [close, 0],
      [live, 3],
      [large, 1],
    ] as const) {
      const end = putEventBlock(target, at, record, 0, cpu);
      assert.ok(end - at <= record.length + EVENT_BLOCK_OVERHEAD);
      at = end;
    }
    const blocks = hostBlocks(host, [], new Accounts(null));
    const { records, cpus, problem } = await readCapture(Buffer.concat([blocks, target.subarray(0, at)]));
    assert.equal(problem, null);
    assert.deepEqual(records, [close, writeRecord(plain), large]);
    assert.deepEqual(cpus, [0, 3, 1]);
  });
});
