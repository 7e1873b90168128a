/** A made-up host with processes on it, whose calls are judged by rules: one after the other, as live events are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Alert } from '../../daemon/alerts/alert.js';
import { Detector } from '../../daemon/engine/detector.js';
import { eventRow, eventsByName, type EventRow } from '../../daemon/events/event-table.js';
import { flagTable, flagValue, type FlagTableName } from '../../daemon/events/flag-table.js';
import { writeRecord, type ParamValue } from '../../daemon/events/record-writer.js';
import { buildRuleset } from '../../daemon/filter/compile/ruleset.js';
import { loadRules, type CompiledRule } from '../../daemon/rules/load.js';
import { FdType, newFd } from '../../daemon/state/fd.js';
import { Inspector } from '../../daemon/state/inspector.js';
import { FdTable } from '../../daemon/state/fd-table.js';
import { newThread, NO_ID, type ThreadInfo } from '../../daemon/state/thread.js';
import { projectRoot } from './project.js';

/** Files with rules that are delivered, in the order in which they are loaded. */
export const DELIVERED = ['etc/falco_rules.yaml', 'etc/falco-extra_rules.yaml'] as const;

/** The rules that are delivered, as files for the loader; `local` comes after them. */
export function loadDelivered(local = ''): ReturnType<typeof loadRules> {
  return loadRules([
    ...DELIVERED.map(name => ({ name, content: readFileSync(join(projectRoot, name)) })),
    { name: 'local.yaml', content: Buffer.from(local) },
  ]);
}

export interface ProcessSpec {
  readonly name: string;
  /** Path of the program; default: `name` in /usr/bin. */
  readonly exe?: string;
  /** As the program was called; default: its path. */
  readonly argv0?: string;
  readonly args?: readonly string[];
  readonly parent?: ThreadInfo;
  /** 64 hexadecimal digits; default: that of the parent, else the host. */
  readonly container?: string;
  readonly tty?: number;
  readonly uid?: number;
  readonly cwd?: string;
}

export const CONTAINER = 'c0ffee'.padEnd(64, '0');
const START = 1_700_000_000_000_000_000n;

function bits(table: FlagTableName, names: string): number {
  if (names === '') return 0;
  return names.split('|').reduce((sum, name) => {
    const value = flagValue(flagTable(table), name);
    if (value === undefined) throw new Error(`no flag ${name} in ${table}`);
    return sum | value;
  }, 0);
}

/** The present exit event of a system call. */
function exitRow(call: string): EventRow {
  const row = eventsByName(call)
    .filter(({ exit, flags }) => exit && !flags.has('old_version'))
    .at(-1);
  if (row === undefined) throw new Error(`no event ${call}`);
  return eventRow(row.code);
}

function inContainer(
  { container, parent }: ProcessSpec,
  id: string,
): { containerId: string; containerKey: string } {
  const short = container === undefined ? (parent?.containerId ?? '') : id.slice(0, 12);
  return { containerId: short, containerKey: short };
}

export class RuleHost {
  readonly inspector = new Inspector({ live: false });
  readonly #detector: Detector;
  readonly #alerts: Alert[] = [];
  readonly init: ThreadInfo;
  #lastPid = 1;
  #time = START;

  constructor(rules: readonly CompiledRule[], mode: 'first' | 'all' = 'first') {
    const judged = rules.map(({ index, filter, eventTypes }) => ({ index, filter: filter.tree, eventTypes }));
    const ruleset = buildRuleset(judged, mode);
    this.#detector = new Detector(this.inspector, { ruleset, rules }, alert => this.#alerts.push(alert));
    this.inspector.accounts.addUser({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/bash' });
    this.inspector.accounts.addUser({
      uid: 1000,
      gid: 1000,
      name: 'ann',
      home: '/home/ann',
      shell: '/bin/bash',
    });
    this.init = this.process({ name: 'systemd', exe: '/usr/lib/systemd/systemd' });
  }

  /** A process that has been there for a while. */
  process(spec: ProcessSpec): ThreadInfo {
    const pid = this.#lastPid++;
    const thread = newThread(pid, pid);
    const exepath = spec.exe ?? `/usr/bin/${spec.name}`;
    const container = spec.container ?? '';
    Object.assign(thread, {
      ptid: spec.parent?.pid ?? (pid === 1 ? 0 : 1),
      comm: spec.name.slice(0, 15),
      exe: spec.argv0 ?? exepath,
      exepath,
      args: spec.args ?? [],
      cwd: spec.cwd ?? '/root/',
      uid: spec.uid ?? 0,
      gid: spec.uid ?? 0,
      loginuid: NO_ID,
      tty: spec.tty ?? 0,
      fds: new FdTable(),
      ...inContainer(spec, container),
      cgroups: spec.container === undefined ? (spec.parent?.cgroups ?? []) : [`cpuset=/docker/${container}`],
      cloneTs: Number(START),
    });
    this.inspector.threads.add(thread);
    return thread;
  }

  /** One event of a call with parameters by name; those that are left out are 0 or empty. Names of rules that fire. */
  call(
    thread: ThreadInfo,
    call: string,
    params: Readonly<Record<string, ParamValue>> = {},
  ): readonly string[] {
    return this.alertsOf(thread, call, params).map(alert => alert.rule);
  }

  alertsOf(
    thread: ThreadInfo,
    call: string,
    params: Readonly<Record<string, ParamValue>> = {},
  ): readonly Alert[] {
    const row = exitRow(call);
    for (const name of Object.keys(params)) {
      if (!row.params.some(param => param.name === name)) throw new Error(`${call} has no parameter ${name}`);
    }
    const values = row.params.map(param => params[param.name] ?? (param.size > 0 ? 0 : ''));
    this.#time += 1_000_000n;
    this.#alerts.length = 0;
    const record = writeRecord({ type: row.code, time: this.#time, tid: thread.tid, params: values });
    this.#detector.onRecord(record, 0, 0);
    return [...this.#alerts];
  }

  /** Opens a file: `flags` as in `O_WRONLY|O_TRUNC`; `fd` below 0 is an error. */
  open(thread: ThreadInfo, name: string, flags = 'O_RDONLY', fd = 7): readonly string[] {
    return this.call(thread, 'openat', { fd, dirfd: -100, name, flags: bits('file_flags', flags) });
  }

  /** A new process of `parent` executes a program. */
  exec(parent: ThreadInfo, spec: Omit<ProcessSpec, 'parent'>): readonly string[] {
    const child = this.process({ ...spec, name: parent.comm, parent });
    const exepath = spec.exe ?? `/usr/bin/${spec.name}`;
    return this.call(child, 'execve', {
      exe: spec.argv0 ?? exepath,
      args: spec.args ?? [],
      tid: child.tid,
      pid: child.pid,
      ptid: parent.pid,
      cwd: '/',
      comm: spec.name.slice(0, 15),
      cgroups: child.cgroups,
      tty: spec.tty ?? 0,
      loginuid: NO_ID,
      uid: child.uid,
      trusted_exepath: exepath,
    });
  }

  chmod(thread: ThreadInfo, filename: string, mode: string): readonly string[] {
    return this.call(thread, 'fchmodat', { dirfd: -100, filename, mode: bits('chmod_mode', mode) });
  }

  /** A descriptor that the process has had open. */
  give(thread: ThreadInfo, fd: number, name: string, type: FdType = FdType.fileV2): void {
    thread.fds?.set(fd, Object.assign(newFd(type), { name }));
  }

  flags(table: FlagTableName, names: string): number {
    return bits(table, names);
  }
}
