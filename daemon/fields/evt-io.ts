import type { EventView } from '../state/event.js';
import { isFileLike, isInet } from './fd-type.js';
import { FdType } from '../state/fd.js';
import { failed } from './evt-result.js';
import type { Extractor, Extractors } from './extractor.js';

function reads(evt: EventView): boolean {
  return evt.row.flags.has('reads_from_fd');
}

function writes(evt: EventView): boolean {
  return evt.row.flags.has('writes_to_fd');
}

/** Bytes that were read, written, …: the result of calls that work on a descriptor, unless they failed. */
function bufferLength(evt: EventView): number | null {
  if (!evt.hasResult || evt.result < 0 || evt.fd === null) return null;
  switch (evt.row.category) {
    case 'io_read':
    case 'io_write':
    case 'io_other':
      return evt.result;
    default:
      return null;
  }
}

function onFile(evt: EventView): boolean {
  return evt.fd !== null && isFileLike(evt.fd.type);
}

function onNet(evt: EventView): boolean {
  return evt.fd !== null && (isInet(evt.fd.type) || evt.fd.type === FdType.unix);
}

function lengthWhere(condition: (evt: EventView) => boolean): Extractor {
  return { cost: 2, extract: evt => (condition(evt) ? bufferLength(evt) : null) };
}

function buffer(evt: EventView): string | null {
  const params = evt.row.params;
  for (let i = 0; i < params.length; i++) {
    if (params[i]!.type === 'BYTEBUF' && params[i]!.name === 'data')
      return evt.record.present(i) ? evt.record.bytes(i) : null;
  }
  return null;
}

/** What failed, for the counters: an event about memory counts there and for its descriptor, if it has one. */
function errorKind(evt: EventView): 'file' | 'net' | 'memory' | 'other' {
  if (evt.fd !== null && evt.fdNum >= 0) {
    if (onFile(evt)) return 'file';
    return onNet(evt) ? 'net' : 'other';
  }
  if (evt.row.category === 'memory') return 'memory';
  if (evt.row.createsFd && evt.row.category === 'file') return 'file';
  if (evt.row.createsFd && evt.row.category === 'net') return evt.row.name === 'socket' ? 'other' : 'net';
  return evt.row.name === 'renameat2' ? 'file' : 'other';
}

function errorCount(kind: 'file' | 'net' | 'memory' | 'other'): Extractor {
  return {
    cost: 2,
    extract: evt => {
      if (!evt.hasResult) return null;
      const counts = errorKind(evt) === kind || (kind === 'memory' && evt.row.category === 'memory');
      return counts ? Number(failed(evt)) : null;
    },
  };
}

function isSyslog(evt: EventView): boolean {
  return writes(evt) && evt.fd !== null && evt.fd.type === FdType.unix && evt.fd.name.includes('/dev/log');
}

/** Reading and writing of descriptors, and counters of what failed. */
export const evtIoFields: Extractors = {
  'evt.buffer': { cost: 4, extract: buffer },
  'evt.buflen': { cost: 1, extract: bufferLength },
  'evt.buflen.in': lengthWhere(reads),
  'evt.buflen.out': lengthWhere(writes),
  'evt.buflen.file': lengthWhere(onFile),
  'evt.buflen.file.in': lengthWhere(evt => onFile(evt) && reads(evt)),
  'evt.buflen.file.out': lengthWhere(evt => onFile(evt) && writes(evt)),
  'evt.buflen.net': lengthWhere(onNet),
  'evt.buflen.net.in': lengthWhere(evt => onNet(evt) && reads(evt)),
  'evt.buflen.net.out': lengthWhere(evt => onNet(evt) && writes(evt)),
  'evt.is_io': { cost: 1, extract: evt => reads(evt) || writes(evt) },
  'evt.is_io_read': { cost: 1, extract: reads },
  'evt.is_io_write': { cost: 1, extract: writes },
  'evt.io_dir': {
    cost: 1,
    values: ['read', 'write'],
    extract: evt => (writes(evt) ? 'write' : reads(evt) ? 'read' : null),
  },
  'evt.is_syslog': { cost: 2, extract: isSyslog },
  'evt.count.error.file': errorCount('file'),
  'evt.count.error.net': errorCount('net'),
  'evt.count.error.memory': errorCount('memory'),
  'evt.count.error.other': errorCount('other'),
};
