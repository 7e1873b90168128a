import type { EventView } from '../state/event.js';
import { inPidNamespace, type ThreadInfo } from '../state/thread.js';
import { indexOf, type Extractors } from './extractor.js';
import type { FieldValue } from './field.js';
import { argsText, commandLine, ofMain, ofParent, ofThread } from './thread-reader.js';

const LARGEST_PID = 0xffff_ffff;
const MOST_ANCESTORS = 1000;

/** Ids beyond 32 bits belong to no thread of Linux: they have no value. */
function id(value: number): number | null {
  return value > LARGEST_PID ? null : value;
}

/**
 * The leader of a session or a group. On the host its id is the leader's pid. In a pid namespace the id means
 * nothing outside: there the leader is the farthest ancestor with the same id.
 */
function leader(evt: EventView, thread: ThreadInfo, idOf: (thread: ThreadInfo) => number): ThreadInfo | null {
  const wanted = idOf(thread);
  if (wanted < 0) return null;
  if (!inPidNamespace(thread)) {
    const known = evt.threads.get(wanted);
    if (known !== null) return known;
  }
  let found: ThreadInfo | null = null;
  let ancestor = evt.threads.parent(evt.threads.main(thread));
  for (let i = 0; i < MOST_ANCESTORS && ancestor !== null && idOf(ancestor) === wanted; i++) {
    found = ancestor;
    ancestor = evt.threads.parent(ancestor);
  }
  return found;
}

const sidOf = (thread: ThreadInfo): number => thread.sid;
const vpgidOf = (thread: ThreadInfo): number => thread.vpgid;

/** Text of a leader; empty when the leader is unknown. */
function ofLeader(
  idOf: (thread: ThreadInfo) => number,
  read: (leader: ThreadInfo) => string,
): (evt: EventView) => FieldValue {
  return ofThread((thread, evt) => {
    const found = leader(evt, thread, idOf);
    return found === null ? '' : read(found);
  });
}

function ofGroupLeader(read: (leader: ThreadInfo) => string): (evt: EventView) => FieldValue {
  return ofThread((thread, evt) => {
    const found = evt.threads.get(thread.pgid);
    return found === null ? '' : read(found);
  });
}

const comm = (thread: ThreadInfo): string => thread.comm;
const exe = (thread: ThreadInfo): string => thread.exe;
const exepath = (thread: ThreadInfo): string => thread.exepath;

/** A single variable, the empty string when it is not set. */
export function environmentValue(thread: ThreadInfo, prefix: string): string | null {
  const env = thread.env;
  for (let i = 0; i < env.length; i++) {
    if (env[i]!.startsWith(prefix)) return env[i]!.slice(prefix.length);
  }
  return null;
}

function argsLength(thread: ThreadInfo): number {
  let length = 0;
  for (let i = 0; i < thread.args.length; i++) length += thread.args[i]!.length;
  return length;
}

/** The process of the parent: a parent may be one thread of several. Nobody is the parent of what comes from nowhere. */
function parentId(main: ThreadInfo, evt: EventView): number | null {
  const parent = evt.threads.get(main.ptid);
  if (parent !== null) return id(parent.pid);
  return main.ptid <= 0 || evt.captured ? null : id(main.ptid);
}

function parentName(evt: EventView): string | null {
  if (evt.thread === null) return null;
  return evt.threads.parent(evt.threads.main(evt.thread))?.comm ?? null;
}

/**
 * Names, command line, environment and ids of the process. The fields that nearly every rule reads have readers of
 * their own: through a shared one each would be an indirect call more.
 */
export const procIdentityFields: Extractors = {
  'proc.exe': { cost: 1, extract: evt => (evt.thread === null ? null : evt.thread.exe) },
  'proc.pexe': { cost: 2, extract: ofParent(exe) },
  'proc.exepath': { cost: 1, extract: evt => (evt.thread === null ? null : evt.thread.exepath) },
  'proc.pexepath': { cost: 2, extract: ofParent(exepath) },
  'proc.name': { cost: 1, extract: evt => (evt.thread === null ? null : evt.thread.comm) },
  'proc.pname': { cost: 2, extract: parentName },
  'proc.args': {
    cost: 4,
    bind: argument => {
      if (argument.kind !== 'index') return { extract: ofThread(argsText) };
      const index = indexOf(argument);
      return { extract: ofThread(thread => thread.args[index] ?? '') };
    },
  },
  'proc.cmdline': { cost: 4, extract: ofThread(commandLine) },
  'proc.pcmdline': { cost: 5, extract: ofParent(commandLine) },
  'proc.cmdnargs': { cost: 1, extract: ofThread(thread => thread.args.length) },
  'proc.cmdlenargs': { cost: 2, extract: ofThread(argsLength) },
  'proc.exeline': { cost: 4, extract: ofThread(thread => `${thread.exe} ${argsText(thread)}`) },
  'proc.env': {
    cost: 6,
    bind: argument => {
      if (argument.kind !== 'key' || /^\d+$/.test(argument.key))
        return { extract: ofMain(main => main.env.join(' ')) };
      const prefix = `${argument.key}=`;
      return { extract: ofMain(main => environmentValue(main, prefix) ?? '') };
    },
  },
  'proc.cwd': { cost: 1, extract: ofMain(main => main.cwd) },
  'proc.tty': { cost: 1, extract: ofThread(thread => thread.tty) },
  'proc.pid': { cost: 1, extract: ofThread(thread => id(thread.pid)) },
  'proc.ppid': { cost: 2, extract: ofMain(parentId) },
  'proc.vpid': { cost: 1, extract: ofThread(thread => (thread.vpid < 0 ? null : thread.vpid)) },
  'proc.pvpid': { cost: 2, extract: ofParent(parent => parent.vpid) },
  'proc.sid': { cost: 1, extract: ofThread(sidOf) },
  'proc.sname': { cost: 3, extract: ofLeader(sidOf, comm) },
  'proc.sid.exe': { cost: 3, extract: ofLeader(sidOf, exe) },
  'proc.sid.exepath': { cost: 3, extract: ofLeader(sidOf, exepath) },
  'proc.vpgid': { cost: 1, extract: ofThread(vpgidOf) },
  'proc.vpgid.name': { cost: 3, extract: ofLeader(vpgidOf, comm) },
  'proc.vpgid.exe': { cost: 3, extract: ofLeader(vpgidOf, exe) },
  'proc.vpgid.exepath': { cost: 3, extract: ofLeader(vpgidOf, exepath) },
  'proc.pgid': { cost: 1, extract: ofThread(thread => thread.pgid) },
  'proc.pgid.name': { cost: 2, extract: ofGroupLeader(comm) },
  'proc.pgid.exe': { cost: 2, extract: ofGroupLeader(exe) },
  'proc.pgid.exepath': { cost: 2, extract: ofGroupLeader(exepath) },
  'proc.is_sid_leader': { cost: 1, extract: ofThread(thread => thread.sid === thread.vpid) },
  'proc.is_vpgid_leader': { cost: 1, extract: ofThread(thread => thread.vpgid === thread.vpid) },
  'proc.is_pgid_leader': { cost: 1, extract: ofThread(thread => thread.pgid === thread.pid) },
};
