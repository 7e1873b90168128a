import { canonical } from '../../events/integer.js';
import { CONTEXT, taskStart } from '../../events/context-params.js';
import { setCgroups } from '../cgroups.js';
import { asDirectory } from '../path.js';
import type { State } from '../state.js';
import { copyThread, newThread, type ThreadInfo } from '../thread.js';

const PARAM = {
  exe: 1,
  args: 2,
  tid: 3,
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
  flags: 15,
  uid: 16,
  gid: 17,
  vtid: 18,
  vpid: 19,
  pidnsStart: 20,
} as const;

const CLONE_FILES = 0x1;
const CLONE_NEWPID = 0x40;
const CLONE_PARENT = 0x100;
const CLONE_THREAD = 0x2000;
const CLONE_CHILD_IN_PIDNS = 0x20000000;

/** clone, clone3, fork, vfork. */
export const CLONE_CODES: readonly number[] = [223, 225, 227, 335];

/**
 * The side of the caller: the child is known from now on. When it lives in another pid namespace the result is an
 * id of that namespace, and the child's own event has to be awaited.
 */
export function parseCloneCaller(state: State, caller: ThreadInfo): void {
  const { record, threads } = state;
  const tid = record.number(0);
  if (tid <= 0) return;
  const flags = record.uint32(PARAM.flags);
  const isThread = (flags & CLONE_THREAD) !== 0;
  const unknown = caller.pid < 0;
  if (unknown) becomeKnown(state, caller);
  if ((flags & (CLONE_CHILD_IN_PIDNS | CLONE_NEWPID)) !== 0 || caller.vtid !== caller.tid) {
    // The reference makes a child of what its parent is when the child is first seen.
    if (!isThread && !state.view.captured) awaitChild(state, caller, tid, flags);
    return;
  }
  const pid = isThread ? caller.pid : tid;
  const ptid = isThread || (flags & CLONE_PARENT) !== 0 ? caller.ptid : caller.tid;
  const known = threads.get(tid);
  // The child may have been faster: its own event told more, or it is gone already (vfork).
  if (known === null ? threads.wasRemoved(tid) : !known.exited && known.pid === pid && known.ptid === ptid)
    return;
  // What a capture made up of its caller is nothing to hand on.
  const child = unknown
    ? inherit(state, null, null, tid, pid, flags)
    : inherit(state, threads.main(caller), caller, tid, pid, flags);
  child.ptid = ptid;
  child.vpid = isThread ? caller.vpid : tid;
  addChild(state, child);
}

/** A thread of which a capture knew nothing before (see inspector.ts): the event tells who it is. */
function becomeKnown(state: State, caller: ThreadInfo): void {
  const { record, threads } = state;
  const pid = record.number(PARAM.pid);
  const [vtid, vpid] = ownIds(state, caller.tid, pid);
  threads.identify(caller, { pid, vpid, vtid, ptid: record.number(PARAM.ptid) });
  threads.forgetUnknownParent(caller);
  const main = threads.main(caller);
  if (main === caller) caller.cwd = '';
  main.threadCount++;
}

/** The ids that the thread has in its own namespace. The oldest captures do not tell: there were none then. */
function ownIds({ record }: State, tid: number, pid: number): readonly [vtid: number, vpid: number] {
  if (!record.present(PARAM.vtid)) return [tid, pid];
  return [record.number(PARAM.vtid), record.number(PARAM.vpid)];
}

/** Keeps what the child is made of until its own event tells who it is; unless that has been seen. */
function awaitChild(state: State, caller: ThreadInfo, id: number, flags: number): void {
  const { threads, pendingChildren } = state;
  const known = caller.vtid === caller.tid ? threads.get(id) : threads.inNamespaceOf(caller, id);
  if (known !== null && !known.exited && known.ptid === caller.pid) return;
  pendingChildren.store(caller, id, inherit(state, threads.main(caller), caller, id, id, flags));
}

/** The side of the child, in its first event. Returns its entry, which a full table does not keep. */
export function parseCloneChild(state: State): ThreadInfo {
  const { record, threads } = state;
  const tid = record.tid;
  const pid = record.present(PARAM.pid) ? record.number(PARAM.pid) : tid;
  const ptid = record.number(PARAM.ptid);
  const flags = record.uint32(PARAM.flags);
  const known = threads.get(tid);
  // In a capture a child that the caller gave to its own parent is known by its own event only, as in the reference.
  const passedOn = state.view.captured && tid === pid && (flags & CLONE_PARENT) !== 0;
  const fresh = known !== null && !passedOn && isFresh(state, known, pid, ptid);
  const [vtid, vpid] = ownIds(state, tid, pid);
  const pidnsInitStartTs = record.uint(PARAM.pidnsStart);
  const awaited = tid === pid ? state.pendingChildren.take({ tid, ptid, vtid, pidnsInitStartTs }) : null;
  let child: ThreadInfo;
  if (fresh) {
    child = known;
  } else if (awaited !== null) {
    child = inherit(state, awaited, awaited, tid, pid, flags);
  } else {
    const source = threads.get((flags & CLONE_THREAD) !== 0 ? pid : ptid);
    const found = source === null && state.live ? state.lookUp(tid) : null;
    child = found ?? inherit(state, source === null ? null : threads.main(source), source, tid, pid, flags);
    // In the reference a thread that is no leader has no environment to hand on.
    if (state.view.captured && source !== null && source.tid !== source.pid && tid === pid) child.env = [];
  }
  // The reference takes the caller's word for all of it.
  if (fresh && state.view.captured) return child;
  const namespace = pidnsInitStartTs || child.pidnsInitStartTs;
  threads.identify(child, { ptid, vtid, vpid, pidnsInitStartTs: namespace });
  fillFromChild(state, child);
  if (!fresh) addChild(state, child);
  return child;
}

/** Whether the entry is this very child, made by the caller's event just before. */
function isFresh(state: State, known: ThreadInfo, pid: number, ptid: number): boolean {
  if (known.exited || known.pid !== pid || known.ptid !== ptid || known.execTs !== 0) return false;
  if (state.contextAt < 0 || known.startTime === 0) return true;
  return Number(known.startTime) === taskStart(state.record, state.contextAt);
}

function fillFromChild(state: State, child: ThreadInfo): void {
  const { record } = state;
  child.comm = record.string(PARAM.comm);
  child.uid = record.uint32(PARAM.uid);
  child.gid = record.uint32(PARAM.gid);
  if (record.present(PARAM.cgroups)) {
    setCgroups(child, record.strings(PARAM.cgroups), state.view.captured ? null : state.containers);
  }
  if (state.contextAt < 0) return;
  child.startTime = taskStart(record, state.contextAt);
  if (record.present(state.contextAt + CONTEXT.file)) {
    const cwd = asDirectory(record.string(state.contextAt + CONTEXT.file));
    state.threads.main(child).cwd = cwd;
  }
}

/** A copy of the parent with what the event says; strings and lists are shared. */
function inherit(
  state: State,
  main: ThreadInfo | null,
  caller: ThreadInfo | null,
  tid: number,
  pid: number,
  flags: number,
): ThreadInfo {
  const { record } = state;
  const child = main === null ? newThread(tid, pid) : copyThread(main, tid, pid);
  if (caller !== null) child.comm = caller.comm;
  if (record.present(PARAM.exe)) {
    child.exe = record.string(PARAM.exe);
    // Both are read together: arguments that are empty are none.
    child.args = record.strings(PARAM.args);
  }
  if (record.present(PARAM.comm)) child.comm = record.string(PARAM.comm);
  if (main === null)
    setCgroups(child, record.strings(PARAM.cgroups), state.view.captured ? null : state.containers);
  child.flags = flags;
  child.uid = record.uint32(PARAM.uid);
  child.gid = record.uint32(PARAM.gid);
  child.fdlimit = record.int(PARAM.fdlimit);
  child.pfMajor = record.uint(PARAM.pfMajor);
  child.pfMinor = record.uint(PARAM.pfMinor);
  child.vmSize = record.uint32(PARAM.vmSize);
  child.vmRss = record.uint32(PARAM.vmRss);
  child.vmSwap = record.uint32(PARAM.vmSwap);
  child.cloneTs = canonical(record.time());
  child.execTs = 0;
  child.startTime = 0;
  const shared = (flags & CLONE_FILES) !== 0 && tid !== pid;
  if (!shared && main?.fds) child.fds = main.fds.copy();
  return child;
}

function addChild(state: State, child: ThreadInfo): void {
  const { threads, view } = state;
  if (view.captured) threads.forgetUnknownParent(child);
  const known = threads.get(child.tid);
  const counted = known !== null && known.pid === child.pid && !known.exited;
  if (!threads.add(child)) return;
  if (child.tid !== child.pid && !counted) {
    const main = threads.get(child.pid);
    if (main !== null) main.threadCount++;
  }
}
