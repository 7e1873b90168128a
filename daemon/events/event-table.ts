/**
 * The event model: event codes and their parameters, the record format, rendering of arguments.
 *
 * In: bytes of event records (from the driver, a capture, a plugin). Out: typed rows and readers over those bytes.
 * Anybody may import this room; it imports nothing.
 */
import { EVENT_TABLE } from './tables/events.js';
import { DYNAMIC_TABLES, type DynamicRow } from './tables/dynamic-types.js';
import { FLAG_TABLES, type FlagRow } from './tables/flags.js';
import { PARAM_TYPES, type ParamTypeName } from './tables/param-types.js';
import { SYSCALL_TABLE } from './tables/syscalls.js';

export type { ParamTypeName } from './tables/param-types.js';

// prettier-ignore
export type EventCategory =
  | 'file' | 'net' | 'ipc' | 'memory' | 'process' | 'sleep' | 'system' | 'signal' | 'user' | 'time'
  | 'io_read' | 'io_write' | 'io_other' | 'wait' | 'scheduler' | 'internal' | 'other' | 'unknown';
export type EventSource = 'syscall' | 'tracepoint' | 'meta' | 'plugin' | 'iter' | 'none';
// prettier-ignore
export type EventFlag =
  | 'creates_fd' | 'uses_fd' | 'destroys_fd' | 'reads_from_fd' | 'writes_to_fd' | 'modifies_state' | 'waits'
  | 'unused' | 'old_version' | 'converter_managed' | 'skip_parse_reset' | 'large_payload';
export type PrintFormat = 'na' | 'dec' | 'hex' | 'oct';

export interface ParamRow {
  readonly index: number;
  readonly name: string;
  readonly type: ParamTypeName;
  /** Bytes of the type; 0 where it varies. */
  readonly size: number;
  readonly format: PrintFormat;
  /** Names of its bits or values, in match order; null when it has none. */
  readonly names: readonly FlagRow[] | null;
  /** Types to choose from when the type is DYN. */
  readonly dynamic: readonly DynamicRow[] | null;
  /** Index of the parameter with the directory descriptor of a relative path, or -1. */
  readonly dirfd: number;
  /** Which path of the event it is, from 0; -1 when it is no path. */
  readonly pathOrdinal: number;
}

export interface EventRow {
  readonly code: number;
  /** evt.type, except for the generic event, where it is the name of the system call. */
  readonly name: string;
  readonly category: EventCategory;
  readonly source: EventSource;
  readonly flags: ReadonlySet<EventFlag>;
  /** Sent when a call returns (or at an instant); false: sent when it begins. */
  readonly exit: boolean;
  readonly params: readonly ParamRow[];
  readonly createsFd: boolean;
  readonly usesFd: boolean;
  /** The generic event, whose name comes with the record. */
  readonly generic: boolean;
  /** evt.type comes with the record: of the generic event and of async events. */
  readonly nameVaries: boolean;
  /** Index of the result (`res`, or the `fd` of calls that return one), or -1. */
  readonly resultParam: number;
  /** Index of the descriptor that a call with `uses_fd` is about, or -1. */
  readonly fdParam: number;
}

const TEXT_KINDS = new Set(['string', 'bytes', 'strings', 'pairs', 'sockaddr', 'socktuple']);

function usualFormat(type: ParamTypeName): PrintFormat {
  if (type === 'MODE') return 'oct';
  return TEXT_KINDS.has(PARAM_TYPES[type].kind) ? 'na' : 'dec';
}

const PARAM_SYNTAX = /^([^:]+):([A-Z0-9_]+)(?::(na|dec|hex|oct))?(?:=(\w+))?(?:@(\d+))?$/;

function isPath(text: string): boolean {
  return /:(FSPATH|FSRELPATH)\b/.test(text);
}

function paramRow(text: string, index: number, all: readonly string[]): ParamRow {
  const match = PARAM_SYNTAX.exec(text);
  if (match === null) throw new Error(`event table: bad parameter '${text}'`);
  const [, name, typeText, format, table, dirfd] = match;
  const type = typeText as ParamTypeName;
  return {
    index,
    name: name!,
    type,
    size: PARAM_TYPES[type].size,
    format: (format as PrintFormat | undefined) ?? usualFormat(type),
    names: table !== undefined && type !== 'DYN' ? FLAG_TABLES[table as keyof typeof FLAG_TABLES] : null,
    dynamic:
      table !== undefined && type === 'DYN' ? DYNAMIC_TABLES[table as keyof typeof DYNAMIC_TABLES] : null,
    dirfd: dirfd === undefined ? -1 : Number(dirfd),
    pathOrdinal: isPath(text) ? all.slice(0, index).filter(isPath).length : -1,
  };
}

/**
 * `res` is the first parameter of most events; those that make a descriptor return it as their first parameter, and
 * getuid(2) and its kin an id as their only one.
 */
function resultParam(exit: boolean, createsFd: boolean, params: readonly ParamRow[]): number {
  const first = params[0];
  if (!exit || first === undefined) return -1;
  if (first.name === 'res' || (createsFd && first.type === 'FD')) return 0;
  return params.length === 1 && (first.type === 'UID' || first.type === 'GID') ? 0 : -1;
}

/**
 * The descriptor used is the parameter named fd, else the first of its type that is not the result; for calls that
 * move data between two, the one written to.
 */
function fdParam(usesFd: boolean, params: readonly ParamRow[]): number {
  if (!usesFd) return -1;
  const named = params.findIndex(
    param => param.type === 'FD' && (param.name === 'fd' || param.name === 'fd_out'),
  );
  return named >= 0 ? named : params.findIndex(param => param.type === 'FD' && param.name !== 'res');
}

const ASYNC_EVENT = 402;

const ROWS: readonly EventRow[] = EVENT_TABLE.map(([code, name, category, source, flags, parameters]) => {
  const params = parameters === '' ? [] : parameters.split(' ').map(paramRow);
  const exit = code % 2 === 1;
  const createsFd = flags.includes('creates_fd');
  const usesFd = flags.includes('uses_fd');
  return {
    code,
    name,
    category,
    source,
    flags: new Set(flags),
    exit,
    params,
    createsFd,
    usesFd,
    generic: code < 2,
    nameVaries: code < 2 || code === ASYNC_EVENT,
    resultParam: resultParam(exit, createsFd, params),
    fdParam: fdParam(usesFd, params),
  };
});

/** Codes are below this. */
export const EVENT_COUNT = ROWS.length;

/** Codes of the generic event, entry and exit. */
export const GENERIC_ENTER = 0;
export const GENERIC_EXIT = 1;

/** Row of an event code below EVENT_COUNT. */
export function eventRow(code: number): EventRow {
  return ROWS[code]!;
}

/** All rows in order of their codes. */
export function eventRows(): readonly EventRow[] {
  return ROWS;
}

const BY_NAME = new Map<string, EventRow[]>();
for (const row of ROWS) {
  if (row.source === 'none' || row.generic) continue;
  const rows = BY_NAME.get(row.name);
  if (rows === undefined) BY_NAME.set(row.name, [row]);
  else rows.push(row);
}
BY_NAME.set('syscall', [ROWS[GENERIC_ENTER]!, ROWS[GENERIC_EXIT]!]);
for (const [, , name, , , , , exit] of SYSCALL_TABLE) {
  if (exit === GENERIC_EXIT && !BY_NAME.has(name))
    BY_NAME.set(name, [ROWS[GENERIC_ENTER]!, ROWS[GENERIC_EXIT]!]);
}

const NO_ROWS: readonly EventRow[] = [];

/**
 * Rows of all events that evt.type calls `name`, old versions and enter events included; for a system call without
 * an event of its own, the generic ones. Empty when nothing has that name.
 */
export function eventsByName(name: string): readonly EventRow[] {
  return BY_NAME.get(name) ?? NO_ROWS;
}

/** Every name that evt.type can have. */
export function eventNames(): readonly string[] {
  return [...BY_NAME.keys()];
}

/** Whether evt.type can be `name`. */
export function isEventName(name: string): boolean {
  return BY_NAME.has(name);
}

/** Index of the parameter called `name`, or -1. */
export function paramIndex(row: EventRow, name: string): number {
  const params = row.params;
  for (let i = 0; i < params.length; i++) {
    if (params[i]!.name === name) return i;
  }
  return -1;
}
