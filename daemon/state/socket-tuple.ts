import { endpointText, ipText, tupleText, unmapped } from '../events/address.js';
import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import type { RecordReader } from '../events/record.js';
import type { CurrentEvent } from './current-event.js';
import { copyFd, FdType, L4Proto, type FdInfo } from './fd.js';
import { addressTowards, type LocalAddresses } from './local-address.js';

/** Address families of the kernel, as they begin SOCKADDR and SOCKTUPLE parameters. */
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;

const CONNECT = 23;
/** What stands before an address of IPv4 inside one of IPv6. */
const MAPPED_BYTES = 12;

/** Who sends: decides which end of a tuple is ours. */
export type Direction = 'outbound' | 'inbound';

/** Text of a kernel pointer in the name of a unix socket. */
function pointer(value: Integer): ByteString {
  return value.toString(16);
}

/**
 * The socket with the addresses of the SOCKTUPLE in parameter `index`; the same object when it says nothing new.
 * Hot path: the usual case, equal addresses, makes no strings.
 */
export function withTuple(
  view: CurrentEvent,
  fd: FdInfo,
  record: RecordReader,
  index: number,
  direction: Direction,
): FdInfo {
  switch (record.byteAt(index, 0)) {
    case AF_INET:
      return record.length(index) < 13 ? fd : withInetTuple(view, fd, record, index, direction, 4);
    case AF_INET6:
      return record.length(index) < 37 ? fd : withInetTuple(view, fd, record, index, direction, 16);
    case AF_UNIX:
      return record.length(index) < 17 ? fd : withUnixTuple(fd, record, index);
    default:
      return fd;
  }
}

function withInetTuple(
  view: CurrentEvent,
  fd: FdInfo,
  record: RecordReader,
  index: number,
  direction: Direction,
  size: number,
): FdInfo {
  const outbound = direction === 'outbound';
  const localAt = outbound ? 1 : 3 + size;
  const remoteAt = outbound ? 3 + size : 1;
  const localPort = record.uint16At(index, localAt + size);
  const remotePort = record.uint16At(index, remoteAt + size);
  if (
    fd.name !== '' &&
    fd.role !== 'unknown' &&
    fd.localPort === localPort &&
    fd.remotePort === remotePort &&
    (sameAddress(record, index, localAt, size, fd.localIp) || isZero(record, index, localAt, size)) &&
    sameAddress(record, index, remoteAt, size, fd.remoteIp)
  ) {
    return fd;
  }
  let localIp = record.bytesAt(index, localAt, localAt + size);
  let remoteIp = record.bytesAt(index, remoteAt, remoteAt + size);
  let type: FdType = size === 4 ? FdType.ipv4 : FdType.ipv6;
  if (size === 16 && unmapped(localIp).length === 4 && unmapped(remoteIp).length === 4) {
    type = FdType.ipv4;
    localIp = unmapped(localIp);
    remoteIp = unmapped(remoteIp);
  }
  if (view.captured && record.type !== CONNECT) {
    // The reference completes what the event says: the source first.
    const [own, peer] = outbound ? [localIp, remoteIp] : [remoteIp, localIp];
    const [source, target] = completed(own, peer, view.localAddresses);
    [localIp, remoteIp] = outbound ? [source, target] : [target, source];
  } else if (isUnspecified(localIp) && isLoopback(remoteIp)) {
    // In a capture a connection of IPv6 stays as it is, unless it has a port.
    if (!view.captured || size === 4 || remotePort !== 0) localIp = remoteIp;
  }
  const copy = copyFd(fd);
  copy.type = type;
  copy.localIp = localIp;
  copy.localPort = localPort;
  copy.remoteIp = remoteIp;
  copy.remotePort = remotePort;
  // The reference loses the protocol of a socket that was connected with IPv6 before, and with it the name.
  if (view.captured && type === FdType.ipv4 && fd.type === FdType.ipv6 && fd.remoteIp.length === 16) {
    copy.l4proto = L4Proto.na;
    copy.name = '<unknown>';
    return copy;
  }
  return named(copy, direction);
}

/**
 * A socket that listens with IPv6 and gets or sends data with an address, as the reference sees it in captures: it
 * stays one that listens, without port and protocol, under the addresses as they are reported.
 */
export function listeningWithTuple(fd: FdInfo, record: RecordReader, index: number): FdInfo {
  if (record.byteAt(index, 0) !== AF_INET6 || record.length(index) < 37) return fd;
  const localIp = record.bytesAt(index, 1, 17);
  const remoteIp = record.bytesAt(index, 19, 35);
  const name = tupleText(localIp, record.uint16At(index, 17), remoteIp, record.uint16At(index, 35));
  const copy = copyFd(fd);
  copy.localIp = localIp;
  copy.localPort = 0;
  copy.l4proto = L4Proto.na;
  copy.connected = false;
  copy.name = name;
  return copy;
}

/** Source and target of a tuple, with the address of the host in the place of one that the socket does not have. */
function completed(
  source: ByteString,
  target: ByteString,
  addresses: LocalAddresses | null,
): readonly [source: ByteString, target: ByteString] {
  if (addresses === null) return [source, target];
  if (isUnspecified(source)) return [addressTowards(target, addresses) || source, target];
  if (isUnspecified(target)) return [source, addressTowards(source, addresses) || target];
  return [source, target];
}

function isZero(record: RecordReader, index: number, at: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (record.byteAt(index, at + i) !== 0) return false;
  return true;
}

function isUnspecified(address: ByteString): boolean {
  for (let i = 0; i < address.length; i++) if (address.charCodeAt(i) !== 0) return false;
  return true;
}

function isLoopback(address: ByteString): boolean {
  return (
    address === '\x7f\0\0\x01' ||
    (address.length === 16 && isUnspecified(address.slice(0, 15)) && address.charCodeAt(15) === 1)
  );
}

/** An address of IPv4 is the same inside one of IPv6, as sockets for both versions tell it. */
function sameAddress(
  record: RecordReader,
  index: number,
  at: number,
  size: number,
  address: ByteString,
): boolean {
  const { length } = address;
  const skipped = size - length;
  if (skipped !== 0 && (skipped !== MAPPED_BYTES || !isMappedAt(record, index, at))) return false;
  for (let i = 0; i < length; i++) {
    if (record.byteAt(index, at + skipped + i) !== address.charCodeAt(i)) return false;
  }
  return true;
}

function isMappedAt(record: RecordReader, index: number, at: number): boolean {
  if (record.byteAt(index, at + 10) !== 0xff || record.byteAt(index, at + 11) !== 0xff) return false;
  return isZero(record, index, at, 10);
}

/**
 * Client first, server second; while the role is open, in the order of the traffic. Protocols without ports show
 * none. Changes `fd`.
 */
function named(fd: FdInfo, direction: Direction): FdInfo {
  const localFirst = fd.role === 'unknown' ? direction === 'outbound' : fd.role === 'client';
  const { localIp, localPort, remoteIp, remotePort } = fd;
  if (fd.l4proto === L4Proto.raw || fd.l4proto === L4Proto.icmp)
    fd.name = localFirst
      ? `${ipText(localIp)}->${ipText(remoteIp)}`
      : `${ipText(remoteIp)}->${ipText(localIp)}`;
  else
    fd.name = localFirst
      ? tupleText(localIp, localPort, remoteIp, remotePort)
      : tupleText(remoteIp, remotePort, localIp, localPort);
  return fd;
}

function unixNamed(fd: FdInfo, name: ByteString): FdInfo {
  const copy = copyFd(fd);
  copy.type = FdType.unix;
  copy.name = name;
  return copy;
}

function withUnixTuple(fd: FdInfo, record: RecordReader, index: number): FdInfo {
  const unixSource = record.uint64At(index, 1);
  const unixDestination = record.uint64At(index, 9);
  if (fd.name !== '' && fd.unixSource === unixSource && fd.unixDestination === unixDestination) return fd;
  const name = `${pointer(unixSource)}->${pointer(unixDestination)} ${record.stringAt(index, 17)}`;
  const copy = unixNamed(fd, name);
  copy.unixSource = unixSource;
  copy.unixDestination = unixDestination;
  return copy;
}

/** The socket connected to the SOCKADDR in parameter `index`, when no tuple is known. */
export function withPeer(fd: FdInfo, record: RecordReader, index: number): FdInfo {
  const family = record.byteAt(index, 0);
  if (family === AF_UNIX) return unixNamed(fd, record.stringAt(index, 1));
  const size = family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;
  if (size === 0 || record.length(index) < size + 3) return fd;
  const remoteIp = unmapped(record.bytesAt(index, 1, 1 + size));
  const type = remoteIp.length === 4 ? FdType.ipv4 : FdType.ipv6;
  const localIp = fd.localIp.length === remoteIp.length ? fd.localIp : '\0'.repeat(remoteIp.length);
  const remotePort = record.uint16At(index, 1 + size);
  const copy = copyFd(fd);
  copy.type = type;
  copy.localIp = localIp;
  copy.remoteIp = remoteIp;
  copy.remotePort = remotePort;
  return named(copy, 'outbound');
}

/** The socket bound to the SOCKADDR in parameter `index`: a server from now on, when it has a port. */
export function withBoundAddress(fd: FdInfo, record: RecordReader, index: number): FdInfo {
  const family = record.byteAt(index, 0);
  if (family === AF_UNIX) return unixNamed(fd, record.stringAt(index, 1));
  const size = family === AF_INET ? 4 : family === AF_INET6 ? 16 : 0;
  if (size === 0 || record.length(index) < size + 3) return fd;
  const localPort = record.uint16At(index, 1 + size);
  const localIp = unmapped(record.bytesAt(index, 1, 1 + size));
  const copy = copyFd(fd);
  copy.name = endpointText(localIp, localPort);
  if (localPort === 0) return copy;
  copy.type = localIp.length === 4 ? FdType.ipv4Server : FdType.ipv6Server;
  copy.localIp = localIp;
  copy.localPort = localPort;
  copy.remoteIp = '';
  copy.remotePort = 0;
  copy.role = 'server';
  copy.l4proto = fd.transport;
  return copy;
}
