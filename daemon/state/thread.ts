import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import type { FdTable } from './fd-table.js';
import { generalise } from './shape.js';

/** What is known of one thread. One shape, every key always present: the hot path depends on it. */
export interface ThreadInfo {
  tid: number;
  /** Thread-group id. */
  pid: number;
  /** Thread id of the real parent. */
  ptid: number;
  vtid: number;
  vpid: number;
  sid: number;
  pgid: number;
  vpgid: number;
  comm: ByteString;
  /** argv[0]. */
  exe: ByteString;
  exepath: ByteString;
  /** argv[1..]. */
  args: readonly ByteString[];
  /** NAME=value, as in the process's memory. */
  env: readonly ByteString[];
  /** Ends with a slash. Shared by the threads of a group: read through the main thread. */
  cwd: ByteString;
  root: ByteString;
  uid: number;
  gid: number;
  /** 4294967295 when unset. */
  loginuid: number;
  /** Device number of the controlling terminal, 0 for none. */
  tty: number;
  fdlimit: Integer;
  /** Clone flags, driver numbering. */
  flags: number;
  vmSize: number;
  vmRss: number;
  vmSwap: number;
  pfMajor: Integer;
  pfMinor: Integer;
  /** `controller=path`, as the driver sends them. */
  cgroups: readonly ByteString[];
  /** What a field shows: 12 characters, or a name; empty on the host. */
  containerId: ByteString;
  /** By which the table knows the container; empty on the host. */
  containerKey: ByteString;
  capInheritable: Integer;
  capPermitted: Integer;
  capEffective: Integer;
  exeFlags: number;
  exeIno: Integer;
  exeInoCtime: Integer;
  exeInoMtime: Integer;
  /** When the init process of its pid namespace started, in ns since boot. */
  pidnsInitStartTs: Integer;
  /** Nanoseconds since the epoch; of the clone, and of the last exec (0 when none was seen). */
  cloneTs: Integer;
  execTs: Integer;
  /** Kernel start time (ns since boot): tells a thread from an earlier one of the same id. 0 when unknown. */
  startTime: Integer;
  /** Descriptors, when this thread has a table of its own; else null and the main thread's counts. */
  fds: FdTable | null;
  /** Threads of the group that are alive, the leader included (leader only). */
  threadCount: number;
  exited: boolean;
}

/** Value of ids that are not set. */
export const NO_ID = 0xffffffff;

const NO_STRINGS: readonly ByteString[] = [];

/** A thread of which only its ids are known. The single place where the shape is made. */
export function newThread(tid: number, pid: number): ThreadInfo {
  return {
    tid,
    pid,
    ptid: -1,
    vtid: tid,
    vpid: pid,
    sid: -1,
    pgid: -1,
    vpgid: -1,
    comm: '',
    exe: '',
    exepath: '',
    args: NO_STRINGS,
    env: NO_STRINGS,
    cwd: '',
    root: '/',
    uid: NO_ID,
    gid: NO_ID,
    loginuid: NO_ID,
    tty: 0,
    fdlimit: -1,
    flags: 0,
    vmSize: 0,
    vmRss: 0,
    vmSwap: 0,
    pfMajor: 0,
    pfMinor: 0,
    cgroups: NO_STRINGS,
    containerId: '',
    containerKey: '',
    capInheritable: 0,
    capPermitted: 0,
    capEffective: 0,
    exeFlags: 0,
    exeIno: 0,
    exeInoCtime: 0,
    exeInoMtime: 0,
    pidnsInitStartTs: 0,
    cloneTs: 0,
    execTs: 0,
    startTime: 0,
    fds: null,
    threadCount: 1,
    exited: false,
  };
}

generalise(newThread(0, 0), [
  ...(['uid', 'gid', 'loginuid', 'fdlimit', 'vmSize', 'vmRss', 'vmSwap', 'pfMajor', 'pfMinor'] as const),
  ...(['capInheritable', 'capPermitted', 'capEffective', 'exeIno', 'exeInoCtime', 'exeInoMtime'] as const),
  ...(['pidnsInitStartTs', 'cloneTs', 'execTs', 'startTime'] as const),
]);

/**
 * Another thread that begins as a copy of this one, without descriptors. Key by key in the order of `newThread`: any
 * shorter way is ten times as slow, or gives the object another shape.
 */
export function copyThread(from: ThreadInfo, tid: number, pid: number): ThreadInfo {
  return {
    tid,
    pid,
    ptid: from.ptid,
    vtid: tid,
    vpid: from.vpid,
    sid: from.sid,
    pgid: from.pgid,
    vpgid: from.vpgid,
    comm: from.comm,
    exe: from.exe,
    exepath: from.exepath,
    args: from.args,
    env: from.env,
    cwd: from.cwd,
    root: from.root,
    uid: from.uid,
    gid: from.gid,
    loginuid: from.loginuid,
    tty: from.tty,
    fdlimit: from.fdlimit,
    flags: from.flags,
    vmSize: from.vmSize,
    vmRss: from.vmRss,
    vmSwap: from.vmSwap,
    pfMajor: from.pfMajor,
    pfMinor: from.pfMinor,
    cgroups: from.cgroups,
    containerId: from.containerId,
    containerKey: from.containerKey,
    capInheritable: from.capInheritable,
    capPermitted: from.capPermitted,
    capEffective: from.capEffective,
    exeFlags: from.exeFlags,
    exeIno: from.exeIno,
    exeInoCtime: from.exeInoCtime,
    exeInoMtime: from.exeInoMtime,
    pidnsInitStartTs: from.pidnsInitStartTs,
    cloneTs: from.cloneTs,
    execTs: from.execTs,
    startTime: from.startTime,
    fds: null,
    threadCount: 1,
    exited: false,
  };
}

/** The thread sees other ids than the host does. */
export function inPidNamespace({ tid, pid, vtid, vpid }: ThreadInfo): boolean {
  return tid !== vtid || pid !== vpid;
}

/** A thread that a capture knows nothing of, as the reference makes it up: a process without an id. */
export function namelessThread(tid: number): ThreadInfo {
  const thread = newThread(tid, -1);
  thread.vtid = -1;
  thread.cwd = './';
  thread.fdlimit = 0;
  thread.threadCount = 0;
  return thread;
}
