import { FdType } from '../state/fd.js';

interface TypeRow {
  /** fd.type; null: it has no name. */
  readonly name: string | null;
  /** fd.typechar. */
  readonly char: string;
}

/** What shows that a descriptor is of no known kind: a value. */
const NO_NAME = '<NA>';

// prettier-ignore
const TYPES: Readonly<Record<FdType, TypeRow>> = {
  [FdType.unknown]:     { name: NO_NAME,       char: 'o' },
  [FdType.file]:        { name: 'file',        char: 'f' },
  [FdType.directory]:   { name: 'directory',   char: 'd' },
  [FdType.ipv4]:        { name: 'ipv4',        char: '4' },
  [FdType.ipv6]:        { name: 'ipv6',        char: '6' },
  [FdType.ipv4Server]:  { name: 'ipv4',        char: '4' },
  [FdType.ipv6Server]:  { name: 'ipv6',        char: '6' },
  [FdType.fifo]:        { name: 'pipe',        char: 'p' },
  [FdType.unix]:        { name: 'unix',        char: 'u' },
  [FdType.eventfd]:     { name: 'event',       char: 'e' },
  [FdType.unsupported]: { name: NO_NAME,       char: 'X' },
  [FdType.signalfd]:    { name: 'signalfd',    char: 's' },
  [FdType.eventpoll]:   { name: 'eventpoll',   char: 'l' },
  [FdType.inotify]:     { name: 'inotify',     char: 'i' },
  [FdType.timerfd]:     { name: 'timerfd',     char: 't' },
  [FdType.netlink]:     { name: 'netlink',     char: 'n' },
  [FdType.fileV2]:      { name: 'file',        char: 'f' },
  [FdType.bpf]:         { name: 'bpf',         char: 'b' },
  [FdType.userfaultfd]: { name: 'userfaultfd', char: 'u' },
  [FdType.ioUring]:     { name: 'io_uring',    char: 'r' },
  [FdType.memfd]:       { name: 'memfd',       char: 'm' },
  [FdType.pidfd]:       { name: 'pidfd',       char: 'P' },
};

/** Every fd.type and fd.typechar that there is. */
export const TYPE_NAMES: readonly string[] = Object.values(TYPES).flatMap(({ name }) => name ?? []);
export const TYPE_CHARS: readonly string[] = Object.values(TYPES).map(({ char }) => char);

/** fd.type of a kind of descriptor. */
export function typeName(type: FdType): string | null {
  return TYPES[type].name;
}

/** fd.typechar of a kind of descriptor. */
export function typeChar(type: FdType): string {
  return TYPES[type].char;
}

export function isFile(type: FdType): boolean {
  return type === FdType.file || type === FdType.fileV2;
}

export function isFileLike(type: FdType): boolean {
  return isFile(type) || type === FdType.directory;
}

export function isInet(type: FdType): boolean {
  return type >= FdType.ipv4 && type <= FdType.ipv6Server;
}

/** A socket that only listens or is only bound: it has no peer. */
export function isInetServer(type: FdType): boolean {
  return type === FdType.ipv4Server || type === FdType.ipv6Server;
}

export function isIpc(type: FdType): boolean {
  switch (type) {
    case FdType.unix:
    case FdType.fifo:
    case FdType.eventfd:
    case FdType.signalfd:
    case FdType.inotify:
    case FdType.userfaultfd:
      return true;
    default:
      return false;
  }
}
