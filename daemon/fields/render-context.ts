import type { ByteString } from '../events/byte-string.js';
import type { RenderContext } from '../events/render.js';
import type { EventView } from '../state/event.js';
import { L4Proto, type FdInfo } from '../state/fd.js';
import { resolvePath } from '../state/resolve-path.js';
import { isInet, typeChar } from './fd-type.js';

// prettier-ignore
const PROTOCOL_CHARS: Readonly<Record<L4Proto, string>> = {
  [L4Proto.unknown]: '',
  [L4Proto.na]:      '',
  [L4Proto.tcp]:     't',
  [L4Proto.udp]:     'u',
  [L4Proto.icmp]:    'i',
  [L4Proto.raw]:     'r',
};

function findFd(evt: EventView, number: number): FdInfo | null {
  if (number === evt.fdNum && evt.fd !== null && !evt.captured) return evt.fd;
  return evt.thread === null ? null : evt.threads.fd(evt.thread, number);
}

/** The container of the event; empty on the host, whose accounts are not those of a container. */
function containerOf({ thread }: EventView): ByteString {
  return thread === null ? '' : thread.containerId;
}

/**
 * In the reference, rendering a path below a directory descriptor makes that descriptor the one of the event: fields
 * of fd that an output has behind such an argument are those of the directory.
 */
function showDirectory(evt: EventView, index: number): void {
  const dirfd = evt.row.params[index]?.dirfd ?? -1;
  if (dirfd < 0 || !evt.row.createsFd || evt.thread === null) return;
  const directory = evt.threads.fd(evt.thread, evt.record.number(dirfd));
  if (directory !== null) evt.fd = directory;
}

/** Names for the arguments of the event that it is pointed at; one object serves all events. */
class EventNames implements RenderContext {
  evt: EventView | null = null;
  base64 = false;

  descriptor(number: number): ByteString | null {
    const fd = findFd(this.evt!, number);
    if (fd === null) return null;
    const protocol = isInet(fd.type) ? PROTOCOL_CHARS[fd.l4proto] : '';
    return `<${typeChar(fd.type)}${protocol}>${fd.name}`;
  }

  descriptorKind(number: number): ByteString | null {
    const fd = findFd(this.evt!, number);
    return fd === null ? null : typeChar(fd.type);
  }

  comm(tid: number): ByteString | null {
    return this.evt!.threads.get(tid)?.comm ?? null;
  }

  userName(uid: number): ByteString | null {
    const [{ accounts }, container] = [this.evt!, containerOf(this.evt!)];
    const user = container === '' ? accounts.user(uid) : accounts.containerUser(container, uid);
    return user === null ? null : user.name;
  }

  groupName(gid: number): ByteString | null {
    const [{ accounts }, container] = [this.evt!, containerOf(this.evt!)];
    const group = container === '' ? accounts.group(gid) : accounts.containerGroup(container, gid);
    return group === null ? null : group.name;
  }

  path(index: number): ByteString {
    const evt = this.evt!;
    if (evt.captured && evt.printing) showDirectory(evt, index);
    return resolvePath(evt, index);
  }
}

const names = new EventNames();

/**
 * What rendering the arguments of `evt` needs; good until the next call.
 * @param base64 byte buffers are written in base64
 */
export function renderContext(evt: EventView, base64: boolean): RenderContext {
  names.evt = evt;
  names.base64 = base64;
  return names;
}
