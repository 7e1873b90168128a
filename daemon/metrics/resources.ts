/** What daemon and host use, from /proc and the control group: the formulas are those of `ps` and `free`. */
import { readFileSync } from 'node:fs';

export interface Resources {
  /** Percent of one CPU since the daemon started. */
  readonly cpuPercent: number;
  readonly rssKb: number;
  readonly vszKb: number;
  readonly pssKb: number;
  /** Of the control group; 0: it has no such file. */
  readonly containerMemoryBytes: number;
  /** Percent of all CPUs since the host started. */
  readonly hostCpuPercent: number;
  readonly hostMemoryKb: number;
  readonly hostProcsRunning: number;
  readonly hostOpenFds: number;
}

const TICKS_PER_SECOND = 100;
/** Where a control group says what memory it uses: version 2, then 1. */
const MEMORY_FILES = ['/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory/memory.usage_in_bytes'];

export interface ResourceFiles {
  /** /proc of this process's own namespace, for the daemon. */
  readonly proc?: string;
  /** /proc of the host. */
  readonly hostProc?: string;
  /** File that says what memory the container uses (FALCO_CGROUP_MEM_PATH). */
  readonly cgroupMemory?: string | undefined;
}

/** What cannot be read counts as 0. */
export function readResources({ proc = '/proc', hostProc = proc, cgroupMemory }: ResourceFiles): Resources {
  const status = read(`${proc}/self/status`);
  const memory = read(`${hostProc}/meminfo`);
  const stat = read(`${hostProc}/stat`);
  const used = ['MemFree', 'Buffers', 'Cached'].reduce(
    (left, name) => left - kilobytes(memory, name),
    kilobytes(memory, 'MemTotal'),
  );
  const files = cgroupMemory === undefined ? MEMORY_FILES : [cgroupMemory];
  const container = files.map(read).find(text => text !== '') ?? '';
  return {
    cpuPercent: ownCpu(read(`${proc}/self/stat`), read(`${proc}/uptime`)),
    rssKb: kilobytes(status, 'VmRSS'),
    vszKb: kilobytes(status, 'VmSize'),
    pssKb: kilobytes(read(`${proc}/self/smaps_rollup`), 'Pss'),
    containerMemoryBytes: integer(container),
    hostCpuPercent: hostCpu(stat),
    hostMemoryKb: Math.max(0, used),
    hostProcsRunning: integer(/^procs_running (\d+)$/m.exec(stat)?.[1] ?? ''),
    hostOpenFds: integer(read(`${hostProc}/sys/fs/file-nr`).split('\t', 1)[0]!),
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function integer(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isFinite(value) ? value : 0;
}

function kilobytes(text: string, name: string): number {
  return integer(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? '');
}

/** Time used, over time since the start of the process. */
function ownCpu(stat: string, uptime: string): number {
  // The name of the program stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, start] = [11, 12, 19].map(i => integer(fields[i] ?? '')) as [number, number, number];
  const elapsed = Number.parseFloat(uptime) - start / TICKS_PER_SECOND;
  return elapsed > 0 ? oneDecimal(((user + system) / TICKS_PER_SECOND / elapsed) * 100) : 0;
}

function hostCpu(stat: string): number {
  const times = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(integer) ?? [];
  // Guests count among user already; idle, and waiting for disks, is what is not used.
  const total = times.slice(0, 8).reduce((sum, time) => sum + time, 0);
  const idle = (times[3] ?? 0) + (times[4] ?? 0);
  return total > 0 ? oneDecimal(((total - idle) / total) * 100) : 0;
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
