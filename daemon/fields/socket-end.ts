import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { FdInfo } from '../state/fd.js';
import { openFd } from './fd-reader.js';
import { isInet, isInetServer } from './fd-type.js';

/** One of the two ends of an internet socket, by who opened the connection or by where it is. */
export type SocketEnd = 'client' | 'server' | 'local' | 'remote';

/** The internet socket of the event, or null. */
export function inetSocket(evt: EventView): FdInfo | null {
  const fd = openFd(evt);
  return fd !== null && isInet(fd.type) ? fd : null;
}

/** The end is this one rather than the peer. A socket without a role is taken for a client's. */
function isLocal(fd: FdInfo, end: SocketEnd): boolean {
  switch (end) {
    case 'local':
      return true;
    case 'remote':
      return false;
    case 'client':
      return fd.role !== 'server';
    case 'server':
      return fd.role === 'server';
  }
}

/** Address of an end, 4 or 16 raw bytes; empty when it has none. A socket that only listens is all server. */
export function endAddress(fd: FdInfo, end: SocketEnd): ByteString {
  if (isInetServer(fd.type)) return end === 'server' ? fd.localIp : '';
  return isLocal(fd, end) ? fd.localIp : fd.remoteIp;
}

/** Port of an end, or -1 when it has no address. */
export function endPort(fd: FdInfo, end: SocketEnd): number {
  if (isInetServer(fd.type)) return end === 'server' ? fd.localPort : -1;
  const local = isLocal(fd, end);
  if ((local ? fd.localIp : fd.remoteIp) === '') return -1;
  return local ? fd.localPort : fd.remotePort;
}
