import { toBuffer } from '../../events/byte-string.js';
import { FdType, type FdInfo } from '../../state/fd.js';
import type { ThreadInfo } from '../../state/thread.js';
import { FD_BLOCK_V2 } from './block-table.js';
import type { BlockWriter } from './block-writer.js';

const O_CLOEXEC = 0x1000;
/** Longest name that readers take (reference/falco/tables/scap_types.json, limits). */
const LONGEST_NAME = 1023;

/** A block for each thread that has a table of descriptors of its own. */
export function writeFdLists(blocks: BlockWriter, threads: readonly ThreadInfo[]): void {
  for (const { tid, fds } of threads) {
    if (fds === null) continue;
    blocks.begin(FD_BLOCK_V2);
    blocks.u64(tid);
    for (const [num, fd] of fds) {
      const entry = blocks.beginEntry();
      blocks.i64(num);
      blocks.u64(fd.ino);
      blocks.u8(fd.type);
      writeFd(blocks, fd);
      blocks.endEntry(entry, true);
    }
    blocks.end();
  }
}

function writeFd(blocks: BlockWriter, fd: FdInfo): void {
  const name = fd.name.slice(0, LONGEST_NAME);
  switch (fd.type) {
    case FdType.unknown:
      return;
    case FdType.ipv4:
    case FdType.ipv6:
      writeConnection(blocks, fd, fd.type === FdType.ipv4 ? 4 : 16);
      return;
    case FdType.ipv4Server:
    case FdType.ipv6Server:
      blocks.raw(address(fd.localIp, fd.type === FdType.ipv4Server ? 4 : 16));
      blocks.u16(fd.localPort);
      blocks.u8(fd.l4proto);
      return;
    case FdType.unix:
      blocks.u64(fd.unixSource);
      blocks.u64(fd.unixDestination);
      blocks.str16(name);
      return;
    case FdType.fileV2:
      blocks.u32(fd.closeOnExec ? fd.openFlags | O_CLOEXEC : fd.openFlags & ~O_CLOEXEC);
      blocks.str16(name);
      blocks.u32(fd.dev);
      return;
    default:
      blocks.str16(name);
  }
}

/** The client's end comes first: that is how readers tell the roles. */
function writeConnection(blocks: BlockWriter, fd: FdInfo, size: number): void {
  const server = fd.role === 'server';
  blocks.raw(address(server ? fd.remoteIp : fd.localIp, size));
  blocks.raw(address(server ? fd.localIp : fd.remoteIp, size));
  blocks.u16(server ? fd.remotePort : fd.localPort);
  blocks.u16(server ? fd.localPort : fd.remotePort);
  blocks.u8(fd.l4proto);
}

/** Exactly `size` bytes; zeroes when there is no address. */
function address(ip: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  toBuffer(ip).copy(bytes, 0, 0, size);
  return bytes;
}
