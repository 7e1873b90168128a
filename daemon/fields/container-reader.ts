import type { Container } from '../containers/container.js';
import type { EventView } from '../state/event.js';
import type { FieldValue } from './field.js';

/**
 * Reads from what is known of the thread's container. On the host the field is `host`; in a container of which
 * nothing is known it has no value.
 */
export function ofContainer(
  read: (container: Container) => FieldValue,
  host: FieldValue,
): (evt: EventView) => FieldValue {
  return evt => {
    if (evt.container !== null) return read(evt.container);
    if (evt.thread === null) return null;
    const { containerId } = evt.thread;
    if (containerId === '') return host;
    const container = evt.containers.get(containerId);
    return container === null ? null : read(container);
  };
}
