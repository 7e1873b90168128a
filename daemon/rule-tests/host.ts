/** The made-up host of one test: its processes, and the records of what they do. */
import type { ByteString } from '../events/byte-string.js';
import { writeRecord, type ParamValue } from '../events/record-writer.js';
import { PARAM_TYPES } from '../events/tables/param-types.js';
import { FdType, L4Proto, newFd } from '../state/fd.js';
import { FdTable } from '../state/fd-table.js';
import { Inspector } from '../state/inspector.js';
import { newThread, NO_ID, type ThreadInfo } from '../state/thread.js';
import type { CallEvent, ProcessFacts } from './test-file.js';

const START = 1_700_000_000_000_000_000n;
const STEP = 1_000_000n;
const CONTAINER_ID_LENGTH = 64;
const SHORT_ID_LENGTH = 12;
const EXEC: ReadonlySet<string> = new Set(['execve', 'execveat']);
const FIRST_PID = 1000;

const USERS: readonly (readonly [uid: number, name: string, home: string])[] = [
  [0, 'root', '/root'],
  [1000, 'user', '/home/user'],
];

export class TestHost {
  readonly inspector = new Inspector({ live: false, captured: false });
  readonly #threads = new Map<ProcessFacts, ThreadInfo>();
  readonly #init: ThreadInfo;
  #nextPid = FIRST_PID;
  #time = START;

  constructor() {
    for (const [uid, name, home] of USERS) this.#addUser(uid, name, home);
    this.#init = Object.assign(newThread(1, 1), {
      ptid: 0,
      comm: 'systemd',
      exe: '/usr/lib/systemd/systemd',
      exepath: '/usr/lib/systemd/systemd',
      cwd: '/',
      uid: 0,
      gid: 0,
      loginuid: NO_ID,
      cloneTs: Number(START),
      fds: new FdTable(),
    });
    this.inspector.threads.add(this.#init);
  }

  /** The record of an event; its process is there from now on. */
  record(event: CallEvent): Buffer {
    const isExec = EXEC.has(event.row.name) && event.params[event.row.resultParam] === 0;
    const known = this.#threads.get(event.process);
    const thread = known ?? this.#add(event.process);
    this.#time += STEP;
    let { params } = event;
    if (isExec) {
      params = this.#execParams(event, thread);
      // Until the record says what it has become, a new process is like the one that it comes from.
      const parent = this.inspector.threads.get(thread.ptid);
      if (known === undefined && parent !== null) Object.assign(thread, forked(parent));
    }
    this.#knowSocket(event, thread);
    return writeRecord({ type: event.row.code, time: this.#time, tid: thread.tid, params });
  }

  #add(facts: ProcessFacts): ThreadInfo {
    const parent = facts.parent === null ? this.#init : this.#of(facts.parent);
    const pid = this.#nextPid++;
    const thread = newThread(pid, pid);
    Object.assign(thread, {
      ...forked(parent),
      ptid: parent.pid,
      comm: facts.name,
      exe: facts.exe,
      exepath: facts.exepath,
      args: facts.args,
      fds: new FdTable(),
      cloneTs: Number(START),
    });
    thread.env = facts.env ?? parent.env;
    thread.cwd = facts.cwd === undefined ? parent.cwd : asDirectory(facts.cwd);
    thread.uid = facts.uid ?? parent.uid;
    thread.gid = facts.gid ?? facts.uid ?? parent.gid;
    thread.loginuid = facts.loginuid ?? parent.loginuid;
    thread.tty = facts.tty ?? parent.tty;
    if (facts.user !== undefined) this.#addUser(thread.uid, facts.user, `/home/${facts.user}`);
    if (facts.container !== undefined) {
      thread.containerId = thread.containerKey = facts.container.slice(0, SHORT_ID_LENGTH);
      thread.cgroups =
        facts.container === '' ? [] : [`cpuset=/docker/${facts.container.padEnd(CONTAINER_ID_LENGTH, '0')}`];
    }
    for (const [num, { type, name }] of facts.files) {
      thread.fds!.set(num, Object.assign(newFd(type), { name, nameRaw: name }));
    }
    this.inspector.threads.add(thread);
    this.#threads.set(facts, thread);
    return thread;
  }

  #of(facts: ProcessFacts): ThreadInfo {
    return this.#threads.get(facts) ?? this.#add(facts);
  }

  /** What an exec reports of the process, where the test does not say it. */
  #execParams({ row, params }: CallEvent, thread: ThreadInfo): readonly ParamValue[] {
    const facts: Readonly<Record<string, ParamValue>> = {
      exe: thread.exe,
      args: thread.args,
      tid: thread.tid,
      pid: thread.pid,
      ptid: thread.ptid,
      comm: thread.comm,
      cgroups: thread.cgroups,
      env: thread.env,
      tty: thread.tty,
      loginuid: thread.loginuid,
      uid: thread.uid,
      gid: thread.gid,
      trusted_exepath: thread.exepath,
      filename: thread.exepath,
    };
    return row.params.map((param, index) => {
      const given = params[index] ?? null;
      return given === null || given === 0 || given === '' ? (facts[param.name] ?? given) : given;
    });
  }

  /** A call with addresses needs a socket: without one in `files` it is TCP. */
  #knowSocket({ row, params }: CallEvent, thread: ThreadInfo): void {
    const addressed = row.params.some(
      ({ type, index }) => PARAM_TYPES[type].kind === 'socktuple' && params[index] !== null,
    );
    const num = row.fdParam < 0 ? null : params[row.fdParam];
    if (!addressed || typeof num !== 'number' || thread.fds!.has(num)) return;
    thread.fds!.set(num, Object.assign(newFd(FdType.ipv4), { transport: L4Proto.tcp }));
  }

  #addUser(uid: number, name: ByteString, home: ByteString): void {
    this.inspector.accounts.addUser({ uid, gid: uid, name, home, shell: '/bin/sh' });
    this.inspector.accounts.addGroup({ gid: uid, name });
  }
}

/** What a process has from its parent. */
function forked(parent: ThreadInfo): Partial<ThreadInfo> {
  const { comm, exe, exepath, args, env, cwd, root, uid, gid, loginuid, tty, cgroups } = parent;
  const { containerId, containerKey } = parent;
  return {
    comm,
    exe,
    exepath,
    args,
    env,
    cwd,
    root,
    uid,
    gid,
    loginuid,
    tty,
    cgroups,
    containerId,
    containerKey,
  };
}

function asDirectory(path: ByteString): ByteString {
  return path.endsWith('/') ? path : `${path}/`;
}
