import assert from 'node:assert/strict';
import { makeHost, NOON, type Host } from '../../support/host.js';

describe('fields of processes', () => {
  let host: Host;

  beforeEach(() => {
    host = makeHost();
    host.event('getcwd', [5, '/root']);
  });

  function is(expected: Readonly<Record<string, unknown>>): void {
    for (const [text, value] of Object.entries(expected)) assert.deepEqual(host.value(text), value, text);
  }

  it('are names, arguments and command lines', () => {
    is({
      'proc.name': 'cat',
      'proc.args': '-n /etc/shadow',
      'proc.args[1]': '/etc/shadow',
      'proc.args[9]': '',
      'proc.cmdline': 'cat -n /etc/shadow',
      'proc.exeline': '/usr/bin/cat -n /etc/shadow',
      'proc.pcmdline': 'bash',
      'proc.cmdnargs': 2,
      'proc.cmdlenargs': 13,
      'proc.pname': 'bash',
      'proc.pexepath': '/usr/bin/bash',
    });
  });

  it('print all ancestors without an index, and one with it', () => {
    is({
      'proc.aname': 'bash sshd systemd',
      'proc.aname[0]': 'cat',
      'proc.aname[2]': 'sshd',
      'proc.aname[9]': null,
      'proc.acmdline': 'bash sshd -D systemd',
      'proc.apid': 30,
      'proc.apid[1]': 20,
    });
  });

  it('offer every ancestor to a comparison without an index', () => {
    assert.deepEqual(host.candidates('proc.aname'), ['bash', 'sshd', 'systemd']);
    assert.deepEqual(host.candidates('proc.apid'), [20, 10, 1]);
    assert.deepEqual(host.candidates('proc.aname[1]'), []);
  });

  it('end at a chain of parents that closes on itself', () => {
    host.inspector.threads.get(1)!.ptid = 30;
    assert.equal(typeof host.value('proc.aname'), 'string');
    assert.equal(host.value('proc.loginshellid'), 20);
  });

  it('look up variables in the process and in its ancestors', () => {
    is({
      'proc.env': 'NAME=cat HOME=/root',
      'proc.env[NAME]': 'cat',
      'proc.env[NAM]': '',
      'proc.aenv[NAME]': 'bash',
      'proc.aenv[NOSUCH]': '',
      'proc.aenv[2]': 'NAME=sshd HOME=/root',
    });
  });

  it('find the leaders of session and group on the host by their ids', () => {
    is({ 'proc.sname': 'sshd', 'proc.vpgid.name': 'bash', 'proc.pgid.exe': '/usr/bin/bash' });
  });

  it('find the leaders in a pid namespace among the ancestors', () => {
    Object.assign(host.thread, { vpid: 7, vtid: 7, sid: 5 });
    Object.assign(host.inspector.threads.get(20)!, { vpid: 5, vtid: 5, sid: 5 });
    is({ 'proc.sname': 'bash', 'proc.is_sid_leader': false });
    host.thread.sid = 7;
    is({ 'proc.sname': '', 'proc.is_sid_leader': true });
  });

  it('count time from the start of the process', () => {
    is({
      'proc.duration': 30_000_000_000,
      'proc.ppid.duration': 20_000_000_000,
      'proc.pid.ts': NOON - 30_000_000_000n,
    });
    host.thread.cloneTs = 0;
    is({ 'proc.duration': null, 'proc.pid.ts': null });
  });

  it('tell the file that was executed', () => {
    Object.assign(host.thread, { exeFlags: 2 | 4, exeIno: 418, exeInoCtime: NOON - 31_000_000_000n });
    is({
      'proc.is_exe_upper_layer': true,
      'proc.is_exe_from_memfd': true,
      'proc.is_exe_writable': false,
      'proc.exe_ino': 418,
      'proc.exe_ino.ctime_duration_proc_start': 1_000_000_000,
      'proc.exe_ino.mtime': null,
    });
  });

  it('know the start of a pid namespace, unless it is that of the host', () => {
    host.thread.pidnsInitStartTs = 1_000;
    is({ 'proc.pidns_init_start_ts': null, 'container.start_ts': null });
    Object.assign(host.thread, { vpid: 1, vtid: 1 });
    is({ 'proc.pidns_init_start_ts': 1_000 });
    host.inspector.view.bootTime = NOON - 5_000n;
    is({ 'container.start_ts': NOON - 4_000n, 'container.duration': 4_000 });
  });

  it('name capabilities in the order of their bits', () => {
    host.thread.capEffective = 2 ** 40 + 1;
    is({ 'thread.cap_effective': 'CAP_CHOWN CAP_CHECKPOINT_RESTORE', 'thread.cap_permitted': '' });
  });

  it('read the control group of a subsystem', () => {
    is({ 'thread.cgroups': 'cpu=/ memory=/system.slice', 'thread.cgroup.memory': '/system.slice' });
    is({ 'thread.cgroup.pids': null });
  });

  it('count descriptors', () => {
    host.thread.fdlimit = 200;
    is({
      'proc.fdopencount': 2,
      'proc.fdusage': 1,
      'proc.stdin.name': '/dev/null',
      'proc.stdout.type': null,
    });
  });

  it('have no value for an event without a thread, but for the id that it came with', () => {
    host.inspector.view.thread = null;
    is({
      'proc.name': null,
      'proc.aname': null,
      'user.name': null,
      'container.id': null,
      'thread.tid': host.inspector.view.record.tid,
    });
  });
});

describe('fields of accounts and containers', () => {
  it('show -1 for a login that never was, and <NA> for accounts that are not there', () => {
    const host = makeHost();
    host.event('getcwd', [5, '/root']);
    assert.equal(host.value('user.loginuid'), -1);
    assert.equal(host.value('user.loginname'), '<NA>');
    assert.equal(host.value('user.name'), 'root');
    host.thread.uid = 4242;
    assert.equal(host.value('user.name'), '<NA>');
    assert.equal(host.value('user.uid'), 4242);
    host.thread.gid = 4242;
    assert.equal(host.value('group.name'), '<NA>');
  });

  it('are host outside of containers', () => {
    const host = makeHost();
    host.event('getcwd', [5, '/root']);
    assert.equal(host.value('container.id'), 'host');
    assert.equal(host.value('container.name'), 'host');
    assert.equal(host.value('container.privileged'), false);
    host.thread.containerId = host.thread.containerKey = '3ad7b26ded6d';
    assert.equal(host.value('container.id'), '3ad7b26ded6d');
    assert.equal(host.value('container.name'), null);
    assert.equal(host.value('container.image.repository'), null);
    assert.equal(host.value('k8s.pod.label.app'), null);
  });
});
