import type { ByteString } from '../events/byte-string.js';
import { endpointText, tupleText, unmapped } from '../events/address.js';
import { FdType, L4Proto, newFd, type FdInfo } from './fd.js';
import { readProc } from './proc-files.js';

const TCP_ESTABLISHED = 1;
const TCP_LISTEN = 10;

interface Table {
  readonly file: string;
  readonly l4proto: L4Proto;
}

// prettier-ignore
const INET_TABLES: readonly Table[] = [
  { file: 'tcp',   l4proto: L4Proto.tcp  },
  { file: 'tcp6',  l4proto: L4Proto.tcp  },
  { file: 'udp',   l4proto: L4Proto.udp  },
  { file: 'udp6',  l4proto: L4Proto.udp  },
  { file: 'raw',   l4proto: L4Proto.raw  },
  { file: 'raw6',  l4proto: L4Proto.raw  },
  { file: 'icmp',  l4proto: L4Proto.icmp },
  { file: 'icmp6', l4proto: L4Proto.icmp },
];

/** All sockets of the network namespace that the folder `net` of a process shows, by inode. */
export function readSockets(net: string): Map<number, FdInfo> {
  const sockets = new Map<number, FdInfo>();
  const listening = new Set<number>();
  for (const { file, l4proto } of INET_TABLES) {
    for (const line of dataLines(`${net}/${file}`)) inetSocket(sockets, listening, line, l4proto);
  }
  for (const socket of sockets.values()) assignRole(socket, listening);
  for (const line of dataLines(`${net}/unix`)) unixSocket(sockets, line);
  for (const line of dataLines(`${net}/netlink`)) {
    const inode = Number(line.trim().split(/\s+/)[9]);
    if (Number.isInteger(inode)) sockets.set(inode, newFd(FdType.netlink));
  }
  return sockets;
}

function dataLines(path: string): string[] {
  return readProc(path).split('\n').slice(1).filter(Boolean);
}

/** `sl local_address rem_address st … inode`: addresses in 32-bit words of the host's byte order, ports in hex. */
function inetSocket(
  sockets: Map<number, FdInfo>,
  listening: Set<number>,
  line: string,
  l4proto: L4Proto,
): void {
  const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
  if (local === undefined || remote === undefined || inode === undefined) return;
  const [localHex = '', localPort = ''] = local.split(':');
  const [remoteHex = '', remotePort = ''] = remote.split(':');
  const fd = newFd(FdType.ipv4);
  fd.l4proto = fd.transport = l4proto;
  fd.ino = Number(inode);
  fd.localIp = unmapped(hostOrder(localHex));
  fd.remoteIp = unmapped(hostOrder(remoteHex));
  fd.localPort = parseInt(localPort, 16);
  fd.remotePort = parseInt(remotePort, 16);
  const v4 = fd.localIp.length === 4;
  const status = parseInt(state ?? '', 16);
  if (fd.remotePort === 0 && (status === TCP_LISTEN || l4proto !== L4Proto.tcp)) {
    fd.type = v4 ? FdType.ipv4Server : FdType.ipv6Server;
    fd.role = 'server';
    fd.name = endpointText(fd.localIp, fd.localPort);
    if (status === TCP_LISTEN) listening.add(fd.localPort);
  } else {
    fd.type = v4 ? FdType.ipv4 : FdType.ipv6;
    fd.connected = status === TCP_ESTABLISHED;
  }
  sockets.set(Number(inode), fd);
}

/** A connection whose own port is one that somebody listens on was accepted; any other was made by us. */
function assignRole(fd: FdInfo, listening: ReadonlySet<number>): void {
  if (fd.name !== '') return;
  const server = fd.l4proto === L4Proto.tcp && listening.has(fd.localPort);
  fd.role = server ? 'server' : 'client';
  fd.name = server
    ? tupleText(fd.remoteIp, fd.remotePort, fd.localIp, fd.localPort)
    : tupleText(fd.localIp, fd.localPort, fd.remoteIp, fd.remotePort);
}

function hostOrder(hex: string): ByteString {
  let bytes = '';
  for (let word = 0; word + 8 <= hex.length; word += 8) {
    for (let at = 6; at >= 0; at -= 2) {
      bytes += String.fromCharCode(parseInt(hex.slice(word + at, word + at + 2), 16));
    }
  }
  return bytes;
}

/** `Num RefCount Protocol Flags Type St Inode Path`; an abstract name begins with @. */
function unixSocket(sockets: Map<number, FdInfo>, line: string): void {
  const match = /^([0-9a-f]+): \S+ \S+ \S+ \S+ \S+ +(\d+)(?: (.*))?$/i.exec(line);
  if (match === null) return;
  const fd = newFd(FdType.unix);
  fd.ino = Number(match[2]);
  const path = match[3] ?? '';
  fd.name = path.startsWith('@') ? path.slice(1) : path;
  sockets.set(Number(match[2]), fd);
}
