/** The blocks that open a capture: what the host is like when its first event happens. */
import { toBuffer, type ByteString } from '../../events/byte-string.js';
import type { Accounts } from '../../state/accounts.js';
import type { ThreadInfo } from '../../state/thread.js';
import { INTERFACE_BLOCK_V2, MACHINE_BLOCK, SECTION_BLOCK, USER_BLOCK_V2 } from './block-table.js';
import { BlockWriter } from './block-writer.js';
import { writeFdLists } from './fd-writer.js';
import { writeProcessList } from './process-writer.js';

/** A network interface's address: 4 or 16 raw bytes. */
export interface Interface {
  readonly name: ByteString;
  readonly address: ByteString;
  readonly netmask: ByteString;
}

/** The host as far as its tables do not tell it. */
export interface HostDescription {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly maxPid: number;
  readonly hostname: ByteString;
  /** Nanoseconds since the epoch; 0 when it is not known. */
  readonly bootTime: bigint;
  readonly interfaces: readonly Interface[];
}

const MAGIC = 0x1a2b3c4d;
const MAJOR = 1;
const MINOR = 2;
const HOSTNAME_BYTES = 128;
const USER = 0;
const GROUP = 1;
const IPV4 = 1;
const IPV6 = 2;

/** All blocks up to the first event, in the order that the format asks for (reference/falco/events.md 5.7). */
export function hostBlocks(host: HostDescription, threads: Iterable<ThreadInfo>, accounts: Accounts): Buffer {
  const blocks = new BlockWriter();
  writeSection(blocks);
  writeMachine(blocks, host);
  writeInterfaces(blocks, host.interfaces);
  writeAccounts(blocks, accounts);
  const all = [...threads];
  writeProcessList(blocks, all);
  writeFdLists(blocks, all);
  return blocks.bytes;
}

function writeSection(blocks: BlockWriter): void {
  blocks.begin(SECTION_BLOCK);
  blocks.u32(MAGIC);
  blocks.u16(MAJOR);
  blocks.u16(MINOR);
  blocks.i64(-1); // of the section's length: not known
  blocks.end();
}

function writeMachine(blocks: BlockWriter, host: HostDescription): void {
  blocks.begin(MACHINE_BLOCK);
  blocks.u32(host.cpus);
  blocks.u64(host.memoryBytes);
  blocks.u64(host.maxPid);
  const hostname = Buffer.alloc(HOSTNAME_BYTES);
  toBuffer(host.hostname).copy(hostname, 0, 0, HOSTNAME_BYTES - 1);
  blocks.raw(hostname);
  blocks.u64(host.bootTime);
  for (let i = 0; i < 3; i++) blocks.u64(0); // flags and what is reserved
  blocks.end();
}

function writeInterfaces(blocks: BlockWriter, interfaces: readonly Interface[]): void {
  blocks.begin(INTERFACE_BLOCK_V2);
  for (const { name, address, netmask } of interfaces) {
    const size = address.length;
    const bits = toBuffer(address).map((byte, i) => byte | ~(netmask.charCodeAt(i) || 0));
    const entry = blocks.beginEntry();
    blocks.u16(size === 4 ? IPV4 : IPV6);
    blocks.u16(name.length);
    blocks.raw(toBuffer(address));
    blocks.raw(toBuffer(netmask.padEnd(size, '\0')));
    blocks.raw(size === 4 ? bits : Buffer.alloc(size)); // broadcast address
    blocks.u64(0); // speed of the link
    blocks.raw(toBuffer(name));
    blocks.endEntry(entry, false);
  }
  blocks.end();
}

function writeAccounts(blocks: BlockWriter, accounts: Accounts): void {
  blocks.begin(USER_BLOCK_V2);
  for (const user of accounts.allUsers()) {
    const entry = blocks.beginEntry();
    blocks.u8(USER);
    blocks.u32(user.uid);
    blocks.u32(user.gid);
    blocks.str16(user.name);
    blocks.str16(user.home);
    blocks.str16(user.shell);
    blocks.endEntry(entry, true);
  }
  for (const group of accounts.allGroups()) {
    const entry = blocks.beginEntry();
    blocks.u8(GROUP);
    blocks.u32(group.gid);
    blocks.str16(group.name);
    blocks.endEntry(entry, true);
  }
  blocks.end();
}
