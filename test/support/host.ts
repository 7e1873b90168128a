/** A small made-up host for tests of fields: a chain of processes with a few descriptors, fed with single events. */
import { eventsByName } from '../../daemon/events/event-table.js';
import { writeRecord, type ParamValue } from '../../daemon/events/record-writer.js';
import { FdTable } from '../../daemon/state/fd-table.js';
import { FdType, L4Proto, newFd, type FdInfo } from '../../daemon/state/fd.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { newThread, type ThreadInfo } from '../../daemon/state/thread.js';
import { bindField } from '../../daemon/fields/registry.js';
import type { FieldValue } from '../../daemon/fields/field.js';
import { parseIp } from '../../daemon/events/address.js';

/** 2026-11-23T12:00:00.000000042Z. */
export const NOON = 1795435200000000042n;

export interface Host {
  readonly inspector: Inspector;
  /** Pid 30, child of 20 (bash), of 10 (sshd), of 1 (systemd). */
  readonly thread: ThreadInfo;
  /** Feeds the exit event of a call, with the parameters of its current version. */
  event(name: string, params: readonly ParamValue[], tid?: number, time?: bigint): void;
  /** Value of a field for the last event. `proc.aname[1]`: brackets hold the argument. */
  value(text: string): FieldValue;
  candidates(text: string): FieldValue;
}

function process(pid: number, ppid: number, comm: string, args: readonly string[]): ThreadInfo {
  const thread = newThread(pid, pid);
  return Object.assign(thread, {
    ptid: ppid,
    comm,
    exe: `/usr/bin/${comm}`,
    exepath: `/usr/bin/${comm}`,
    args,
    env: [`NAME=${comm}`, 'HOME=/root'],
    cwd: '/root/',
    sid: 10,
    pgid: 20,
    vpgid: 20,
    uid: 0,
    gid: 0,
    cloneTs: NOON - BigInt(pid) * 1_000_000_000n,
    cgroups: ['cpu=/', 'memory=/system.slice'],
  });
}

/** A file. */
export function file(name: string): FdInfo {
  return Object.assign(newFd(FdType.fileV2), { name, nameRaw: name, openFlags: 1 });
}

/** A connected tcp socket. */
export function socket(role: 'client' | 'server', local: string, remote: string): FdInfo {
  return Object.assign(newFd(FdType.ipv4), {
    role,
    l4proto: L4Proto.tcp,
    localIp: parseIp(local)!,
    localPort: 40000,
    remoteIp: parseIp(remote)!,
    remotePort: 443,
    connected: true,
    name: 'tuple',
  });
}

function split(text: string): [string, string | null] {
  const match = /^([^[]+)\[(.*)\]$/.exec(text);
  return match === null ? [text, null] : [match[1]!, match[2]!];
}

/** `captured`: the events are seen as the reference sees those of a capture. */
export function makeHost(captured = false): Host {
  const inspector = new Inspector({ live: false, captured });
  const { threads, accounts, view } = inspector;
  const thread = process(30, 20, 'cat', ['-n', '/etc/shadow']);
  thread.fds = new FdTable([
    [0, file('/dev/null')],
    [3, file('/etc/shadow')],
  ]);
  const chain = [process(1, 0, 'systemd', []), process(10, 1, 'sshd', ['-D']), process(20, 10, 'bash', [])];
  for (const one of [...chain, thread]) threads.add(one);
  accounts.addUser({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
  accounts.addGroup({ gid: 0, name: 'root' });
  const bind = (text: string) => {
    const resolution = bindField(...split(text), 'syscall', { hostname: 'vm' });
    if (!resolution.ok) throw new Error(resolution.message);
    return resolution.field;
  };
  return {
    inspector,
    thread,
    event: (name, params, tid = 30, time = NOON) => {
      const present = eventsByName(name).filter(candidate => !candidate.flags.has('old_version'));
      // Events that are no calls have the code of an entry.
      const row = present.findLast(candidate => candidate.exit) ?? present.at(-1);
      inspector.process(writeRecord({ type: row!.code, time, tid, params }), 0, 1);
    },
    value: text => bind(text).extract(view),
    candidates: text => [...(bind(text).candidates?.(view) ?? [])],
  };
}
