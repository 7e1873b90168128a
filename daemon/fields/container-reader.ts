import type { Container } from '../containers/container.js';
import type { EventView } from '../state/event.js';
import type { FieldValue } from './field.js';

/**
 * Reads what the container's cgroup tells, too, where no runtime told it (live). On the host the field is `host`; what
 * neither tells has no value.
 */
export function ofContainerOrCgroup(
  key: 'fullId' | 'type',
  host: FieldValue,
): (evt: EventView) => FieldValue {
  return evt => {
    if (evt.container !== null) return evt.container[key] || null;
    if (evt.thread === null) return null;
    const { containerKey } = evt.thread;
    if (containerKey === '') return host;
    return evt.containers.get(containerKey)?.[key] || evt.containers.seen(containerKey)?.[key] || null;
  };
}

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
    const { containerKey } = evt.thread;
    if (containerKey === '') return host;
    const container = evt.containers.get(containerKey);
    return container === null ? null : read(container);
  };
}
