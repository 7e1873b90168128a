import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import type { FdInfo } from './fd.js';

/** What is known of one thread. One shape, every key always present: the hot path depends on it. */
export interface ThreadInfo {
  tid: number;
  /** Thread-group id. */
  pid: number;
  /** Thread id of the real parent. */
  ptid: number;
  vtid: number;
  vpid: number;
  sid: number;
  pgid: number;
  vpgid: number;
  comm: ByteString;
  /** argv[0]. */
  exe: ByteString;
  exepath: ByteString;
  /** argv[1..]. */
  args: readonly ByteString[];
  /** NAME=value, as in the process's memory. */
  env: readonly ByteString[];
  /** Ends with a slash. Shared by the threads of a group: read through the main thread. */
  cwd: ByteString;
  root: ByteString;
  uid: number;
  gid: number;
  /** 4294967295 when unset. */
  loginuid: number;
  /** Device number of the controlling terminal, 0 for none. */
  tty: number;
  fdlimit: Integer;
  /** Clone flags, driver numbering. */
  flags: number;
  vmSize: number;
  vmRss: number;
  vmSwap: number;
  pfMajor: Integer;
  pfMinor: Integer;
  /** `controller=path`, as the driver sends them. */
  cgroups: readonly ByteString[];
  /** 12 characters, or empty on the host. */
  containerId: ByteString;
  capInheritable: Integer;
  capPermitted: Integer;
  capEffective: Integer;
  exeFlags: number;
  exeIno: Integer;
  exeInoCtime: Integer;
  exeInoMtime: Integer;
  pidnsInitStartTs: Integer;
  /** Nanoseconds since the epoch; of the clone, and of the last exec (0 when none was seen). */
  cloneTs: Integer;
  execTs: Integer;
  /** Kernel start time (ns since boot): tells a thread from an earlier one of the same id. 0 when unknown. */
  startTime: Integer;
  /** Descriptors, when this thread has a table of its own; else null and the main thread's counts. */
  fds: Map<number, FdInfo> | null;
  /** Threads of the group that are alive, the leader included (leader only). */
  threadCount: number;
  exited: boolean;
}
