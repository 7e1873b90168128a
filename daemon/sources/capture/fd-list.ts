import { endpointText, tupleText, unmapped } from '../../events/address.js';
import { FdTable } from '../../state/fd-table.js';
import { FdType, L4Proto, newFd, type FdInfo } from '../../state/fd.js';
import type { ThreadTable } from '../../state/thread-table.js';
import type { Cursor } from './cursor.js';

/** The version that says how long each entry is. */
const WITH_LENGTH = 2;
const CLONE_FILES = 0x1;
const O_CLOEXEC = 0x1000;

/** Puts the descriptors of one thread into its table. False: the block is damaged at the cursor. */
export function readFdList(block: Cursor, version: number, threads: ThreadTable): boolean {
  const thread = threads.get(Number(block.u64()));
  if (thread !== null && (thread.tid === thread.pid || (thread.flags & CLONE_FILES) === 0))
    thread.fds ??= new FdTable();
  while (block.left >= 4 && !(version < WITH_LENGTH && block.left === 4)) {
    const start = block.at;
    const end = block.end;
    const limit = version < WITH_LENGTH ? end : start + block.u32();
    if (limit <= start + 4 || limit > end) return false;
    block.end = limit;
    const num = Number(block.i64());
    const ino = block.u64();
    const type = block.u8();
    const fd = readFd(block, type, version);
    block.end = end;
    if (block.failed || (fd === null && version < WITH_LENGTH)) return false;
    if (version >= WITH_LENGTH) block.at = limit;
    if (thread === null) continue;
    const info = fd ?? newFd(FdType.unsupported);
    info.ino = ino;
    threads.setFd(thread, num, info);
  }
  return !block.failed;
}

/** The part of an entry that depends on the type (reference/falco/tables/scap_types.json, fd_types); null: unknown. */
function readFd(block: Cursor, type: number, version: number): FdInfo | null {
  switch (type) {
    case FdType.unknown:
      return newFd(FdType.unknown);
    case FdType.ipv4:
      return connection(block, FdType.ipv4, 4);
    case FdType.ipv6:
      return connection(block, FdType.ipv6, 16);
    case FdType.ipv4Server:
      return server(block, FdType.ipv4Server, 4);
    case FdType.ipv6Server:
      return server(block, FdType.ipv6Server, 16);
    case FdType.unix: {
      const fd = newFd(FdType.unix);
      fd.role = 'client';
      fd.unixSource = block.u64();
      fd.unixDestination = block.u64();
      fd.name = block.str16();
      return fd;
    }
    case FdType.fileV2: {
      const fd = newFd(FdType.fileV2);
      fd.openFlags = block.u32();
      fd.closeOnExec = (fd.openFlags & O_CLOEXEC) !== 0;
      fd.name = block.str16();
      if (version >= WITH_LENGTH && block.left >= 4) fd.dev = block.u32();
      return fd;
    }
    default: {
      if (type > FdType.pidfd) return null;
      const fd = newFd(type as FdType);
      fd.name = block.str16();
      return fd;
    }
  }
}

function connection(block: Cursor, type: FdType, size: number): FdInfo {
  const fd = newFd(type);
  fd.localIp = block.bytes(size);
  fd.remoteIp = block.bytes(size);
  fd.localPort = block.u16();
  fd.remotePort = block.u16();
  fd.l4proto = fd.transport = protocol(block.u8());
  if (size === 16 && unmapped(fd.localIp).length === 4 && unmapped(fd.remoteIp).length === 4) {
    fd.type = FdType.ipv4;
    fd.localIp = unmapped(fd.localIp);
    fd.remoteIp = unmapped(fd.remoteIp);
  }
  fd.connected = fd.l4proto === L4Proto.tcp;
  // Whose side it is, the lists do not say (see socket-roles.ts).
  fd.role = fd.type === FdType.ipv4 ? 'client' : 'unknown';
  fd.name = tupleText(fd.localIp, fd.localPort, fd.remoteIp, fd.remotePort);
  return fd;
}

function server(block: Cursor, type: FdType, size: number): FdInfo {
  const fd = newFd(type);
  fd.localIp = block.bytes(size);
  fd.localPort = block.u16();
  fd.l4proto = fd.transport = protocol(block.u8());
  fd.name = endpointText(fd.localIp, fd.localPort);
  return fd;
}

function protocol(value: number): L4Proto {
  return value <= L4Proto.raw ? (value as L4Proto) : L4Proto.unknown;
}
