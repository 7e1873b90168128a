import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import { FdType, type FdInfo } from '../state/fd.js';
import type { LocalAddresses } from '../state/local-address.js';
import { openFd } from './fd-reader.js';
import { isInet, isInetServer } from './fd-type.js';

/** One of the two ends of an internet socket, by who opened the connection or by where it is. */
export type SocketEnd = 'client' | 'server' | 'local' | 'remote';

/** The internet socket of the event, or null. */
export function inetSocket(evt: EventView): FdInfo | null {
  const fd = openFd(evt);
  return fd !== null && isInet(fd.type) ? fd : null;
}

const NO_IPV6 = '\0'.repeat(16);

/** The address belongs to the host of a capture; inside containers nothing does, as Falco has it. */
function belongsToHost(evt: EventView, address: ByteString, addresses: LocalAddresses): boolean {
  if (evt.thread !== null && evt.thread.containerId !== '') return false;
  // The reference finds the empty address of IPv6 among those of the host.
  return addresses.has(address) || address === NO_IPV6;
}

/**
 * Which of its ends a socket takes for the local one. Live the socket itself tells; of a capture Falco takes the
 * client's end when the host has its address, else the server's.
 */
function localEnd(evt: EventView, fd: FdInfo): 'client' | 'server' {
  if (evt.localAddresses === null) return fd.role === 'server' ? 'server' : 'client';
  const client = fd.role === 'server' ? fd.remoteIp : fd.localIp;
  return belongsToHost(evt, client, evt.localAddresses) ? 'client' : 'server';
}

function otherEnd(end: 'client' | 'server'): 'client' | 'server' {
  return end === 'client' ? 'server' : 'client';
}

/** The end is this one rather than the peer's. A socket without a role is taken for a client's. */
function isOurs(evt: EventView, fd: FdInfo, end: SocketEnd): boolean {
  switch (end) {
    case 'local':
      return isOurs(evt, fd, localEnd(evt, fd));
    case 'remote':
      return isOurs(evt, fd, otherEnd(localEnd(evt, fd)));
    case 'client':
      return fd.role !== 'server';
    case 'server':
      return fd.role === 'server';
  }
}

/** fd.is_server: the process is at the server's end. */
export function isServer(evt: EventView, fd: FdInfo): boolean {
  if (!isInet(fd.type)) return fd.role === 'server';
  if (isInetServer(fd.type)) return true;
  if (evt.localAddresses === null) return fd.role === 'server';
  const address = endAddress(evt, fd, 'server');
  const server = address === '' && fd.type === FdType.ipv6 ? NO_IPV6 : address;
  return belongsToHost(evt, server, evt.localAddresses);
}

/** Address of an end, 4 or 16 raw bytes; empty when it has none. A socket that only listens is all server. */
export function endAddress(evt: EventView, fd: FdInfo, end: SocketEnd): ByteString {
  if (isInetServer(fd.type)) {
    // Of a socket that listened before the capture began, the reference tells the port alone.
    const told = end === 'server' && (fd.role === 'server' || !evt.captured);
    return told ? fd.localIp : '';
  }
  return isOurs(evt, fd, end) ? fd.localIp : fd.remoteIp;
}

/** Port of an end, or -1 when it has no address. */
export function endPort(evt: EventView, fd: FdInfo, end: SocketEnd): number {
  if (isInetServer(fd.type)) return end === 'server' ? fd.localPort : -1;
  const local = isOurs(evt, fd, end);
  if ((local ? fd.localIp : fd.remoteIp) === '') return -1;
  return local ? fd.localPort : fd.remotePort;
}
