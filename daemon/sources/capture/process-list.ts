import type { ByteString } from '../../events/byte-string.js';
import type { Integer } from '../../events/integer.js';
import { setCgroups } from '../../state/cgroups.js';
import { asDirectory } from '../../state/path.js';
import { newThread, type ThreadInfo } from '../../state/thread.js';
import type { ThreadTable } from '../../state/thread-table.js';
import type { Cursor } from './cursor.js';

/** The version that says how long each entry is, so that entries may grow. */
const WITH_LENGTH = 9;

type Kind = 'i64' | 'u64' | 'u32' | 'u8' | 'str16';

/** Entry of one thread as it is in the file. */
export interface ProcessEntry {
  tid: Integer;
  pid: Integer;
  ptid: Integer;
  sid: Integer;
  vpgid: Integer;
  comm: ByteString;
  exe: ByteString;
  exepath: ByteString;
  args: ByteString;
  cwd: ByteString;
  fdlimit: Integer;
  flags: Integer;
  uid: Integer;
  gid: Integer;
  vmSize: Integer;
  vmRss: Integer;
  vmSwap: Integer;
  pfMajor: Integer;
  pfMinor: Integer;
  env: ByteString;
  vtid: Integer;
  vpid: Integer;
  cgroups: ByteString;
  root: ByteString;
  pidnsInitStartTs: Integer;
  tty: Integer;
  loginuid: Integer;
  exeWritable: Integer;
  capInheritable: Integer;
  capPermitted: Integer;
  capEffective: Integer;
  exeUpperLayer: Integer;
  exeIno: Integer;
  exeInoCtime: Integer;
  exeInoMtime: Integer;
  exeFromMemfd: Integer;
  exeLowerLayer: Integer;
  pgid: Integer;
}

/**
 * The fields in the order of the file, and the version of the list that brought each. Those of the last version came
 * one by one: an entry has them as far as its length goes.
 */
// prettier-ignore
export const PROCESS_LAYOUT: readonly (readonly [name: keyof ProcessEntry, kind: Kind, since: number])[] = [
  ['tid',              'i64',   1],
  ['pid',              'i64',   1],
  ['ptid',             'i64',   1],
  ['sid',              'i64',   6],
  ['vpgid',            'i64',   8],
  ['comm',             'str16', 1],
  ['exe',              'str16', 1],
  ['exepath',          'str16', 7],
  ['args',             'str16', 1],
  ['cwd',              'str16', 1],
  ['fdlimit',          'u64',   1],
  ['flags',            'u32',   1],
  ['uid',              'u32',   1],
  ['gid',              'u32',   1],
  ['vmSize',           'u32',   2],
  ['vmRss',            'u32',   2],
  ['vmSwap',           'u32',   2],
  ['pfMajor',          'u64',   2],
  ['pfMinor',          'u64',   2],
  ['env',              'str16', 3],
  ['vtid',             'i64',   4],
  ['vpid',             'i64',   4],
  ['cgroups',          'str16', 4],
  ['root',             'str16', 5],
  ['pidnsInitStartTs', 'u64',   WITH_LENGTH],
  ['tty',              'u32',   WITH_LENGTH],
  ['loginuid',         'u32',   WITH_LENGTH],
  ['exeWritable',      'u8',    WITH_LENGTH],
  ['capInheritable',   'u64',   WITH_LENGTH],
  ['capPermitted',     'u64',   WITH_LENGTH],
  ['capEffective',     'u64',   WITH_LENGTH],
  ['exeUpperLayer',    'u8',    WITH_LENGTH],
  ['exeIno',           'u64',   WITH_LENGTH],
  ['exeInoCtime',      'u64',   WITH_LENGTH],
  ['exeInoMtime',      'u64',   WITH_LENGTH],
  ['exeFromMemfd',     'u8',    WITH_LENGTH],
  ['exeLowerLayer',    'u8',    WITH_LENGTH],
  ['pgid',             'i64',   WITH_LENGTH],
];

// prettier-ignore
const SIZES: Readonly<Record<Kind, number>> = { i64: 8, u64: 8, u32: 4, u8: 1, str16: 2 };

/** What an entry has that does not say. */
// prettier-ignore
const NOTHING: ProcessEntry = {
  tid: -1, pid: -1, ptid: -1, sid: -1, vpgid: -1, comm: '', exe: '', exepath: '', args: '', cwd: '', fdlimit: 0,
  flags: 0, uid: 0, gid: 0, vmSize: 0, vmRss: 0, vmSwap: 0, pfMajor: 0, pfMinor: 0, env: '', vtid: -1, vpid: -1,
  cgroups: '', root: '', pidnsInitStartTs: 0, tty: 0, loginuid: 0xffffffff, exeWritable: 0, capInheritable: 0,
  capPermitted: 0, capEffective: 0, exeUpperLayer: 0, exeIno: 0, exeInoCtime: 0, exeInoMtime: 0, exeFromMemfd: 0,
  exeLowerLayer: 0, pgid: -1,
};

/** With so few bytes left, two of the optional fields were not there yet (reference/falco, PL_rest). */
const WITHOUT_TTY = 29;
const LATER_THAN_REST: ReadonlySet<keyof ProcessEntry> = new Set(['pidnsInitStartTs', 'tty']);

/** What /proc says behind the path of a file that is gone. */
const DELETED = ' (deleted)';

/** Facts of the executable, as bits of `exeFlags`. */
export const EXE = { writable: 1, upperLayer: 2, fromMemfd: 4, lowerLayer: 8 } as const;

/** Puts the threads of a process list into the table. False: the block is damaged at the cursor. */
export function readProcessList(block: Cursor, version: number, threads: ThreadTable): boolean {
  const read: ThreadInfo[] = [];
  while (block.left >= 4 && !(version < WITH_LENGTH && block.left === 4)) {
    const start = block.at;
    const end = block.end;
    const limit = version < WITH_LENGTH ? end : start + block.u32();
    if (limit <= start + 4 || limit > end) return false;
    block.end = limit;
    const entry = readEntry(block, version);
    block.end = end;
    if (block.failed) return false;
    if (version >= WITH_LENGTH) block.at = limit;
    read.push(threadOf(entry));
  }
  for (const thread of read) threads.add(thread);
  for (const thread of read) {
    const main = thread.tid === thread.pid ? null : threads.get(thread.pid);
    if (main !== null) main.threadCount++;
  }
  return true;
}

function readEntry(block: Cursor, version: number): ProcessEntry {
  const entry: Record<keyof ProcessEntry, Integer | ByteString> = { ...NOTHING };
  let few = false;
  for (const [name, kind, since] of PROCESS_LAYOUT) {
    if (since > version) continue;
    if (since === WITH_LENGTH) {
      if (name === 'pidnsInitStartTs') few = block.left <= WITHOUT_TTY;
      if (few && LATER_THAN_REST.has(name)) continue;
      if (block.left < SIZES[kind]) break;
    }
    entry[name] = block[kind]();
  }
  return entry as ProcessEntry;
}

function threadOf(entry: ProcessEntry): ThreadInfo {
  const thread = newThread(Number(entry.tid), Number(entry.pid));
  thread.ptid = Number(entry.ptid);
  thread.sid = Number(entry.sid);
  thread.vpgid = Number(entry.vpgid);
  thread.pgid = Number(entry.pgid);
  thread.vtid = Number(entry.vtid);
  thread.vpid = Number(entry.vpid);
  thread.comm = entry.comm;
  thread.exe = entry.exe;
  thread.exepath = entry.exepath.endsWith(DELETED) ? entry.exepath.slice(0, -DELETED.length) : entry.exepath;
  thread.args = strings(entry.args);
  thread.env = strings(entry.env);
  thread.cwd = entry.cwd === '' ? '' : asDirectory(entry.cwd);
  thread.root = entry.root;
  thread.fdlimit = entry.fdlimit;
  thread.flags = Number(entry.flags);
  thread.uid = Number(entry.uid);
  thread.gid = Number(entry.gid);
  thread.loginuid = Number(entry.loginuid);
  thread.tty = Number(entry.tty);
  thread.vmSize = Number(entry.vmSize);
  thread.vmRss = Number(entry.vmRss);
  thread.vmSwap = Number(entry.vmSwap);
  thread.pfMajor = entry.pfMajor;
  thread.pfMinor = entry.pfMinor;
  setCgroups(thread, strings(entry.cgroups), null);
  thread.pidnsInitStartTs = entry.pidnsInitStartTs;
  thread.capInheritable = entry.capInheritable;
  thread.capPermitted = entry.capPermitted;
  thread.capEffective = entry.capEffective;
  thread.exeFlags =
    (entry.exeWritable === 0 ? 0 : EXE.writable) |
    (entry.exeUpperLayer === 0 ? 0 : EXE.upperLayer) |
    (entry.exeFromMemfd === 0 ? 0 : EXE.fromMemfd) |
    (entry.exeLowerLayer === 0 ? 0 : EXE.lowerLayer);
  thread.exeIno = entry.exeIno;
  thread.exeInoCtime = entry.exeInoCtime;
  thread.exeInoMtime = entry.exeInoMtime;
  return thread;
}

/** The strings of a list: each ends with NUL, the last one perhaps without. */
function strings(bytes: ByteString): ByteString[] {
  const text = bytes.endsWith('\0') ? bytes.slice(0, -1) : bytes;
  return text === '' ? [] : text.split('\0');
}
