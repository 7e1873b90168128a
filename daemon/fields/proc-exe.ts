import { asSigned, canonical, type Integer } from '../events/integer.js';
import { flagTable, flagValue } from '../events/flag-table.js';
import type { EventView } from '../state/event.js';
import { inPidNamespace, type ThreadInfo } from '../state/thread.js';
import type { Extractor, Extractors } from './extractor.js';
import { ofThread } from './thread-reader.js';

function exeFlag(name: string): Extractor {
  const bit = flagValue(flagTable('execve_flags'), name);
  if (bit === undefined) throw new Error(`no flag ${name}`);
  return { cost: 1, extract: ofThread(thread => (thread.exeFlags & bit) !== 0) };
}

/** 0 stands for "not known". */
export function known(value: Integer): Integer | null {
  return value === 0 ? null : value;
}

/** Time from `earlier` to `later`, both ns since the epoch; no value when one is unknown or they are in disorder. */
export function span(later: Integer, earlier: Integer): Integer | null {
  if (later === 0 || earlier === 0) return null;
  const apart = BigInt(later) - BigInt(earlier);
  return apart < 0n ? null : canonical(apart);
}

/** When the init process of the thread's pid namespace started; no value in the host's namespace. */
export function pidnsStart(thread: ThreadInfo, evt: EventView): Integer | null {
  if (!inPidNamespace(thread) || thread.pidnsInitStartTs === 0) return null;
  return canonical(BigInt(thread.pidnsInitStartTs) + evt.bootTime);
}

function ctimeAfterPidns(thread: ThreadInfo, evt: EventView): Integer | null {
  // The reference works it out at an exec, and does not hand it on to children.
  if (evt.captured && thread.execTs === 0) return null;
  const start = pidnsStart(thread, evt);
  return start === null ? null : span(thread.exeInoCtime, start);
}

/** The executable file of the process. */
export const procExeFields: Extractors = {
  'proc.is_exe_writable': exeFlag('EXE_WRITABLE'),
  'proc.is_exe_upper_layer': exeFlag('EXE_UPPER_LAYER'),
  'proc.is_exe_lower_layer': exeFlag('EXE_LOWER_LAYER'),
  'proc.is_exe_from_memfd': exeFlag('EXE_FROM_MEMFD'),
  // Signed, as in Falco, though numbers of inodes are not.
  'proc.exe_ino': { cost: 1, extract: ofThread(thread => known(asSigned(thread.exeIno))) },
  'proc.exe_ino.ctime': { cost: 1, extract: ofThread(thread => known(thread.exeInoCtime)) },
  'proc.exe_ino.mtime': { cost: 1, extract: ofThread(thread => known(thread.exeInoMtime)) },
  'proc.exe_ino.ctime_duration_proc_start': {
    cost: 2,
    extract: ofThread(thread => span(thread.cloneTs, thread.exeInoCtime)),
  },
  'proc.exe_ino.ctime_duration_pidns_start': { cost: 2, extract: ofThread(ctimeAfterPidns) },
  'proc.pidns_init_start_ts': { cost: 1, extract: ofThread(pidnsStart) },
};
