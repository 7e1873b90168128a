import { paramIndex, type EventRow } from '../events/event-table.js';
import { flagTable, flagValue, type FlagTableName } from '../events/flag-table.js';
import type { EventView } from '../state/event.js';
import { failed } from './evt-result.js';
import type { Extractors } from './extractor.js';

function bit(table: FlagTableName, name: string): number {
  const value = flagValue(flagTable(table), name);
  if (value === undefined) throw new Error(`no flag ${name} in ${table}`);
  return value;
}

const READ = bit('file_flags', 'O_RDONLY');
const WRITE = bit('file_flags', 'O_WRONLY');
const CREATE = bit('file_flags', 'O_CREAT');
const TMPFILE = bit('file_flags', 'O_TMPFILE');
const CREATED = bit('file_flags', 'O_F_CREATED');
const EXECUTE = 0o111;

interface OpenParams {
  /** Index of the flags, or -1 for creat: it counts for is_open_exec only (fields.md, key extraction facts). */
  readonly flags: number;
  /** Index of the mode, or -1. */
  readonly mode: number;
}

const OPENS = new Set(['open', 'openat', 'openat2', 'open_by_handle_at', 'creat']);
const cache = new Map<EventRow, OpenParams | null>();

/** Where an event of the open family has its flags and mode; null for all others. */
function openParams(row: EventRow): OpenParams | null {
  let params = cache.get(row);
  if (params === undefined) {
    params = OPENS.has(row.name) ? { flags: paramIndex(row, 'flags'), mode: paramIndex(row, 'mode') } : null;
    cache.set(row, params);
  }
  return params;
}

function hasFlags(evt: EventView, bits: number): boolean {
  const params = openParams(evt.row);
  return params !== null && params.flags >= 0 && (evt.record.uint32(params.flags) & bits) !== 0;
}

function opensExecutable(evt: EventView): boolean {
  const params = openParams(evt.row);
  if (params === null || params.mode < 0) return false;
  const creates = params.flags < 0 || (evt.record.uint32(params.flags) & (CREATE | TMPFILE)) !== 0;
  return creates && (evt.record.uint32(params.mode) & EXECUTE) !== 0;
}

/** What an event of the open family is for. The driver sets O_TMPFILE for every open of a directory, too. */
export const evtOpenFields: Extractors = {
  'evt.is_open_read': { cost: 1, extract: evt => hasFlags(evt, READ) },
  'evt.is_open_write': { cost: 1, extract: evt => hasFlags(evt, WRITE) },
  'evt.is_open_exec': { cost: 2, extract: opensExecutable },
  'evt.is_open_create': { cost: 1, extract: evt => hasFlags(evt, CREATED | TMPFILE) && !failed(evt) },
};
