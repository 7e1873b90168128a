import { eventRow } from '../events/event-table.js';
import { RecordReader } from '../events/record.js';
import { Accounts } from './accounts.js';
import type { EventView } from './event.js';
import { ThreadTable } from './thread-table.js';

export interface InspectorOptions {
  /** Where the host's /proc is; default /proc under `hostRoot`. */
  readonly procRoot?: string;
  /** Where the host's root is, for its account files; default the empty string. */
  readonly hostRoot?: string;
  /** Most threads in the table; default 262144. */
  readonly threadLimit?: number;
  /** Events come from this very host, now: unknown threads may be looked up in /proc. */
  readonly live: boolean;
}

/** Walks event records, keeps the tables, and presents each event. */
export class Inspector {
  readonly threads: ThreadTable;
  readonly accounts: Accounts;
  readonly record = new RecordReader();
  readonly view: EventView;
  /** Records that could not be read. */
  malformed = 0;

  constructor(readonly options: InspectorOptions) {
    this.threads = new ThreadTable(options.threadLimit);
    this.accounts = new Accounts();
    this.view = {
      record: this.record,
      threads: this.threads,
      accounts: this.accounts,
      num: 0,
      firstTsHigh: 0,
      firstTsLow: 0,
      previousTsHigh: 0,
      previousTsLow: 0,
      cpu: 0,
      row: eventRow(0),
      name: '',
      source: 'syscall',
      thread: null,
      fdNum: -1,
      fd: null,
      fdNameChanged: false,
      fdAlias: '',
      hasResult: false,
      result: 0,
    };
  }

  /** Fills the tables from /proc. */
  scanProc(): void {
    return;
  }

  /**
   * Applies the record at `recordOffset` of `batch` to the tables and points `view` at it. True: it is an event for
   * the rules; false: it only served the tables, or was malformed (counted).
   */
  process(batch: Buffer, recordOffset: number, cpu: number): boolean {
    const record = this.record;
    if (record.buffer !== batch) record.attach(batch);
    if (record.seek(recordOffset) < 0) {
      this.malformed++;
      return false;
    }
    const view = this.view;
    view.num++;
    view.cpu = cpu;
    view.row = eventRow(record.type);
    view.name = view.row.name;
    view.thread = this.threads.get(record.tid);
    return true;
  }
}
