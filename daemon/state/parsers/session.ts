import type { State } from '../state.js';
import type { ThreadInfo } from '../thread.js';

/** setsid: the caller leads a new session, whose id is that of its own namespace, and a new group. */
export function parseSetsid(state: State, thread: ThreadInfo): void {
  const sid = state.record.number(0);
  if (sid < 0) return;
  const main = state.threads.main(thread);
  main.sid = sid;
  // In replay the next exec tells: the reference does not touch these here.
  if (state.view.captured) return;
  main.pgid = main.pid;
  main.vpgid = main.vpid;
  main.tty = 0;
}

/** setpgid: ids are those of the caller's namespace; 0 means the caller, and the group of its own. */
export function parseSetpgid(state: State, thread: ThreadInfo): void {
  const { record, threads } = state;
  if (record.number(0) < 0) return;
  const caller = threads.main(thread);
  const pid = record.number(1);
  const target = pid === 0 || pid === caller.vpid ? caller : ofNamespace(state, caller, pid);
  if (target === null) return;
  // In a capture the reference leaves the group alone when none is named.
  if (state.view.captured && record.number(2) === 0) return;
  const vpgid = record.number(2) === 0 ? target.vpid : record.number(2);
  target.vpgid = vpgid;
  const leader = vpgid === target.vpid ? target : ofNamespace(state, caller, vpgid);
  if (leader !== null) target.pgid = leader.pid;
}

/** A process by the id that the caller uses for it: itself on the host, else the one of its namespace. */
function ofNamespace(state: State, caller: ThreadInfo, vpid: number): ThreadInfo | null {
  if (caller.vpid === caller.pid) return state.threads.get(vpid);
  return state.threads.inNamespaceOf(caller, vpid);
}
