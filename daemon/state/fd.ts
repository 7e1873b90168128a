import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import { generalise } from './shape.js';

/** Kinds of file descriptor. The numbers are those of the capture format. */
export const FdType = {
  unknown: 0,
  file: 1,
  directory: 2,
  ipv4: 3,
  ipv6: 4,
  ipv4Server: 5,
  ipv6Server: 6,
  fifo: 7,
  unix: 8,
  eventfd: 9,
  unsupported: 10,
  signalfd: 11,
  eventpoll: 12,
  inotify: 13,
  timerfd: 14,
  netlink: 15,
  fileV2: 16,
  bpf: 17,
  userfaultfd: 18,
  ioUring: 19,
  memfd: 20,
  pidfd: 21,
} as const;
export type FdType = (typeof FdType)[keyof typeof FdType];

/** Transport protocol of a socket; `na` is what the capture format calls "not applicable". */
export const L4Proto = { unknown: 0, na: 1, tcp: 2, udp: 3, icmp: 4, raw: 5 } as const;
export type L4Proto = (typeof L4Proto)[keyof typeof L4Proto];

/**
 * What is known of one open file description as seen through one descriptor. Never changed once it is in a table:
 * tables of different processes share it (fork copies the table, not what it holds), so whoever learns more puts a
 * changed copy in its place. One exception: while an event is judged under the program's spelling of a path, `name` is
 * that (`Detector`), and is put back before the next event.
 */
export interface FdInfo {
  type: FdType;
  /** Absolute path, socket tuple text, or a name of the kind. Authoritative: the kernel's own path when it told us. */
  name: ByteString;
  /** Path as the program gave it; empty when there is none. */
  nameRaw: ByteString;
  /** Flags in driver numbering (`O_*` of the event tables). */
  openFlags: number;
  dev: number;
  ino: Integer;
  /** Transport of an IP socket whose role is known, else `na`. Addresses are 4 or 16 raw bytes. */
  l4proto: L4Proto;
  localIp: ByteString;
  localPort: number;
  remoteIp: ByteString;
  remotePort: number;
  /** The role of the process: it listened or accepted (server), it connected (client). */
  role: 'unknown' | 'server' | 'client';
  connected: boolean;
  /** Unix sockets: kernel pointers of this end and the other. */
  unixSource: Integer;
  unixDestination: Integer;
  /** Transport that socket(2) asked for: `l4proto` once the socket is bound or connected. */
  transport: L4Proto;
  /** Process descriptors: the process. */
  pid: number;
  /** Closed by a successful exec. */
  closeOnExec: boolean;
}

/** Nothing known but the kind. */
export function newFd(type: FdType): FdInfo {
  return {
    type,
    name: '',
    nameRaw: '',
    openFlags: 0,
    dev: 0,
    ino: 0,
    l4proto: L4Proto.na,
    localIp: '',
    localPort: 0,
    remoteIp: '',
    remotePort: 0,
    role: 'unknown',
    connected: false,
    unixSource: 0,
    unixDestination: 0,
    transport: L4Proto.unknown,
    pid: 0,
    closeOnExec: false,
  };
}

generalise(newFd(FdType.unknown), ['dev', 'ino', 'unixSource', 'unixDestination']);

/** A copy that may be changed before it is shown to anyone; see `copyThread` for its form. */
export function copyFd(from: FdInfo): FdInfo {
  return {
    type: from.type,
    name: from.name,
    nameRaw: from.nameRaw,
    openFlags: from.openFlags,
    dev: from.dev,
    ino: from.ino,
    l4proto: from.l4proto,
    localIp: from.localIp,
    localPort: from.localPort,
    remoteIp: from.remoteIp,
    remotePort: from.remotePort,
    role: from.role,
    connected: from.connected,
    unixSource: from.unixSource,
    unixDestination: from.unixDestination,
    transport: from.transport,
    pid: from.pid,
    closeOnExec: from.closeOnExec,
  };
}

/** A socket of IP, of either version, listening or not. */
export function isInet(fd: FdInfo): boolean {
  return fd.type >= FdType.ipv4 && fd.type <= FdType.ipv6Server;
}
