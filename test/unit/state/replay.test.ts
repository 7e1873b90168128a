/** What events of a capture do to the tables, as fields show it. */
import assert from 'node:assert/strict';
import { parseIp } from '../../../daemon/events/address.js';
import type { ParamValue } from '../../../daemon/events/record-writer.js';
import { makeHost, NOON, socket, type Host } from '../../support/host.js';
import { cloneParams, execParams } from '../../support/made-up-host.js';

const EVERY = 0x1ffffffffffn;
const NEW_USER = 0x100000;
const NEW_NET = 0x10;
const SUBREAPER = 0x24;
const THREAD = 0x2000 | 0x1;

describe('events of a capture', () => {
  let host: Host;

  beforeEach(() => {
    host = makeHost(true);
  });

  function is(expected: Readonly<Record<string, unknown>>): void {
    for (const [text, value] of Object.entries(expected)) assert.deepEqual(host.value(text), value, text);
  }

  /** A child of `parent` makes itself known. */
  function born(tid: number, parent: number, vtid = tid, vpid = vtid): void {
    const flags = vtid === tid ? 0 : 0x20000000;
    const params = cloneParams(0, tid, tid, parent, flags);
    params[18] = vtid;
    params[19] = vpid;
    host.event('clone', params, tid);
  }

  function exits(tid: number, reaper = 0): void {
    host.event('procexit', [0, 0, 0, 0, reaper], tid);
  }

  /** The parent that a thread has at its next event. */
  function parentOf(tid: number): unknown {
    host.event('close', [-9, 99], tid);
    return host.value('proc.ppid');
  }

  it('tell the layer of a file that creat made', () => {
    host.event('creat', [5, '/tmp/a', 0o600, 45, 7, 1]);
    is({ 'fd.is_upper_layer': true, 'fd.is_lower_layer': false });
    host.event('creat', [6, '/tmp/b', 0o600, 45, 8, 2]);
    is({ 'fd.is_upper_layer': false, 'fd.is_lower_layer': true });
    host.event('creat', [7, '/tmp/c', 0o600, 45, 9, 0]);
    is({ 'fd.is_upper_layer': false, 'fd.is_lower_layer': false, 'evt.is_open_write': false });
  });

  it('tell the current directory by what getcwd returned', () => {
    host.event('getcwd', [9, '/var/log']);
    is({ 'proc.cwd': '/var/log/' });
    host.event('openat', [5, -100, 'syslog', 1, 0, 0, 0]);
    is({ 'fd.name': '/var/log/syslog' });
    host.event('getcwd', [-34, null]);
    is({ 'proc.cwd': '/var/log/' });
    host.event('getcwd', [2, '/']);
    is({ 'proc.cwd': '/' });
  });

  it('tell the limit of descriptors by what getrlimit returned, unless there is none', () => {
    host.event('getrlimit', [0, 1024, 4096, 7]);
    is({ 'proc.fdlimit': 1024 });
    host.event('getrlimit', [0, 99, 99, 6]);
    host.event('getrlimit', [-22, 98, 98, 7]);
    host.event('setrlimit', [0, -1, -1, 7]);
    is({ 'proc.fdlimit': 1024 });
    host.event('setrlimit', [0, 50, 50, 7]);
    is({ 'proc.fdlimit': 50 });
  });

  it('give every capability to who enters a user namespace, made or joined', () => {
    host.event('unshare', [0, NEW_NET]);
    host.event('unshare', [-1, NEW_USER]);
    is({ 'thread.cap_effective': '', 'thread.cap_permitted': '' });
    host.event('unshare', [0, NEW_USER | NEW_NET]);
    const sets = [host.thread.capInheritable, host.thread.capPermitted, host.thread.capEffective];
    assert.deepEqual(sets.map(BigInt), [EVERY, EVERY, EVERY]);
    host.event('capset', [0, 0, 0, 0]);
    host.event('setns', [0, 3, NEW_USER]);
    assert.match(String(host.value('thread.cap_effective')), /CAP_SYS_ADMIN/);
  });

  it('tell who a thread is that nothing was known of, when it makes a child', () => {
    host.event('close', [0, 3], 500);
    is({ 'proc.pid': -1, 'proc.name': '<NA>', 'proc.ppid': null });
    host.event('clone', cloneParams(501, 500, 500, 30, 0, 'sh'), 500);
    is({ 'proc.pid': 500, 'proc.ppid': 30, 'proc.pname': 'cat', 'proc.name': '<NA>', 'proc.nthreads': 1 });
    host.event('close', [0, 3], 501);
    is({ 'proc.pid': 501, 'proc.ppid': 500, 'proc.name': 'sh', 'proc.exe': 'sh', 'thread.vtid': 501 });
  });

  it('tell so of a thread whose process is known', () => {
    host.event('close', [0, 3], 31);
    const params = cloneParams(32, 31, 30, 20, THREAD, 'cat');
    params[19] = 30;
    host.event('clone', params, 31);
    is({ 'proc.pid': 30, 'thread.ismain': false, 'proc.ppid': 20, 'proc.nthreads': 3 });
    host.event('close', [0, 3], 32);
    is({ 'proc.pid': 30, 'thread.ismain': false, 'proc.name': 'cat', 'fd.name': '/etc/shadow' });
  });

  it('of the oldest kind do not tell ids of namespaces: those of the host count', () => {
    const old = (res: number, tid: number, ptid: number): ParamValue[] => [
      ...cloneParams(res, tid, tid, ptid).slice(0, 18),
      null,
      null,
      null,
    ];
    host.event('clone', old(0, 70, 30), 70);
    is({ 'thread.vtid': 70, 'proc.vpid': 70, 'proc.pidns_init_start_ts': null });
    host.event('clone', old(71, 70, 30), 70);
    host.event('close', [0, 3], 71);
    is({ 'proc.ppid': 70, 'fd.name': '/etc/shadow' });
    host.event('clone', old(501, 500, 30), 500);
    is({ 'thread.vtid': 500, 'proc.vpid': 500, 'proc.ppid': 30 });
  });

  it('leave a process without a parent when that is not known by then', () => {
    born(90, 80);
    host.event('close', [0, 3], 80);
    assert.equal(parentOf(90), null);
    born(91, 80);
    assert.equal(parentOf(91), null);
    host.event('clone', cloneParams(92, 80, 80, 81), 80);
    is({ 'proc.pid': 80, 'proc.ppid': null });
    assert.equal(parentOf(92), 80);
    assert.equal(parentOf(91), null);
  });

  it('do not tell it when the clone failed', () => {
    host.event('clone', [-11, null, null, ...cloneParams(0, 500, 500, 30).slice(3)], 500);
    is({ 'proc.pid': -1 });
  });

  it('give orphans to init, or to the nearest ancestor that asked for them', () => {
    born(40, 30);
    born(41, 40);
    born(42, 41);
    exits(41);
    assert.equal(parentOf(42), 1);
    born(43, 40);
    born(44, 43);
    host.event('prctl', [0, SUBREAPER, null, 1], 30);
    exits(43);
    assert.equal(parentOf(44), 30);
    host.event('prctl', [0, SUBREAPER, null, 0], 30);
    born(45, 40);
    born(46, 45);
    exits(45);
    assert.equal(parentOf(46), 1);
  });

  it('give orphans in a container to its init, and those of its init to nobody', () => {
    born(50, 30, 1);
    born(51, 50, 7);
    born(52, 51, 8);
    exits(51);
    assert.equal(parentOf(52), 50);
    exits(50);
    assert.equal(parentOf(52), null);
  });

  it('give the orphans of a thread to another one of its process, and of who was named, his later ones, too', () => {
    host.event('clone', cloneParams(31, 30, 30, 20, THREAD), 30);
    host.event('clone', cloneParams(60, 31, 30, 20), 31);
    exits(31);
    assert.equal(parentOf(60), 30);
    born(61, 60);
    born(62, 61);
    exits(61, 30);
    assert.equal(parentOf(62), 30);
    born(63, 60);
    born(64, 63);
    exits(63);
    assert.equal(parentOf(64), 30);
  });

  it('do not make a socket of a descriptor that nothing is known of: a connection has its addresses for a name', () => {
    const sockaddr = Buffer.from([2, 10, 0, 0, 2, 80, 0]);
    const tuple = Buffer.from([2, 10, 0, 0, 1, 0, 4, 10, 0, 0, 2, 80, 0]);
    host.event('connect', [0, tuple, 77, sockaddr]);
    is({ 'fd.num': 77, 'fd.name': '10.0.0.1:1024->10.0.0.2:80', 'fd.type': null, 'fd.sip': null });
    is({ 'fd.typechar': 'o', 'fd.directory': '/', 'fd.nameraw': '10.0.0.1:1024->10.0.0.2:80' });
    host.event('connect', [-111, null, 77, sockaddr]);
    is({ 'fd.name': 'NULL' });
    host.event('bind', [0, sockaddr, 77]);
    is({ 'fd.name': '', 'fd.type': null });
    host.event('close', [0, 77]);
    is({ 'fd.name': '', 'fd.type': null });
  });

  describe('with addresses of the host', () => {
    const TUPLE = 4;
    const SOURCE = 2;

    function tuple(from: string, fromPort: number, to: string, toPort: number): Buffer {
      const port = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
      const [source, target] = [from, to].map(ip => Buffer.from(parseIp(ip)!, 'latin1'));
      const family = Buffer.from([source!.length === 4 ? 2 : 10]);
      return Buffer.concat([family, source!, port(fromPort), target!, port(toPort)]);
    }

    function sends(to: string, port: number, from = to.includes(':') ? '::' : '0.0.0.0'): unknown {
      const params: ParamValue[] = [1, Buffer.from('x'), 9, 1];
      params[TUPLE] = tuple(from, 4000, to, port);
      host.event('sendto', params);
      return host.value('fd.name');
    }

    function receives(from: string, port: number, to: string): unknown {
      const params: ParamValue[] = [1, Buffer.from('x'), null, 9, 1];
      params[SOURCE] = tuple(from, port, to, 4000);
      host.event('recvfrom', params);
      return host.value('fd.name');
    }

    beforeEach(() => {
      const add = (address: string, mask: string): void =>
        host.inspector.addLocalAddress(parseIp(address)!, parseIp(mask)!);
      add('127.0.0.1', '255.0.0.0');
      add('10.0.2.15', '255.255.255.0');
      add('172.17.0.1', '255.255.0.0');
      add('192.168.9.9', '0.0.0.0');
      add('::1', '::');
      add('fd00::15', '::');
      add('fe80::7', '::');
      host.event('socket', [9, 2, 2, 0, 0]);
    });

    it('complete datagrams by the one that is the same, or of the same network, or by the first', () => {
      assert.equal(sends('172.17.0.1', 53), '172.17.0.1:4000->172.17.0.1:53');
      assert.equal(sends('127.0.0.53', 53), '127.0.0.1:4000->127.0.0.53:53');
      assert.equal(sends('172.17.0.9', 53), '172.17.0.1:4000->172.17.0.9:53');
      assert.equal(sends('8.8.8.8', 53), '10.0.2.15:4000->8.8.8.8:53');
      is({ 'fd.lip': parseIp('10.0.2.15'), 'fd.cip': parseIp('10.0.2.15'), 'fd.name_changed': true });
      assert.equal(sends('8.8.8.8', 53, '10.1.1.1'), '10.1.1.1:4000->8.8.8.8:53');
      assert.equal(receives('10.0.2.3', 53, '0.0.0.0'), '10.0.2.15:4000->10.0.2.3:53');
      assert.equal(receives('0.0.0.0', 0, '127.0.0.1'), '127.0.0.1:4000->127.0.0.1:0');
    });

    it('do so with IPv6, where the first half of an address is the network', () => {
      assert.equal(sends('::1', 53), '::1:4000->::1:53');
      assert.equal(sends('fe80::1:2', 53), 'fe80::7:4000->fe80::1:2:53');
      assert.equal(sends('2001:db8::1', 53), 'fd00::15:4000->2001:db8::1:53');
    });

    it('leave a stream as it is', () => {
      const stream = socket('client', '10.0.2.15', '10.0.2.3');
      host.thread.fds!.set(9, stream);
      assert.equal(sends('8.8.8.8', 53), stream.name);
    });

    it('leave a connection of IPv6 as it is', () => {
      const target = Buffer.concat([
        Buffer.from([10]),
        Buffer.from(parseIp('::1')!, 'latin1'),
        Buffer.alloc(2),
      ]);
      host.event('connect', [0, tuple('::', 0, '::1', 0), 9, target]);
      is({ 'fd.name': ':::0->::1:0' });
    });
  });

  it('tell of users and groups of a container, which are not those of the host', () => {
    const ID = '0123456789ab';
    host.event('useradded', [33, 33, 'www', '/srv', '/bin/sh', ID], 0);
    host.event('groupadded', [33, 'web', ID], 0);
    Object.assign(host.thread, { uid: 33, gid: 33 });
    host.event('setuid', [0, 33]);
    is({ 'user.name': '<NA>', 'group.name': '<NA>', 'evt.arg.uid': '<NA>' });
    Object.assign(host.thread, { containerId: ID, containerKey: ID });
    host.event('setuid', [0, 33]);
    is({ 'user.name': 'www', 'user.homedir': '/srv', 'user.shell': '/bin/sh', 'evt.arg.uid': 'www' });
    host.event('setgid', [0, 33]);
    is({ 'group.name': 'web', 'evt.arg.gid': 'web' });
    host.event('userdeleted', [33, 33, 'www', '/srv', '/bin/sh', ID], 0);
    host.event('groupdeleted', [33, 'web', ID], 0);
    host.event('setuid', [0, 33]);
    is({ 'user.name': '<NA>', 'group.name': '<NA>', 'evt.arg.uid': '<NA>' });
    host.event('setuid', [0, 0]);
    is({ 'user.name': 'root', 'user.homedir': '/root' });
  });

  it('have no time between them, as in the reference', () => {
    host.event('close', [0, 0], 30, NOON);
    host.event('close', [0, 3], 30, NOON + 7n);
    is({ 'evt.deltatime': 0, 'evt.deltatime.s': 0, 'evt.deltatime.ns': 0, 'evt.reltime': 7 });
  });

  it('make a thread known by its exec, too', () => {
    host.event('execve', execParams(500, 30, '/usr/bin/id', ['-u']), 500);
    is({ 'proc.pid': 500, 'proc.ppid': 30, 'proc.name': 'id', 'proc.nthreads': 1 });
  });
});
