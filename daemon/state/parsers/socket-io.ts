import { EVENT_COUNT } from '../../events/event-table.js';
import { copyFd, FdType, isInet, L4Proto, type FdInfo } from '../fd.js';
import { AF_INET6, listeningWithTuple, withTuple, type Direction } from '../socket-tuple.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

interface Layout {
  readonly fd: number;
  readonly tuple: number;
  readonly direction: Direction;
}

/** Calls that move data over sockets and report the addresses. */
// prettier-ignore
const LAYOUTS: Readonly<Record<number, Layout>> = {
  29: { fd: 2, tuple: 4, direction: 'outbound' }, // send
  31: { fd: 2, tuple: 4, direction: 'outbound' }, // sendto
  33: { fd: 2, tuple: 4, direction: 'inbound'  }, // recv
  35: { fd: 3, tuple: 2, direction: 'inbound'  }, // recvfrom
  49: { fd: 2, tuple: 4, direction: 'outbound' }, // sendmsg
  51: { fd: 1, tuple: 4, direction: 'outbound' }, // sendmmsg
  53: { fd: 5, tuple: 3, direction: 'inbound'  }, // recvmsg
  55: { fd: 1, tuple: 4, direction: 'inbound'  }, // recvmmsg
};

/** By event code. */
const BY_CODE = Array.from({ length: EVENT_COUNT }, (_, code) => LAYOUTS[code]);

/** Codes that `parseSocketIo` takes. */
export const SOCKET_IO_CODES: readonly number[] = Object.keys(LAYOUTS).map(Number);

/** Datagrams name their peer in each call; a connection is named once. Hot path. */
export function parseSocketIo(state: State, thread: ThreadInfo): void {
  const { record, view, threads } = state;
  const layout = BY_CODE[record.type]!;
  if (record.number(0) < 0 || !record.present(layout.tuple)) return;
  const num = record.number(layout.fd);
  const fd = threads.fd(thread, num);
  if (fd === null || (!isInet(fd) && fd.type !== FdType.unix)) return;
  const inet = isInet(fd);
  if (inet && fd.name !== '' && (view.captured || fd.connected) && isTcp(fd)) return;
  // Nobody asked for the sender: nothing new.
  if (inet && !view.captured && fd.name !== '' && !namesPeer(state, layout)) return;
  const before = inet && fd.role === 'unknown' ? withRole(fd, layout.direction) : fd;
  const listens = view.captured && fd.type === FdType.ipv6Server;
  let after = listens
    ? listeningWithTuple(fd, record, layout.tuple)
    : withTuple(view, before, record, layout.tuple, layout.direction);
  if (after === fd) return;
  if (inet && !listens && !after.connected) {
    after = copyFd(after);
    after.connected = true;
  }
  threads.setFd(thread, num, after);
  view.setFd(num, after);
  view.fdNameChanged = after.name !== fd.name;
}

function isTcp({ l4proto, transport }: FdInfo): boolean {
  return l4proto === L4Proto.tcp || transport === L4Proto.tcp;
}

/** The other end of the tuple has an address or a port. */
function namesPeer({ record }: State, { tuple, direction }: Layout): boolean {
  const size = record.byteAt(tuple, 0) === AF_INET6 ? 16 : 4;
  const from = direction === 'outbound' ? 3 + size : 1;
  for (let i = from; i < from + size + 2; i++) if (record.byteAt(tuple, i) !== 0) return true;
  return false;
}

/** Who speaks first is the client. */
function withRole(fd: FdInfo, direction: Direction): FdInfo {
  const copy = copyFd(fd);
  copy.role = direction === 'outbound' ? 'client' : 'server';
  copy.l4proto = fd.transport;
  return copy;
}
