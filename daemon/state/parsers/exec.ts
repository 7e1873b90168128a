import { canonical } from '../../events/integer.js';
import { CONTEXT } from '../../events/context-params.js';
import { setCgroups } from '../cgroups.js';
import { asDirectory, joinPath } from '../path.js';
import { isKnownName } from '../pending-enter.js';
import { AT_FDCWD, directoryOf } from '../resolve-path.js';
import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** Parameters of execve and execveat, which has no `filename`. */
const PARAM = {
  exe: 1,
  args: 2,
  pid: 4,
  ptid: 5,
  fdlimit: 7,
  pfMajor: 8,
  pfMinor: 9,
  vmSize: 10,
  vmRss: 11,
  vmSwap: 12,
  comm: 13,
  cgroups: 14,
  env: 15,
  tty: 16,
  vpgid: 17,
  loginuid: 18,
  flags: 19,
  capInheritable: 20,
  capPermitted: 21,
  capEffective: 22,
  exeIno: 23,
  exeCtime: 24,
  exeMtime: 25,
  uid: 26,
  exepath: 27,
  pgid: 28,
  gid: 29,
  filename: 30,
} as const;

const DELETED = ' (deleted)';
const AT_EMPTY_PATH = 1;

/** execve, execveat: a success makes the process another program; a failure changes nothing. */
export function parseExec(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) < 0) return;
  const main = threads.main(thread);
  // A leader that has exited already: another thread made the call, and goes on under the leader's id.
  if (main.threadCount > 1 || main.exited) dropOtherThreads(state, thread);
  const cwd = cwdOf(state);
  if (cwd !== '') main.cwd = cwd;
  if (thread.pid < 0) becomeKnown(state, thread);
  thread.exited = false;
  thread.threadCount = 1;
  thread.exepath = exepathOf(state, thread);
  thread.exe = record.string(PARAM.exe);
  thread.comm = record.string(PARAM.comm);
  thread.args = record.strings(PARAM.args);
  thread.env = record.strings(PARAM.env);
  if (record.present(PARAM.cgroups)) {
    setCgroups(thread, record.strings(PARAM.cgroups), state.view.captured ? null : state.containers);
  }
  thread.fdlimit = record.int(PARAM.fdlimit);
  thread.pfMajor = record.uint(PARAM.pfMajor);
  thread.pfMinor = record.uint(PARAM.pfMinor);
  thread.vmSize = record.uint32(PARAM.vmSize);
  thread.vmRss = record.uint32(PARAM.vmRss);
  thread.vmSwap = record.uint32(PARAM.vmSwap);
  if (record.present(PARAM.tty)) thread.tty = record.uint32(PARAM.tty);
  if (record.present(PARAM.vpgid)) thread.vpgid = record.number(PARAM.vpgid);
  if (record.present(PARAM.pgid)) thread.pgid = record.number(PARAM.pgid);
  if (record.present(PARAM.loginuid)) thread.loginuid = record.uint32(PARAM.loginuid);
  if (record.present(PARAM.uid)) thread.uid = record.uint32(PARAM.uid);
  if (record.present(PARAM.gid)) thread.gid = record.uint32(PARAM.gid);
  if (record.present(PARAM.capEffective)) {
    thread.capInheritable = record.uint(PARAM.capInheritable);
    thread.capPermitted = record.uint(PARAM.capPermitted);
    thread.capEffective = record.uint(PARAM.capEffective);
  }
  thread.exeFlags = record.uint32(PARAM.flags);
  thread.exeIno = record.uint(PARAM.exeIno);
  thread.exeInoCtime = record.uint(PARAM.exeCtime);
  thread.exeInoMtime = record.uint(PARAM.exeMtime);
  thread.execTs = canonical(record.time());
  closeOnExec(state, thread);
}

/** A process of which a capture knew nothing before (see inspector.ts). */
function becomeKnown({ record, threads }: State, thread: ThreadInfo): void {
  const pid = record.number(PARAM.pid);
  threads.identify(thread, { pid, vpid: pid, vtid: pid, ptid: record.number(PARAM.ptid) });
  threads.forgetUnknownParent(thread);
  thread.cwd = '';
}

/** The kernel's cwd from the context. Old captures have one in the event, which the reference does not look at. */
function cwdOf(state: State): string {
  const { record } = state;
  if (state.contextAt >= 0 && record.present(state.contextAt + CONTEXT.file)) {
    return asDirectory(record.string(state.contextAt + CONTEXT.file));
  }
  return '';
}

/** The executable: as the kernel knows it, else from what the call was given. */
function exepathOf(state: State, thread: ThreadInfo): string {
  const { record, view } = state;
  const trusted = record.string(PARAM.exepath);
  if (isKnownName(trusted)) {
    return trusted.endsWith(DELETED) ? trusted.slice(0, -DELETED.length) : trusted;
  }
  const enter = state.pending.current;
  if (enter !== null) {
    if (isKnownName(enter.name)) {
      return joinPath(directoryOf(view, thread, enter.dirfd), enter.name, view.captured);
    }
    if ((enter.flags & AT_EMPTY_PATH) !== 0) return directoryOf(view, thread, enter.dirfd);
    return enter.name === '' ? '' : '<NA>';
  }
  const filename = record.string(PARAM.filename);
  if (filename === '') return '';
  return isKnownName(filename)
    ? joinPath(directoryOf(view, thread, AT_FDCWD), filename, view.captured)
    : '<NA>';
}

/** An exec ends all other threads of the process; the survivor has the id of the leader. */
function dropOtherThreads(state: State, survivor: ThreadInfo): void {
  for (const other of state.threads.members(survivor.pid))
    if (other.tid !== survivor.tid) state.threads.remove(other.tid);
}

function closeOnExec(state: State, thread: ThreadInfo): void {
  state.threads.fds(thread)?.closeOnExec();
}
