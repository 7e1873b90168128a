import type { Container } from '../containers/container.js';
import type { ContainerTable } from '../containers/container-table.js';
import type { ByteString } from '../events/byte-string.js';
import type { EventRow } from '../events/event-table.js';
import type { JsonObject } from '../events/json-value.js';
import type { RecordReader } from '../events/record.js';
import type { FdInfo } from './fd.js';
import type { LocalAddresses } from './local-address.js';
import type { ThreadInfo } from './thread.js';
import type { ThreadTable } from './thread-table.js';
import type { Accounts } from './accounts.js';

/**
 * One event as everything downstream sees it: a flyweight over the current record, with what the state engine
 * found for it. One object lives for the whole run; nothing may keep it, or the record, past the event.
 */
export interface EventView {
  readonly record: RecordReader;
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  readonly containers: ContainerTable;
  /** When the host started, in ns since the epoch: to add to times that count from there. 0 for captures. */
  readonly bootTime: bigint;
  /** Counts from 1. */
  num: number;
  /** Times of the first event and of the one before this, in halves as `record.tsHigh` and `tsLow`. */
  readonly firstTsHigh: number;
  readonly firstTsLow: number;
  readonly previousTsHigh: number;
  readonly previousTsLow: number;
  cpu: number;
  /** Row of the event table for `record.type`. */
  row: EventRow;
  /** evt.type: the table's name, or the system call's own name for the generic event. */
  name: ByteString;
  source: ByteString;
  /** The event itself, of a source whose events are JSON documents; else null. */
  readonly document: JsonObject | null;
  /** The thread that did it; null when nothing is known of it. */
  thread: ThreadInfo | null;
  /** The container that the event is about, when it is one that tells of a container; else that of the thread counts. */
  readonly container: Container | null;
  /** The descriptor that the event is about: number and what is known of it. For a failed open: -1 and what was asked for. */
  fdNum: number;
  fd: FdInfo | null;
  /** An output is being made. Only then may what was read change what is read next (see fields/render-context.ts). */
  printing: boolean;
  /** The event gave the descriptor another name (fd.name_changed). */
  fdNameChanged: boolean;
  /**
   * The path as the program wrote it, made absolute by text alone, when that differs from the kernel's own path in
   * `fd.name`; else the empty string. Rules written for the one or the other form both have to match.
   */
  fdAlias: ByteString;
  /**
   * Addresses of the host that the events come from, for captures, which do not tell the role of every socket: an
   * end is local when it has one of these. null: live, where the role is known.
   */
  readonly localAddresses: LocalAddresses | null;
  /** Index of the first context parameter of the driver in the record; -1 when the record has none. */
  readonly contextAt: number;
  /**
   * The event comes from a capture. There we see what the reference sees, odd as it sometimes is, so that the alerts
   * are the same; of the present host we know better.
   */
  readonly captured: boolean;
  /** Result of the call where the event has one: params `res` or `fd`. */
  hasResult: boolean;
  result: number;
}
