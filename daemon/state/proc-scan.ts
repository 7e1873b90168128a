import { canonical } from '../events/integer.js';
import { absoluteCgroup, type CgroupRoots } from './cgroup-roots.js';
import { setCgroups } from './cgroups.js';
import { asDirectory } from './path.js';
import { readFds, SocketCache } from './proc-fds.js';
import { keyValues, nulSeparated, numbersIn, readLink, readProc } from './proc-files.js';
import type { ThreadTable } from './thread-table.js';
import { newThread, NO_ID, type ThreadInfo } from './thread.js';

const TICK_NS = 10_000_000;
const CLONE_FILES = 0x1;
const CLONE_THREAD = 0x2000;
const LONGEST = 4096;

/** Nanoseconds since the epoch at which this host was started. */
export function bootTime(procRoot: string): bigint {
  const uptime = Number(readProc(`${procRoot}/uptime`).split(' ')[0] ?? 0);
  return BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(uptime * 1e9));
}

/** Where cgroups have their whole paths: this process is in no namespace of them. */
const WHOLE: CgroupRoots = new Map();

/**
 * Puts every thread of the host that the table does not have yet, with its descriptors, into it. Kernel threads are
 * left out.
 */
export function scanProc(threads: ThreadTable, procRoot: string, roots: CgroupRoots = WHOLE): void {
  const boot = bootTime(procRoot);
  const sockets = new SocketCache();
  for (const pid of numbersIn(procRoot)) {
    if (threads.get(pid) !== null) continue;
    const main = readProcess(threads, procRoot, pid, boot, roots);
    if (main === null || isKernelThread(main)) continue;
    main.fds = readFds(`${procRoot}/${pid}`, sockets, threads.fdLimit);
    if (!threads.add(main)) return;
    addOtherThreads(threads, procRoot, main);
  }
}

/**
 * One thread, with its process when that is unknown too; its entry, or null when it is gone. Descriptors are read
 * for the process.
 */
export function lookUpThread(
  threads: ThreadTable,
  procRoot: string,
  tid: number,
  roots: CgroupRoots = WHOLE,
): ThreadInfo | null {
  const status = keyValues(readProc(`${procRoot}/${tid}/status`));
  const pid = Number(status.get('Tgid') ?? NaN);
  if (!Number.isInteger(pid)) return null;
  let main = threads.get(pid);
  if (main === null || pid === tid) {
    main = readProcess(threads, procRoot, pid, bootTime(procRoot), roots);
    if (main === null) return null;
    main.fds = readFds(`${procRoot}/${pid}`, new SocketCache(), threads.fdLimit);
    if (!threads.add(main)) return null;
  }
  if (pid === tid) return main;
  const thread = threadOf(procRoot, main, tid);
  if (thread === null || !threads.add(thread)) return null;
  main.threadCount++;
  return thread;
}

function addOtherThreads(threads: ThreadTable, procRoot: string, main: ThreadInfo): void {
  for (const tid of numbersIn(`${procRoot}/${main.pid}/task`)) {
    if (tid === main.pid) continue;
    const thread = threadOf(procRoot, main, tid);
    if (thread !== null && threads.add(thread)) main.threadCount++;
  }
}

function threadOf(procRoot: string, main: ThreadInfo, tid: number): ThreadInfo | null {
  const status = keyValues(readProc(`${procRoot}/${main.pid}/task/${tid}/status`));
  if (status.size === 0) return null;
  const flags = CLONE_THREAD | CLONE_FILES;
  const thread = Object.assign(newThread(tid, main.pid), main, {
    tid,
    flags,
    fds: null,
    threadCount: 1,
    startTime: 0,
  });
  thread.comm = status.get('Name') ?? main.comm;
  thread.vtid = lastNumber(status.get('NSpid'), tid);
  return thread;
}

/** A kernel thread has no memory, hence neither arguments nor an executable. */
function isKernelThread(thread: ThreadInfo): boolean {
  return thread.exepath === '' && thread.args.length === 0 && thread.exe === '' && thread.vmSize === 0;
}

function readProcess(
  { containers }: ThreadTable,
  procRoot: string,
  pid: number,
  boot: bigint,
  roots: CgroupRoots,
): ThreadInfo | null {
  const folder = `${procRoot}/${pid}`;
  const status = keyValues(readProc(`${folder}/status`));
  if (status.size === 0) return null;
  const thread = newThread(pid, pid);
  thread.comm = status.get('Name') ?? '';
  thread.ptid = Number(status.get('PPid') ?? 0);
  thread.uid = columnNumber(status.get('Uid'), 1);
  thread.gid = columnNumber(status.get('Gid'), 1);
  thread.vtid = lastNumber(status.get('NSpid'), pid);
  thread.vpid = lastNumber(status.get('NStgid'), pid);
  thread.vpgid = lastNumber(status.get('NSpgid'), pid);
  thread.vmSize = kilobytes(status.get('VmSize'));
  thread.vmRss = kilobytes(status.get('VmRSS'));
  thread.vmSwap = kilobytes(status.get('VmSwap'));
  thread.capInheritable = hex(status.get('CapInh'));
  thread.capPermitted = hex(status.get('CapPrm'));
  thread.capEffective = hex(status.get('CapEff'));
  applyStat(thread, readProc(`${folder}/stat`), boot);
  const [exe = '', ...args] = nulSeparated(readProc(`${folder}/cmdline`).slice(0, LONGEST));
  thread.exe = exe;
  thread.args = args;
  thread.env = nulSeparated(readProc(`${folder}/environ`).slice(0, LONGEST));
  thread.exepath = (readLink(`${folder}/exe`) ?? '').replace(/ \(deleted\)$/, '');
  thread.cwd = asDirectory(readLink(`${folder}/cwd`) ?? '');
  thread.root = readLink(`${folder}/root`) ?? '/';
  thread.loginuid = Number(readProc(`${folder}/loginuid`).trim() || NO_ID);
  thread.fdlimit = Number(/^Max open files\s+(\d+)/m.exec(readProc(`${folder}/limits`))?.[1] ?? -1);
  setCgroups(thread, readCgroups(folder, roots), containers);
  return thread;
}

/** Fields after the name, which may itself hold blanks and parentheses (proc_pid_stat(5), from field 3 on). */
function applyStat(thread: ThreadInfo, stat: string, boot: bigint): void {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  thread.pgid = field(5);
  thread.sid = field(6);
  thread.tty = field(7);
  thread.pfMinor = field(10);
  thread.pfMajor = field(12);
  thread.startTime = field(22) * TICK_NS;
  thread.cloneTs = canonical(boot + BigInt(Math.round(thread.startTime)));
}

/** `controller=path` for each controller of each hierarchy; the unified one has no controllers. */
export function readCgroups(processFolder: string, roots: CgroupRoots = WHOLE): string[] {
  const cgroups: string[] = [];
  for (const line of readProc(`${processFolder}/cgroup`).split('\n')) {
    const [, controllers, ...path] = line.split(':');
    if (controllers === undefined) continue;
    for (const controller of controllers.split(','))
      cgroups.push(`${controller}=${absoluteCgroup(path.join(':'), roots.get(controller))}`);
  }
  return cgroups;
}

function columnNumber(line: string | undefined, column: number): number {
  return Number(line?.split(/\s+/)[column] ?? NO_ID);
}

function lastNumber(line: string | undefined, otherwise: number): number {
  const parts = line?.split(/\s+/);
  return parts === undefined ? otherwise : Number(parts[parts.length - 1]);
}

function kilobytes(line: string | undefined): number {
  return line === undefined ? 0 : parseInt(line, 10);
}

function hex(text: string | undefined): number | bigint {
  return canonical(BigInt(`0x${text ?? '0'}`));
}
