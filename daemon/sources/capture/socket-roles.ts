import { tupleText } from '../../events/address.js';
import { copyFd, FdType, type FdInfo } from '../../state/fd.js';
import type { ThreadTable } from '../../state/thread-table.js';

/**
 * Which of the connections that were there before the capture lead to the host: the lists of descriptors do not say.
 * As in the reference, those of IPv4 whose own port is one that anybody listens at; all others of IPv4 are a client's,
 * and those of IPv6 are left open.
 */
export function findRoles(threads: ThreadTable): void {
  const ports = new Set<number>();
  for (const { fds } of threads.values())
    for (const [, fd] of fds ?? []) if (listens(fd)) ports.add(fd.localPort);
  if (ports.size === 0) return;
  for (const { fds } of threads.values()) {
    if (fds === null) continue;
    for (const [num, fd] of fds)
      if (fd.type === FdType.ipv4 && ports.has(fd.localPort)) fds.set(num, asServer(fd));
  }
}

function listens({ type }: FdInfo): boolean {
  return type === FdType.ipv4Server || type === FdType.ipv6Server;
}

/** The client comes first in the name. */
function asServer(fd: FdInfo): FdInfo {
  const server = copyFd(fd);
  server.role = 'server';
  server.name = tupleText(fd.remoteIp, fd.remotePort, fd.localIp, fd.localPort);
  return server;
}
