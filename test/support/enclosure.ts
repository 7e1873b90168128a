/**
 * A network and mounts of a test's own, for daemons that make bridges, firewall rules and mounts: all of that is gone
 * with the last process in it. /run, /dev/shm and the state of CNI are empty there, and do not stay either.
 */
import { readdirSync, readlinkSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startProcess } from './process.js';
import type { RunningProcess, StartOptions } from './process.js';

const OWN = ['/run', '/dev/shm', '/var/lib/cni'];
/** A test run that is killed ends them, too; one that is interrupted at a terminal ends them in order. */
const UNTIL_PARENT_ENDS = ['--pdeathsig', 'TERM', 'setsid'];
const CGROUPS = '/sys/fs/cgroup';

export interface Enclosure {
  /** The command that runs a command inside. */
  inside(command: readonly string[]): readonly string[];
  /** Starts a program inside. */
  start(command: string, args: readonly string[], options?: StartOptions): RunningProcess;
  stop(): Promise<void>;
}

export async function openEnclosure(): Promise<Enclosure> {
  const prepare = [
    'set -e',
    'ip link set lo up',
    `for at in ${OWN.join(' ')}; do mkdir -p "$at"; mount -t tmpfs tmpfs "$at"; done`,
    'echo ready',
    'exec sleep 1000000',
  ].join('\n');
  const holder = startProcess('setpriv', [
    ...UNTIL_PARENT_ENDS,
    'unshare',
    '--net',
    '--mount',
    'sh',
    '-c',
    prepare,
  ]);
  await holder.line('stdout', /^ready$/);
  const inside = (command: readonly string[]): readonly string[] => [
    'nsenter',
    '-t',
    String(holder.pid),
    '-n',
    '-m',
    ...command,
  ];
  return {
    inside,
    start(command, args, options) {
      const [enter, ...rest] = inside([command, ...args]);
      return startProcess('setpriv', [...UNTIL_PARENT_ENDS, enter!, ...rest], options);
    },
    async stop() {
      const left = (): number[] => processesInMountsOf(holder.pid).filter(pid => pid !== holder.pid);
      for (const pid of left()) kill(pid);
      await eventually('nothing is left inside', () => left().length === 0);
      await holder.stop();
    },
  };
}

/** Processes that share the mounts of one: the monitors of what ran in containers stay for minutes. */
function processesInMountsOf(pid: number): number[] {
  const mounts = mountsOf(String(pid));
  if (mounts === '') return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && mountsOf(name) === mounts)
    .map(Number);
}

/** The mount namespace of a process; empty when it has ended. */
function mountsOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Removes control groups of this name below the root of each hierarchy, where nothing runs in them. */
export function removeEmptyCgroups(name: string): void {
  const hierarchies = [CGROUPS, ...readdirSync(CGROUPS).map(entry => join(CGROUPS, entry))];
  for (const hierarchy of hierarchies) removeEmpty(join(hierarchy, name));
}

function removeEmpty(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch {
    // It is not there, or somebody else uses it.
  }
}
