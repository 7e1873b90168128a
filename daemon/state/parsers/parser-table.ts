import { EVENT_COUNT } from '../../events/event-table.js';
import type { Parser } from '../state.js';
import {
  ANONYMOUS_FD_CODES,
  parseAnonymousFd,
  parseMemfd,
  parsePidfdGetfd,
  parsePidfdOpen,
} from './anonymous-fd.js';
import { parseCloneCaller, CLONE_CODES } from './clone.js';
import { parseClose, parseCloseRange } from './close.js';
import { parseChdir, parseChroot, parseFchdir, parseGetcwd } from './directory.js';
import { parseDup, parseFcntl } from './dup.js';
import { parseExec } from './exec.js';
import { parseExit } from './exit.js';
import { parseNamespace } from './namespaces.js';
import { parseOpen } from './open.js';
import { parsePipe } from './pipe.js';
import { parseMemory, parsePrlimit, parseRlimit, parseSwitch } from './resources.js';
import { parseSetpgid, parseSetsid } from './session.js';
import { parseAccept, parseBind, parseConnect } from './socket-address.js';
import { parseSocketIo, SOCKET_IO_CODES } from './socket-io.js';
import { parseGetsockopt, parseSocket, parseSocketpair } from './socket.js';
import { parsePrctl } from './subreaper.js';
import { parseCapset, parseSetGroup, parseSetUser, SET_GROUP_CODES, SET_USER_CODES } from './user.js';

/** Which parser takes which events. Those without one change nothing in the tables. */
const ASSIGNMENTS: readonly (readonly [Parser, readonly number[]])[] = [
  [parseOpen, [3, 59, 307, 327, 337]],
  [parseClose, [5]],
  [parseCloseRange, [451]],
  [parseDup, [363, 365, 367]],
  [parseFcntl, [151]],
  [parsePipe, [61, 393]],
  [parseAnonymousFd, ANONYMOUS_FD_CODES],
  [parseMemfd, [405]],
  [parsePidfdGetfd, [407]],
  [parsePidfdOpen, [409]],
  [parseSocket, [19]],
  [parseSocketpair, [43]],
  [parseGetsockopt, [47]],
  [parseBind, [21]],
  [parseConnect, [23]],
  [parseAccept, [247, 389]],
  [parseSocketIo, SOCKET_IO_CODES],
  [parseCloneCaller, CLONE_CODES],
  [parseExec, [293, 331]],
  [parseExit, [186]],
  [parseChdir, [95]],
  [parseFchdir, [97]],
  [parseGetcwd, [93]],
  [parseChroot, [267]],
  [parseSetUser, SET_USER_CODES],
  [parseSetGroup, SET_GROUP_CODES],
  [parseCapset, [353]],
  [parseNamespace, [241, 285]],
  [parsePrctl, [401]],
  [parseSetsid, [275]],
  [parseSetpgid, [295]],
  [parseRlimit, [141, 143]],
  [parsePrlimit, [145]],
  [parseMemory, [159, 161, 163, 165]],
  [parseSwitch, [152]],
];

/** By event code. */
export const PARSERS: readonly (Parser | null)[] = ASSIGNMENTS.reduce((table, [parser, codes]) => {
  for (const code of codes) table[code] = parser;
  return table;
}, new Array<Parser | null>(EVENT_COUNT).fill(null));
