/** A host for tests of the state engine: sends events as the driver does, with the kernel's context. */
import { contextOf, writeRecord, type ParamValue, type TaskSpec } from '../../daemon/events/record-writer.js';
import { Inspector, type InspectorOptions } from '../../daemon/state/inspector.js';
import type { ThreadInfo } from '../../daemon/state/thread.js';

export interface Sent {
  readonly tid?: number;
  /** What the kernel says of the thread, where it is not the usual. */
  readonly task?: Partial<TaskSpec>;
  readonly file?: string;
  readonly base1?: string;
  readonly base2?: string;
}

const START = 1_700_000_000_000_000_000n;

export class MadeUpHost {
  readonly inspector: Inspector;
  private time = START;

  constructor(options: Partial<InspectorOptions> = {}) {
    this.inspector = new Inspector({
      live: true,
      procRoot: '/nonexistent',
      hostRoot: '/nonexistent',
      ...options,
    });
  }

  /** Sends one event of thread `tid` (default 100); returns whether it is for the rules. */
  send(type: number, params: readonly ParamValue[], sent: Sent = {}): boolean {
    const tid = sent.tid ?? 100;
    const task = {
      pid: tid,
      ppid: 1,
      uid: 0,
      gid: 0,
      loginuid: 0xffffffff,
      start: 5_000_000_000n,
      comm: 'sh',
      ...sent.task,
    };
    const context = contextOf(task, sent.file, sent.base1, sent.base2);
    this.time += 1000n;
    return this.inspector.process(writeRecord({ type, time: this.time, tid, params, context }), 0, 0);
  }

  thread(tid: number): ThreadInfo {
    const thread = this.inspector.threads.get(tid);
    if (thread === null) throw new Error(`thread ${tid} is not in the table`);
    return thread;
  }
}

/** Parameters of clone, in the child (`res` 0) or the caller. */
export function cloneParams(
  res: number,
  tid: number,
  pid: number,
  ptid: number,
  flags = 0,
  comm = 'sh',
): ParamValue[] {
  return [
    res,
    comm,
    null,
    tid,
    pid,
    ptid,
    '',
    1024,
    0,
    0,
    10,
    5,
    0,
    comm,
    ['memory=/'],
    flags,
    0,
    0,
    tid,
    pid,
    0,
  ];
}

/** Parameters of a successful execve. */
export function execParams(tid: number, ptid: number, path: string, args: readonly string[]): ParamValue[] {
  const comm = path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
  // prettier-ignore
  return [
    0, path, args, tid, tid, ptid, '', 1024, 0, 1, 20, 9, 0, comm, ['memory=/'], ['HOME=/root'], 34816, tid, 1000, 1,
    0, 0x1ff, 0x1ff, 77, 1, 2, 0, path, tid, 0, path,
  ];
}
