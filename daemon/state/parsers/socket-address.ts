import { copyFd, FdType, L4Proto, newFd, type FdInfo } from '../fd.js';
import { AF_INET, AF_INET6, withBoundAddress, withPeer, withTuple } from '../socket-tuple.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

const EINPROGRESS = 115;
const ACCEPT4 = 389;
const O_CLOEXEC = 0x1000;

/** What is known of the socket; null: nothing, and in a capture the reference does not begin here. */
function socketOf({ threads, view }: State, thread: ThreadInfo, num: number): FdInfo | null {
  return threads.fd(thread, num) ?? (view.captured ? null : newFd(FdType.unknown));
}

/** bind. */
export function parseBind(state: State, thread: ThreadInfo): void {
  const { record } = state;
  const num = record.number(2);
  if (record.number(0) < 0) return;
  const before = socketOf(state, thread, num);
  if (before === null) return;
  put(state, thread, num, before, withBoundAddress(before, record, 1));
}

/** connect: also one that is under way; how it ends, getsockopt may tell. */
export function parseConnect(state: State, thread: ThreadInfo): void {
  const { record } = state;
  const result = record.number(0);
  const num = record.number(2);
  if (result < 0 && result !== -EINPROGRESS) return;
  const before = socketOf(state, thread, num);
  if (before === null) return;
  const client = copyFd(before);
  client.connected = true;
  if (isInetFamily(record.byteAt(1, 0)) || isInetFamily(record.byteAt(3, 0))) {
    client.role = 'client';
    client.l4proto = before.transport;
    client.name = '';
  }
  const after = record.present(1)
    ? withTuple(state.view, client, record, 1, 'outbound')
    : withPeer(client, record, 3);
  put(state, thread, num, before, after);
}

/** What the reference shows of a connection that was not accepted. */
const NOT_ACCEPTED: FdInfo = newFd(FdType.ipv4);
NOT_ACCEPTED.name = NOT_ACCEPTED.nameRaw = 'NULL';

/** accept, accept4: a new socket, whose tuple goes from the client to us. */
export function parseAccept(state: State, thread: ThreadInfo): void {
  const { record, view } = state;
  const num = record.number(0);
  if (num < 0) {
    view.setFd(-1, view.captured ? NOT_ACCEPTED : null);
    return;
  }
  const fresh = newFd(FdType.unknown);
  fresh.connected = true;
  fresh.closeOnExec = record.type === ACCEPT4 && (record.uint32(5) & O_CLOEXEC) !== 0;
  if (isInetFamily(record.byteAt(1, 0))) {
    fresh.role = 'server';
    fresh.l4proto = fresh.transport = L4Proto.tcp;
  }
  put(state, thread, num, fresh, withTuple(view, fresh, record, 1, 'inbound'));
}

function isInetFamily(family: number): boolean {
  return family === AF_INET || family === AF_INET6;
}

function put(state: State, thread: ThreadInfo, num: number, before: FdInfo, after: FdInfo): void {
  state.threads.setFd(thread, num, after);
  state.view.setFd(num, after);
  state.view.fdNameChanged = after.name !== before.name;
}
