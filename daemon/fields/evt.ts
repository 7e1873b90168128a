import { hostname } from 'node:os';
import { toByteString } from '../events/byte-string.js';
import { eventNames, eventRows, isEventName } from '../events/event-table.js';
import type { EventView } from '../state/event.js';
import { isFileLike, isInet, isIpc } from './fd-type.js';
import { jsonText } from './json-text.js';
import { withoutValue, type Extractors } from './extractor.js';

/** What the descriptor of a read, a write or the like is: file, net, ipc; else unknown. */
function categoryOfFd(evt: EventView): string {
  const fd = evt.fd;
  if (fd === null) return 'unknown';
  if (isFileLike(fd.type)) return 'file';
  if (isInet(fd.type)) return 'net';
  return isIpc(fd.type) ? 'ipc' : 'unknown';
}

function category(evt: EventView): string {
  switch (evt.row.category) {
    case 'io_read':
    case 'io_write':
    case 'io_other':
      return categoryOfFd(evt);
    case 'ipc':
      // Falco writes the category of calls in capitals, and that of descriptors not.
      return 'IPC';
    default:
      return evt.row.category;
  }
}

const CATEGORIES: readonly string[] = [
  ...new Set(['file', 'net', 'ipc', 'unknown', 'IPC', ...eventRows().map(row => row.category)]),
].filter(name => !name.startsWith('io_'));

/** The plugin that events which are documents come from; it is built in. */
const AUDIT_PLUGIN = 'k8saudit';

function asyncType(evt: EventView): string | null {
  return evt.row.source === 'meta' ? evt.name : null;
}

/** What kind of event it is, where it comes from and counts of one. */
export const evtFields: Extractors = {
  'evt.num': { cost: 1, extract: evt => evt.num },
  'evt.pluginname': { cost: 1, extract: evt => (evt.document === null ? null : AUDIT_PLUGIN) },
  'evt.plugininfo': {
    cost: 10,
    extract: evt => (evt.document === null ? null : jsonText(evt.document)),
  },
  'evt.source': { cost: 1, extract: evt => evt.source },
  'evt.is_async': { cost: 1, extract: evt => evt.row.source === 'meta' },
  'evt.asynctype': { cost: 2, extract: asyncType },
  'evt.hostname': {
    cost: 1,
    bind: (_argument, options) => {
      const name = options.hostname ?? toByteString(hostname());
      return { extract: () => name };
    },
  },
  'evt.dir': { cost: 1, values: ['<', '>'], extract: evt => (evt.row.exit ? '<' : '>') },
  'evt.type': { cost: 1, extract: evt => evt.name },
  'evt.type.is': {
    cost: 1,
    bind: argument => {
      const key = argument.kind === 'key' ? argument.key : '';
      if (!isEventName(key)) return { message: `unknown event type ${key}` };
      return { extract: evt => (evt.name === key ? 1 : 0) };
    },
  },
  'syscall.type': {
    cost: 1,
    values: eventNames(),
    extract: evt => (evt.row.source === 'syscall' ? evt.name : null),
  },
  'evt.category': { cost: 2, values: CATEGORIES, extract: category },
  'evt.cpu': { cost: 1, extract: evt => evt.cpu },
  'evt.is_wait': { cost: 1, extract: evt => evt.row.flags.has('waits') },
  'evt.count': { cost: 1, extract: () => 1 },
  'evt.count.exit': { cost: 1, extract: evt => (evt.row.exit ? 1 : null) },
  'evt.count.procinfo': {
    cost: 1,
    extract: evt =>
      evt.row.name === 'procinfo' && evt.thread !== null && evt.thread.tid === evt.thread.pid ? 1 : 0,
  },
  'evt.count.threadinfo': { cost: 1, extract: evt => (evt.row.name === 'procinfo' ? 1 : 0) },
  'evt.infra.docker.name': withoutValue,
  'evt.infra.docker.container.id': withoutValue,
  'evt.infra.docker.container.name': withoutValue,
  'evt.infra.docker.container.image': withoutValue,
};
