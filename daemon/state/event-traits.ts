/** What the hot path asks of an event by its code: rows of the event table, column by column, next to each other. */
import { EVENT_COUNT, eventRow } from '../events/event-table.js';
import { isIterated } from './iterator-scan.js';
import { CLONE_CODES } from './parsers/clone.js';
import { HOST_PARSERS } from './parsers/host.js';
import { PARSERS } from './parsers/parser-table.js';

const PROCEXIT = 186;
/** Index of the parameter with the result, and with the descriptor that the event uses. -1: there is none. */
export const RESULT_PARAM = new Int8Array(EVENT_COUNT);
export const FD_PARAM = new Int8Array(EVENT_COUNT);
/** How an event gets its thread: 0 none, 1 only a known one, 2 made up when it is unknown. */
export const THREAD_NEED = new Uint8Array(EVENT_COUNT);
/** Why an event takes another way than most: bits, 0 for most. */
export const Special = { enter: 1, generic: 2, iterated: 4, host: 8, clone: 16 } as const;
export const SPECIAL = new Uint8Array(EVENT_COUNT);
/** Index of the first path when it may start from the current directory, else 255. */
export const CWD_PATH = new Uint8Array(EVENT_COUNT).fill(255);
/** 1 for exits of calls: their entries may be waiting. */
export const EXIT = new Uint8Array(EVENT_COUNT);
/** 1 for events of a capture that need no more of the view than its thread and row to change the tables. */
export const PLAIN = new Uint8Array(EVENT_COUNT);
/** Every event is looked at. */
export const ALL_WATCHED = new Uint8Array(EVENT_COUNT).fill(1);
for (let code = 0; code < PARSERS.length; code++) {
  const row = eventRow(code);
  if (row.source === 'syscall') THREAD_NEED[code] = 2;
  else if (row.source === 'tracepoint') THREAD_NEED[code] = code === PROCEXIT ? 1 : 2;
  else if (row.source === 'meta') THREAD_NEED[code] = 1;
  RESULT_PARAM[code] = row.resultParam;
  FD_PARAM[code] = row.usesFd ? row.fdParam : -1;
  SPECIAL[code] =
    (row.source === 'syscall' && !row.exit ? Special.enter : 0) |
    (row.generic ? Special.generic : 0) |
    (isIterated(code) ? Special.iterated : 0) |
    (HOST_PARSERS[code] !== null ? Special.host : 0) |
    (CLONE_CODES.includes(code) ? Special.clone : 0);
  const path = row.params.find(param => param.pathOrdinal === 0);
  if (path !== undefined && row.exit) CWD_PATH[code] = path.index;
  EXIT[code] = row.exit ? 1 : 0;
  PLAIN[code] = (SPECIAL[code]! & ~Special.generic) === 0 ? 1 : 0;
}
