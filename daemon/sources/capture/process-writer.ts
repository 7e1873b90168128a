import type { ByteString } from '../../events/byte-string.js';
import type { ThreadInfo } from '../../state/thread.js';
import { PROCESS_BLOCK_V9 } from './block-table.js';
import type { BlockWriter } from './block-writer.js';
import { EXE, PROCESS_LAYOUT, type ProcessEntry } from './process-list.js';

/** Longest paths and lists that readers take (reference/falco/tables/scap_types.json, limits). */
const LONGEST_PATH = 1023;
const LONGEST_LIST = 4095;
/** A block ends at this size, so that tools that bound what a block may be read the file all the same. */
const FULL_BLOCK = 1 << 20;

/** The threads, leaders and others alike, in as many blocks as it takes. */
export function writeProcessList(blocks: BlockWriter, threads: readonly ThreadInfo[]): void {
  blocks.begin(PROCESS_BLOCK_V9);
  for (const thread of threads) {
    if (thread.exited) continue;
    if (blocks.blockLength > FULL_BLOCK) {
      blocks.end();
      blocks.begin(PROCESS_BLOCK_V9);
    }
    const entry = blocks.beginEntry();
    const values = entryOf(thread);
    for (const [name, kind] of PROCESS_LAYOUT) {
      const value = values[name];
      if (kind === 'str16') blocks.str16(value as ByteString);
      else blocks[kind](value as number | bigint);
    }
    blocks.endEntry(entry, true);
  }
  blocks.end();
}

function entryOf(thread: ThreadInfo): ProcessEntry {
  return {
    tid: thread.tid,
    pid: thread.pid,
    ptid: thread.ptid,
    sid: thread.sid,
    vpgid: thread.vpgid,
    comm: path(thread.comm),
    exe: path(thread.exe),
    exepath: path(thread.exepath),
    args: list(thread.args),
    cwd: path(thread.cwd),
    fdlimit: thread.fdlimit,
    flags: thread.flags,
    uid: thread.uid,
    gid: thread.gid,
    vmSize: thread.vmSize,
    vmRss: thread.vmRss,
    vmSwap: thread.vmSwap,
    pfMajor: thread.pfMajor,
    pfMinor: thread.pfMinor,
    env: list(thread.env),
    vtid: thread.vtid,
    vpid: thread.vpid,
    cgroups: list(thread.cgroups),
    root: path(thread.root),
    pidnsInitStartTs: thread.pidnsInitStartTs,
    tty: thread.tty,
    loginuid: thread.loginuid,
    exeWritable: bit(thread, EXE.writable),
    capInheritable: thread.capInheritable,
    capPermitted: thread.capPermitted,
    capEffective: thread.capEffective,
    exeUpperLayer: bit(thread, EXE.upperLayer),
    exeIno: thread.exeIno,
    exeInoCtime: thread.exeInoCtime,
    exeInoMtime: thread.exeInoMtime,
    exeFromMemfd: bit(thread, EXE.fromMemfd),
    exeLowerLayer: bit(thread, EXE.lowerLayer),
    pgid: thread.pgid,
  };
}

function bit(thread: ThreadInfo, flag: number): number {
  return (thread.exeFlags & flag) === 0 ? 0 : 1;
}

function path(text: ByteString): ByteString {
  return text.slice(0, LONGEST_PATH);
}

/** Each string with its NUL; those that no longer fit are left out. */
function list(strings: readonly ByteString[]): ByteString {
  let all = '';
  for (const text of strings) {
    if (all.length + text.length + 1 > LONGEST_LIST) break;
    all += `${text}\0`;
  }
  return all;
}
