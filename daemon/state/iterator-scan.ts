import { ipText, tupleText, endpointText, unmapped } from '../events/address.js';
import type { RecordReader } from '../events/record.js';
import { setCgroups } from './cgroups.js';
import { FdTable } from './fd-table.js';
import { FdType, L4Proto, newFd, type FdInfo } from './fd.js';
import { asDirectory } from './path.js';
import { transportOf } from './parsers/socket.js';
import type { ThreadTable } from './thread-table.js';
import { newThread } from './thread.js';

/** Record codes of the kernel's iterators (reference/falco/driver-params.md, 4.8). */
const TASK = 430;
const FILE = {
  pipe: 432,
  memfd: 434,
  regular: 436,
  directory: 438,
  inet: 440,
  inet6: 442,
  unix: 444,
  netlink: 446,
  anonymous: 448,
} as const;

const CLONE_FILES = 0x1;
const CLONE_THREAD = 0x2000;
const O_CLOEXEC = 0x1000;
const DELETED = ' (deleted)';

/** Whether a record comes from an iterator, and is for `applyIterated`. */
export function isIterated(type: number): boolean {
  return type >= TASK && type <= FILE.anonymous;
}

/** Puts what an iterator's record says into the table. */
export function applyIterated(threads: ThreadTable, record: RecordReader): void {
  if (record.type === TASK) {
    applyTask(threads, record);
    return;
  }
  const thread = threads.get(record.tid);
  if (thread === null) return;
  const fd = fdOf(record);
  if (fd !== null) threads.setFd(thread, record.number(0), fd);
}

function applyTask(threads: ThreadTable, record: RecordReader): void {
  const { tid, tgid } = record;
  const known = threads.get(tid);
  const thread = newThread(tid, tgid);
  thread.ptid = record.number(0);
  thread.pgid = record.number(1);
  thread.vpgid = record.number(2);
  thread.sid = record.number(3);
  thread.comm = record.string(4);
  const exepath = record.string(6);
  thread.exepath = exepath.endsWith(DELETED) ? exepath.slice(0, -DELETED.length) : exepath;
  thread.exeFlags = record.uint32(7);
  thread.cwd = record.present(9) ? asDirectory(record.string(9)) : '';
  thread.fdlimit = record.int(10);
  thread.uid = record.uint32(11);
  thread.gid = record.uint32(12);
  thread.capPermitted = record.uint(13);
  thread.capEffective = record.uint(14);
  thread.capInheritable = record.uint(15);
  thread.exeIno = record.uint(16);
  thread.exeInoCtime = record.uint(17);
  thread.exeInoMtime = record.uint(18);
  thread.vmSize = record.uint32(19);
  thread.vmRss = record.uint32(20);
  thread.vmSwap = record.uint32(21);
  thread.pfMajor = record.uint(22);
  thread.pfMinor = record.uint(23);
  thread.vpid = record.number(24);
  thread.vtid = record.number(25);
  thread.pidnsInitStartTs = record.uint(26);
  if (record.present(28)) thread.root = record.string(28);
  thread.cloneTs = record.uint(29);
  thread.tty = record.uint32(30);
  thread.loginuid = record.uint32(31);
  const main = threads.get(tgid);
  if (main !== null && tid !== tgid) {
    // Threads share what belongs to the process, so that a thousand of them do not hold a thousand environments.
    const { exe, args, env, cgroups, containerId, containerKey } = main;
    Object.assign(thread, { exe, args, env, cgroups, containerId, containerKey });
  } else {
    const [exe = '', ...args] = record.strings(5);
    thread.exe = exe;
    thread.args = args;
    thread.env = record.strings(8);
    setCgroups(thread, record.strings(27), threads.containers);
  }
  if (tid === tgid) {
    thread.fds = known?.fds ?? new FdTable();
    thread.threadCount = known?.threadCount ?? 1;
    threads.add(thread);
    return;
  }
  thread.flags = CLONE_THREAD | CLONE_FILES;
  if (threads.add(thread) && known === null && main !== null) main.threadCount++;
}

function fdOf(record: RecordReader): FdInfo | null {
  switch (record.type) {
    case FILE.pipe:
      return withPath(record, FdType.fifo, 2);
    case FILE.memfd:
      return memfd(record);
    case FILE.regular: {
      const fd = withPath(record, FdType.fileV2, 4);
      fd.openFlags = record.uint32(2);
      fd.closeOnExec = (fd.openFlags & O_CLOEXEC) !== 0;
      return fd;
    }
    case FILE.directory:
      return withPath(record, FdType.directory, 2);
    case FILE.inet:
    case FILE.inet6:
      return inetSocket(record);
    case FILE.unix: {
      const fd = newFd(FdType.unix);
      fd.unixSource = record.uint(3);
      fd.name = record.string(4);
      fd.ino = record.uint(5);
      return fd;
    }
    case FILE.netlink: {
      const fd = newFd(FdType.netlink);
      fd.ino = record.uint(3);
      return fd;
    }
    case FILE.anonymous: {
      const fd = newFd(ANONYMOUS[record.uint32(1)] ?? FdType.unsupported);
      fd.ino = record.uint(3);
      return fd;
    }
    default:
      return null;
  }
}

/** By the iterator's own numbering of anonymous inodes. */
// prettier-ignore
const ANONYMOUS: Readonly<Record<number, FdType>> = {
  1: FdType.eventfd, 2: FdType.eventpoll, 3: FdType.inotify, 4: FdType.signalfd, 5: FdType.timerfd,
  6: FdType.ioUring, 7: FdType.userfaultfd, 8: FdType.pidfd, 9: FdType.bpf, 10: FdType.bpf, 11: FdType.bpf, 12: FdType.bpf,
};

function withPath(record: RecordReader, type: FdType, ino: number): FdInfo {
  const fd = newFd(type);
  fd.name = record.string(1);
  fd.ino = record.uint(ino);
  return fd;
}

function memfd(record: RecordReader): FdInfo {
  const fd = withPath(record, FdType.memfd, 2);
  fd.name = fd.name.replace(/^\/?memfd:/, '');
  return fd;
}

/** Without a remote address the socket counts as a server's. */
function inetSocket(record: RecordReader): FdInfo {
  const fd = newFd(FdType.ipv4);
  fd.l4proto = fd.transport = transportOf(record.uint32(1), record.uint32(2));
  fd.localIp = unmapped(record.bytes(3));
  fd.localPort = record.uint32(4);
  fd.remoteIp = unmapped(record.bytes(5));
  fd.remotePort = record.uint32(6);
  fd.ino = record.uint(7);
  const v4 = fd.localIp.length === 4;
  if (fd.remotePort === 0 || /^(0\.0\.0\.0|::)$/.test(ipText(fd.remoteIp))) {
    fd.type = v4 ? FdType.ipv4Server : FdType.ipv6Server;
    fd.role = 'server';
    fd.name = endpointText(fd.localIp, fd.localPort);
    return fd;
  }
  fd.type = v4 ? FdType.ipv4 : FdType.ipv6;
  fd.connected = true;
  fd.role = fd.l4proto === L4Proto.unknown ? 'unknown' : 'client';
  fd.name = tupleText(fd.localIp, fd.localPort, fd.remoteIp, fd.remotePort);
  return fd;
}
