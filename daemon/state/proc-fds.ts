import type { ByteString } from '../events/byte-string.js';
import { FdTable } from './fd-table.js';
import { FdType, newFd, type FdInfo } from './fd.js';
import { keyValues, numbersIn, readLink, readProc } from './proc-files.js';
import { readSockets } from './proc-sockets.js';

// prettier-ignore
const ANONYMOUS: Readonly<Record<string, FdType>> = {
  '[eventfd]':     FdType.eventfd,
  '[eventpoll]':   FdType.eventpoll,
  'inotify':       FdType.inotify,
  '[signalfd]':    FdType.signalfd,
  '[timerfd]':     FdType.timerfd,
  '[io_uring]':    FdType.ioUring,
  '[userfaultfd]': FdType.userfaultfd,
  '[pidfd]':       FdType.pidfd,
  'bpf-map':       FdType.bpf,
  'bpf-prog':      FdType.bpf,
  'bpf_link':      FdType.bpf,
  'bpf_iter':      FdType.bpf,
};

const MEMFD = '/memfd:';
const DELETED = ' (deleted)';

/** Kernel's bits of the open flags that are kept, in the numbering of the event tables (driver-params.md, 2.1). */
// prettier-ignore
const OPEN_FLAGS: readonly (readonly [kernel: number, driver: number])[] = [
  [0o100, 0x4], [0o200, 0x20], [0o1000, 0x100], [0o2000, 0x8], [0o4000, 0x40], [0o10000, 0x10], [0o40000, 0x200],
  [0o100000, 0x800], [0o200000, 0x400], [0o2000000, 0x1000], [0o4000000, 0x80],
];

/** Open flags of the kernel in driver numbering. */
export function driverOpenFlags(kernel: number): number {
  const access = kernel & 3;
  let flags = access === 1 ? 0x2 : access === 2 ? 0x3 : 0x1;
  for (const [bit, driver] of OPEN_FLAGS) if ((kernel & bit) !== 0) flags |= driver;
  return flags;
}

/** Sockets of the network namespaces that were met; one object for each scan. */
export class SocketCache {
  private readonly byNamespace = new Map<ByteString, Map<number, FdInfo>>();

  /** Sockets of the namespace that the process lives in. */
  of(processFolder: string): Map<number, FdInfo> {
    const namespace = readLink(`${processFolder}/ns/net`) ?? '';
    let sockets = this.byNamespace.get(namespace);
    if (sockets === undefined) {
      sockets = readSockets(`${processFolder}/net`);
      this.byNamespace.set(namespace, sockets);
    }
    return sockets;
  }
}

/** All descriptors of a process, at most `limit`. */
export function readFds(processFolder: string, sockets: SocketCache, limit: number): FdTable {
  const fds = new FdTable();
  for (const num of numbersIn(`${processFolder}/fd`)) {
    if (fds.size >= limit) break;
    const fd = readFd(processFolder, num, sockets);
    if (fd !== null) fds.set(num, fd);
  }
  return fds;
}

/** One descriptor; null when it is gone. */
export function readFd(processFolder: string, num: number, sockets: SocketCache): FdInfo | null {
  const target = readLink(`${processFolder}/fd/${num}`);
  if (target === null) return null;
  if (target.startsWith('socket:[')) {
    const inode = Number(target.slice(8, -1));
    const known = sockets.of(processFolder).get(inode);
    if (known !== undefined) return known;
    const other = newFd(FdType.unsupported);
    other.ino = inode;
    return other;
  }
  if (target.startsWith('pipe:[')) {
    const pipe = newFd(FdType.fifo);
    pipe.ino = Number(target.slice(6, -1));
    return pipe;
  }
  if (target.startsWith('anon_inode:')) return newFd(ANONYMOUS[target.slice(11)] ?? FdType.unsupported);
  if (target.startsWith(MEMFD)) {
    const memfd = newFd(FdType.memfd);
    memfd.name = withoutDeleted(target.slice(MEMFD.length));
    return memfd;
  }
  return readFile(processFolder, num, target);
}

function readFile(processFolder: string, num: number, target: ByteString): FdInfo {
  const info = keyValues(readProc(`${processFolder}/fdinfo/${num}`));
  const flags = driverOpenFlags(parseInt(info.get('flags') ?? '0', 8));
  const fd = newFd((flags & 0x400) !== 0 ? FdType.directory : FdType.fileV2);
  fd.name = withoutDeleted(target);
  fd.openFlags = flags;
  fd.closeOnExec = (flags & 0x1000) !== 0;
  fd.ino = Number(info.get('ino') ?? 0);
  return fd;
}

function withoutDeleted(path: ByteString): ByteString {
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}
