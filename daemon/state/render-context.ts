import type { ByteString } from '../events/byte-string.js';
import type { RenderContext } from '../events/render.js';
import type { EventView } from './event.js';
import { L4Proto, type FdInfo, type FdType } from './fd.js';
import { resolvePath } from './resolve-path.js';

/** One letter for each kind of descriptor, in the order of FdType. */
const KINDS = 'ofd4646pueXslitnfburmP';

// prettier-ignore
const TRANSPORTS: Readonly<Record<L4Proto, ByteString>> = {
  [L4Proto.unknown]: '', [L4Proto.na]: '', [L4Proto.tcp]: 't', [L4Proto.udp]: 'u', [L4Proto.icmp]: 'i', [L4Proto.raw]: 'r',
};

/** Letter of a kind of descriptor. */
export function fdKind(type: FdType): ByteString {
  return KINDS[type] ?? 'o';
}

/** `<4t>10.0.0.1:1234->10.0.0.2:80`: kind, transport of sockets, name. */
export function descriptorText(fd: FdInfo): ByteString {
  return `<${fdKind(fd.type)}${TRANSPORTS[fd.l4proto]}>${fd.name}`;
}

/** What the arguments of the present event refer to. One object for each view: it reads what the view is at. */
export function renderContext(view: EventView): RenderContext {
  const known = (num: number): FdInfo | null => {
    if (num === view.fdNum && view.fd !== null) return view.fd;
    return view.thread === null ? null : view.threads.fd(view.thread, num);
  };
  return {
    descriptor: num => {
      const fd = known(num);
      return fd === null ? null : descriptorText(fd);
    },
    descriptorKind: num => {
      const fd = known(num);
      return fd === null ? null : fdKind(fd.type);
    },
    comm: tid => view.threads.get(tid)?.comm ?? null,
    userName: uid => view.accounts.user(uid)?.name ?? null,
    groupName: gid => view.accounts.group(gid)?.name ?? null,
    path: index => resolvePath(view, index),
  };
}
