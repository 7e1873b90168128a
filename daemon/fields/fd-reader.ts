import type { ByteString } from '../events/byte-string.js';
import type { EventView } from '../state/event.js';
import type { FdInfo } from '../state/fd.js';
import type { FieldValue } from './field.js';

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

/** fd.name: empty, but a value, for a descriptor that nothing is known of. */
export function fdName(evt: EventView): ByteString | null {
  if (evt.fd !== null) return evt.fd.name;
  return concernsFd(evt) ? '' : null;
}
