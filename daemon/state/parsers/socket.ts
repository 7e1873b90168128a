import { copyFd, FdType, L4Proto, newFd, type FdInfo } from '../fd.js';
import { AF_INET, AF_INET6, AF_UNIX } from '../socket-tuple.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const AF_NETLINK = 16;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0x80000;
const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_RAW = 255;

/** Kind of descriptor that a socket of an address family is. */
export function socketType(domain: number): FdType {
  switch (domain) {
    case AF_UNIX:
      return FdType.unix;
    case AF_INET:
      return FdType.ipv4;
    case AF_INET6:
      return FdType.ipv6;
    case AF_NETLINK:
      return FdType.netlink;
    default:
      return FdType.unknown;
  }
}

/** Transport of an IP socket, from the type (its flags are ignored) and the protocol of socket(2). */
export function transportOf(type: number, protocol: number): L4Proto {
  const kind = type & 0xff;
  if (kind === SOCK_RAW) return L4Proto.raw;
  switch (protocol) {
    case IPPROTO_IP:
      return kind === SOCK_STREAM ? L4Proto.tcp : kind === SOCK_DGRAM ? L4Proto.udp : L4Proto.unknown;
    case IPPROTO_TCP:
      return L4Proto.tcp;
    case IPPROTO_UDP:
      return L4Proto.udp;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return L4Proto.icmp;
    case IPPROTO_RAW:
      return L4Proto.raw;
    default:
      return L4Proto.unknown;
  }
}

/** What the reference shows of a socket that was not made. */
const NO_SOCKET: FdInfo = newFd(FdType.ipv4);

/** socket. */
export function parseSocket(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  if (num < 0) {
    view.setFd(-1, view.captured ? NO_SOCKET : null);
    return;
  }
  const domain = record.uint32(1);
  const type = record.uint32(2);
  const fd = newFd(socketType(domain));
  if (domain === AF_INET || domain === AF_INET6) fd.transport = transportOf(type, record.uint32(3));
  if (fd.transport === L4Proto.raw) fd.l4proto = L4Proto.raw;
  fd.closeOnExec = (type & SOCK_CLOEXEC) !== 0;
  state.threads.setFd(thread, num, fd);
  view.setFd(num, fd);
}

/** socketpair: the event is about the second descriptor. */
export function parseSocketpair(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  if (record.number(0) < 0) {
    view.setFd(-1, null);
    return;
  }
  const fd = newFd(FdType.unix);
  fd.unixSource = record.uint(3);
  fd.unixDestination = record.uint(4);
  fd.closeOnExec = (record.uint32(6) & SOCK_CLOEXEC) !== 0;
  state.threads.setFd(thread, record.number(1), fd);
  const second = copyFd(fd);
  second.unixSource = fd.unixDestination;
  second.unixDestination = fd.unixSource;
  state.threads.setFd(thread, record.number(2), second);
  view.setFd(record.number(2), second);
}

const SOL_SOCKET = 1;
const SO_ERROR = 4;
const ERRNO_VALUE = 1;

/** getsockopt: how a pending connection went. */
export function parseGetsockopt(state: State, thread: ThreadInfo): void {
  const { record, view, threads } = state;
  if (record.number(0) < 0 || record.uint32(2) !== SOL_SOCKET || record.uint32(3) !== SO_ERROR) return;
  if (record.byteAt(4, 0) !== ERRNO_VALUE) return;
  const num = record.number(1);
  const fd = threads.fd(thread, num);
  if (fd === null || fd.role !== 'client') return;
  const connected = record.uint64At(4, 1) === 0;
  // In a capture the reference goes on calling a socket connected that is not.
  if (fd.connected === connected || (view.captured && !connected)) return;
  const changed = copyFd(fd);
  changed.connected = connected;
  threads.setFd(thread, num, changed);
  view.setFd(num, changed);
}
