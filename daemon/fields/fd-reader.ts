import type { ByteString } from '../events/byte-string.js';
import { argText } from '../events/render.js';
import type { EventView } from '../state/event.js';
import type { FdInfo } from '../state/fd.js';
import type { FieldValue } from './field.js';
import { renderContext } from './render-context.js';

/** The event is about a descriptor, known or not: it uses one, makes one, or tried to. */
export function concernsFd(evt: EventView): boolean {
  return evt.fd !== null || evt.row.fdParam >= 0 || evt.row.createsFd;
}

/** The descriptor of the event; null when it is unknown, or was never made because the call failed. */
export function openFd(evt: EventView): FdInfo | null {
  return evt.fdNum < 0 ? null : evt.fd;
}

/** Reads from the descriptor of the event. */
export function ofFd(read: (fd: FdInfo, evt: EventView) => FieldValue): (evt: EventView) => FieldValue {
  return evt => {
    const fd = openFd(evt);
    return fd === null ? null : read(fd, evt);
  };
}

const TUPLE_OF_CONNECT = 1;

/**
 * What stands for the name of a descriptor that nothing is known of: empty, but a value. In captures a connection is
 * called by its addresses, as in the reference.
 */
export function unknownName(evt: EventView): ByteString | null {
  if (!concernsFd(evt)) return null;
  if (!evt.captured || evt.row.name !== 'connect') return '';
  return argText(evt.record, evt.row, TUPLE_OF_CONNECT, renderContext(evt, false));
}

/** fd.name. */
export function fdName(evt: EventView): ByteString | null {
  return evt.fd === null ? unknownName(evt) : evt.fd.name;
}
