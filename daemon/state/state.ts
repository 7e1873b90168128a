import type { ContainerTable } from '../containers/container-table.js';
import type { RecordReader } from '../events/record.js';
import type { Accounts } from './accounts.js';
import type { CurrentEvent } from './current-event.js';
import type { PendingChildren } from './pending-children.js';
import type { PendingEnters } from './pending-enter.js';
import type { ThreadInfo } from './thread.js';
import type { ThreadTable } from './thread-table.js';

/** What the parsers work on. */
export interface State {
  readonly record: RecordReader;
  readonly view: CurrentEvent;
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  readonly containers: ContainerTable;
  readonly pending: PendingEnters;
  readonly pendingChildren: PendingChildren;
  /** Events come from this host, now, with the kernel's context. */
  readonly live: boolean;
  /** Numbers of the table's parameters; the context follows at this index. -1: the record has no context. */
  contextAt: number;
  /** Reads one thread from /proc; null when that is not possible. */
  lookUp(tid: number): ThreadInfo | null;
  /** The descriptor is removed before the next event. */
  closeAfter(thread: ThreadInfo, fd: number): void;
  /** The thread is removed before the next event. */
  removeAfter(tid: number): void;
}

/** Updates the tables from the record that the state is at. `thread` did the event. */
export type Parser = (state: State, thread: ThreadInfo) => void;
