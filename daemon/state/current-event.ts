import type { Container } from '../containers/container.js';
import type { ContainerTable } from '../containers/container-table.js';
import type { ByteString } from '../events/byte-string.js';
import { eventRow, type EventRow } from '../events/event-table.js';
import type { JsonObject } from '../events/json-value.js';
import type { RecordReader } from '../events/record.js';
import type { Accounts } from './accounts.js';
import type { EventView } from './event.js';
import { aliasOf, askedFile } from './open-path.js';
import type { FdInfo } from './fd.js';
import type { LocalAddresses } from './local-address.js';
import { generalise } from './shape.js';
import type { ThreadInfo } from './thread.js';
import type { ThreadTable } from './thread-table.js';

const UNKNOWN: unique symbol = Symbol('not worked out yet');

/**
 * The one EventView. What needs strings to be built (the file that a failed open asked for, the alias of a path)
 * is worked out when it is first asked for. Hot path.
 */
export class CurrentEvent implements EventView {
  num = 0;
  firstTsHigh = 0;
  firstTsLow = 0;
  previousTsHigh = 0;
  previousTsLow = 0;
  cpu = 0;
  row: EventRow = eventRow(0);
  name: ByteString = '';
  source: ByteString = 'syscall';
  document: JsonObject | null = null;
  thread: ThreadInfo | null = null;
  container: Container | null = null;
  fdNum = -1;
  fdNameChanged = false;
  bootTime = 0n;
  localAddresses: LocalAddresses | null = null;
  hasResult = false;
  result = 0;
  /** Index of the context parameters, or -1. */
  contextAt = -1;
  captured = false;
  printing = false;
  private tsHigh = 0;
  private tsLow = 0;
  private knownFd: FdInfo | null | typeof UNKNOWN = null;
  private knownAlias: ByteString | typeof UNKNOWN = '';

  constructor(
    readonly record: RecordReader,
    readonly threads: ThreadTable,
    readonly accounts: Accounts,
    readonly containers: ContainerTable,
  ) {
    // Of a field for doubles each read that hands the value on makes an object of it.
    generalise<CurrentEvent>(this, ['result']);
    this.result = 0;
  }

  get fd(): FdInfo | null {
    if (this.knownFd === UNKNOWN) this.knownFd = askedFile(this);
    return this.knownFd;
  }

  set fd(fd: FdInfo | null) {
    this.knownFd = fd;
  }

  get fdAlias(): ByteString {
    if (this.knownAlias === UNKNOWN) this.knownAlias = aliasOf(this);
    return this.knownAlias;
  }

  /** Counts an event that nobody looks at. */
  skip(): void {
    const { tsHigh, tsLow } = this.record;
    if (this.firstTsHigh === 0) this.noteFirst();
    this.tsHigh = tsHigh;
    this.tsLow = tsLow;
    this.num++;
  }

  /** Forgets the event before, but for its time. The record is at the new event. */
  begin(row: EventRow, cpu: number): void {
    const { tsHigh, tsLow } = this.record;
    if (this.firstTsHigh === 0) this.noteFirst();
    if (this.tsHigh === 0) {
      this.tsHigh = tsHigh;
      this.tsLow = tsLow;
    }
    this.previousTsHigh = this.tsHigh;
    this.previousTsLow = this.tsLow;
    this.tsHigh = tsHigh;
    this.tsLow = tsLow;
    this.num++;
    this.cpu = cpu;
    this.row = row;
    this.name = row.name;
    this.container = null;
    this.fdNum = -1;
    this.fdNameChanged = false;
    this.knownFd = null;
    this.knownAlias = '';
  }

  /** When the latest event happened, in nanoseconds; 0 before the first. */
  latest(): bigint {
    return (BigInt(this.tsHigh) << 32n) | BigInt(this.tsLow);
  }

  /** The first event is the first that is no note of the writer's own. */
  private noteFirst(): void {
    const { type, tsHigh, tsLow } = this.record;
    if (eventRow(type).source === 'meta') return;
    this.firstTsHigh = tsHigh;
    this.firstTsLow = tsLow;
  }

  /** The event is about this descriptor. */
  setFd(num: number, fd: FdInfo | null): void {
    this.fdNum = num;
    this.knownFd = fd;
  }

  /** A call that would have made a descriptor failed: what it asked for is worked out on demand. */
  setFailedOpen(): void {
    this.fdNum = -1;
    this.knownFd = UNKNOWN;
    this.knownAlias = '';
  }

  /** A file was opened under the kernel's own path: its textual form is worked out on demand. */
  setAliasPossible(): void {
    this.knownAlias = UNKNOWN;
  }
}
