import { containerFromJson } from '../../containers/container-json.js';
import { EVENT_COUNT } from '../../events/event-table.js';
import type { State } from '../state.js';

/** Updates the tables from an event that no thread did: it tells of the host. */
export type HostParser = (state: State) => void;

/** useradded. A user of a container is not one of the host. */
function parseUserAdded({ record, accounts }: State): void {
  const [name, home, shell] = [record.string(2), record.string(3), record.string(4)];
  accounts.addUser({ uid: record.uint32(0), gid: record.uint32(1), name, home, shell }, record.string(5));
}

/** userdeleted. */
function parseUserDeleted({ record, accounts }: State): void {
  accounts.removeUser(record.uint32(0), record.string(5));
}

/** groupadded. */
function parseGroupAdded({ record, accounts }: State): void {
  accounts.addGroup({ gid: record.uint32(0), name: record.string(1) }, record.string(2));
}

/** groupdeleted. */
function parseGroupDeleted({ record, accounts }: State): void {
  accounts.removeGroup(record.uint32(0), record.string(2));
}

/** container, of old captures: JSON. */
function parseContainer({ record, view, containers }: State): void {
  const container = containerFromJson(record.string(0));
  if (container === null) return;
  containers.set(container.id, container);
  view.container = container;
}

const APPEARED = 'container';
const GONE = 'container_removed';

/** asyncevent: some tell of containers, in JSON. */
function parseAsync({ record, view, containers }: State): void {
  const name = record.string(1);
  view.name = name;
  if (name !== APPEARED && name !== GONE) return;
  const container = containerFromJson(record.string(2));
  if (container === null) return;
  if (name === APPEARED) containers.set(container.id, container);
  else containers.remove(container.id);
  view.container = container;
}

const PARSERS_BY_CODE: Readonly<Record<number, HostParser>> = {
  324: parseContainer,
  354: parseUserAdded,
  356: parseUserDeleted,
  358: parseGroupAdded,
  360: parseGroupDeleted,
  402: parseAsync,
};

/** By event code; null for most. */
export const HOST_PARSERS: readonly (HostParser | null)[] = Array.from(
  { length: EVENT_COUNT },
  (_, code) => PARSERS_BY_CODE[code] ?? null,
);
