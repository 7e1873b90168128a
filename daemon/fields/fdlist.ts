import { ipText } from '../events/address.js';
import type { EventRow } from '../events/event-table.js';
import type { EventView } from '../state/event.js';
import { FdType, type FdInfo } from '../state/fd.js';
import type { Extractor, Extractors } from './extractor.js';
import { isInet, isInetServer } from './fd-type.js';
import { endAddress, endPort } from './socket-end.js';

/** A list of descriptors: how many, in 16 bits, then for each the number in 64 bits and its flags in 16. */
const COUNT_BYTES = 2;
const ENTRY_BYTES = 10;
const NO_NAME = '<NA>';

function listParam(row: EventRow): number {
  for (let i = 0; i < row.params.length; i++) if (row.params[i]!.type === 'FDLIST') return i;
  return -1;
}

/** What `text` gives for each descriptor of the list, joined by commas; null: nothing for this one. */
function joined(text: (evt: EventView, fd: FdInfo | null, number: number) => string | null): Extractor {
  return {
    cost: 6,
    extract: (evt: EventView): string | null => {
      const index = listParam(evt.row);
      if (index < 0 || evt.thread === null || !evt.record.present(index)) return null;
      const room = Math.floor((evt.record.length(index) - COUNT_BYTES) / ENTRY_BYTES);
      const count = Math.min(evt.record.uint16At(index, 0), Math.max(room, 0));
      let list: string | null = null;
      for (let i = 0; i < count; i++) {
        const number = evt.record.uint32At(index, COUNT_BYTES + i * ENTRY_BYTES) | 0;
        const item = text(evt, evt.threads.fd(evt.thread, number), number);
        if (item !== null) list = list === null ? item : `${list},${item}`;
      }
      return list;
    },
  };
}

function address(evt: EventView, fd: FdInfo | null, end: 'client' | 'server'): string | null {
  if (fd === null || !isInet(fd.type)) return null;
  if (evt.captured) {
    // The reference takes every address of a socket that listens for one of IPv4.
    if (isInetServer(fd.type)) return end === 'server' ? ipText(fd.localIp.slice(0, 4)) : null;
    if (fd.remoteIp === '') return ipText('\0'.repeat(fd.type === FdType.ipv6 ? 16 : 4));
  }
  const bytes = endAddress(evt, fd, end);
  return bytes === '' ? null : ipText(bytes);
}

function port(evt: EventView, fd: FdInfo | null, end: 'client' | 'server'): string | null {
  if (fd === null || !isInet(fd.type)) return null;
  if (evt.captured) {
    if (isInetServer(fd.type)) return null;
    if (fd.remoteIp === '') return '0';
  }
  const value = endPort(evt, fd, end);
  return value < 0 ? null : String(value);
}

/** The descriptors that poll(2) and its kin were asked about. */
export const fdlistFields: Extractors = {
  'fdlist.nums': joined((_evt, _fd, number) => String(number)),
  'fdlist.names': joined((_evt, fd) => (fd === null || fd.name === '' ? NO_NAME : fd.name)),
  'fdlist.cips': joined((evt, fd) => address(evt, fd, 'client')),
  'fdlist.sips': joined((evt, fd) => address(evt, fd, 'server')),
  'fdlist.cports': joined((evt, fd) => port(evt, fd, 'client')),
  'fdlist.sports': joined((evt, fd) => port(evt, fd, 'server')),
};
