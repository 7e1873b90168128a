import type { EventView } from '../state/event.js';
import { FdType, L4Proto, type FdInfo } from '../state/fd.js';
import { noValue, withoutValue, type Extractor, type Extractors } from './extractor.js';
import type { FieldValue, Scalar } from './field.js';
import { ofFd, openFd } from './fd-reader.js';
import { isInet, isInetServer } from './fd-type.js';
import { endAddress, endPort, inetSocket, isServer, type SocketEnd } from './socket-end.js';

/** What a socket of no known protocol, and what is no socket, shows: a value. */
const NO_PROTOCOL = '<NA>';
// prettier-ignore
const PROTOCOL_NAMES: Readonly<Record<L4Proto, string>> = {
  [L4Proto.unknown]: NO_PROTOCOL,
  [L4Proto.na]:      NO_PROTOCOL,
  [L4Proto.tcp]:     'tcp',
  [L4Proto.udp]:     'udp',
  [L4Proto.icmp]:    'icmp',
  [L4Proto.raw]:     'raw',
};

/** The socket, where it is known which of its ends that is; a check of either end does not need to know. */
function withEnd(evt: EventView, end: SocketEnd): FdInfo | null {
  const fd = inetSocket(evt);
  if (fd === null || !evt.captured || fd.role !== 'unknown' || isInetServer(fd.type)) return fd;
  return end === 'client' || end === 'server' ? null : fd;
}

function addressOf(evt: EventView, end: SocketEnd, fd = inetSocket(evt)): string | null {
  const address = fd === null ? '' : endAddress(evt, fd, end);
  return address === '' ? null : address;
}

function portOf(evt: EventView, end: SocketEnd, fd = inetSocket(evt)): number | null {
  const port = fd === null ? -1 : endPort(evt, fd, end);
  return port < 0 ? null : port;
}

function serviceOf(evt: EventView, end: SocketEnd): string | null {
  if (evt.captured) {
    // In the reference ports of a socket that listens, and of a connected unix socket's client, have a name: an empty one.
    const fd = openFd(evt);
    if (
      fd !== null &&
      isInetServer(fd.type) &&
      (end === 'server' || (end === 'client' && fd.role === 'server'))
    )
      return '';
    if (fd?.type === FdType.unix && end === 'client') return fd.connected || fd.role === 'client' ? '' : null;
  }
  const port = portOf(evt, end, withEnd(evt, end));
  return port === null ? null : String(port);
}

function address(end: SocketEnd): Extractor {
  return { cost: 2, extract: evt => addressOf(evt, end, withEnd(evt, end)) };
}

function port(end: SocketEnd): Extractor {
  return { cost: 2, extract: evt => portOf(evt, end, withEnd(evt, end)) };
}

function service(end: SocketEnd): Extractor {
  return { cost: 3, extract: evt => serviceOf(evt, end) };
}

/** Both ends: a check holds when one of them satisfies it. Outputs show no value. */
function eitherEnd(read: (evt: EventView, end: SocketEnd) => Scalar | null): Extractor {
  return {
    cost: 3,
    bind: () => {
      const values: Scalar[] = [];
      const candidates = (evt: EventView): readonly Scalar[] => {
        values.length = 0;
        const client = read(evt, 'client');
        if (client !== null) values.push(client);
        const server = read(evt, 'server');
        if (server !== null) values.push(server);
        return values;
      };
      return { extract: noValue, candidates };
    },
  };
}

function family(type: FdType): FieldValue {
  if (isInet(type)) return 'ip';
  return type === FdType.unix ? 'unix' : null;
}

/** Sockets: addresses, ports, roles. Addresses by name need a resolver, which is not here: they have no value. */
export const fdSocketFields: Extractors = {
  'fd.ip': eitherEnd(addressOf),
  'fd.cip': address('client'),
  'fd.sip': address('server'),
  'fd.lip': address('local'),
  'fd.rip': address('remote'),
  'fd.port': eitherEnd(portOf),
  'fd.cport': port('client'),
  'fd.sport': port('server'),
  'fd.lport': port('local'),
  'fd.rport': port('remote'),
  'fd.proto': eitherEnd(portOf),
  'fd.cproto': service('client'),
  'fd.sproto': service('server'),
  'fd.lproto': service('local'),
  'fd.rproto': service('remote'),
  'fd.net': eitherEnd(addressOf),
  'fd.cnet': address('client'),
  'fd.snet': address('server'),
  'fd.lnet': address('local'),
  'fd.rnet': address('remote'),
  'fd.l4proto': {
    cost: 1,
    values: Object.values(PROTOCOL_NAMES),
    extract: ofFd(fd => PROTOCOL_NAMES[fd.l4proto]),
  },
  'fd.sockfamily': { cost: 1, values: ['ip', 'unix'], extract: ofFd(fd => family(fd.type)) },
  'fd.is_server': { cost: 1, extract: ofFd((fd, evt) => isServer(evt, fd)) },
  'fd.connected': { cost: 1, extract: ofFd(fd => fd.connected) },
  'fd.cip.name': withoutValue,
  'fd.sip.name': withoutValue,
  'fd.lip.name': withoutValue,
  'fd.rip.name': withoutValue,
};
