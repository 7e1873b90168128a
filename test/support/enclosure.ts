/**
 * A network and mounts of a test's own, for daemons that make bridges, firewall rules and mounts: all of that is gone
 * with the last process in it. /run, /dev/shm and the state of CNI are empty there, and do not stay either.
 */
import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { startProcess } from './process.js';
import type { RunningProcess, StartOptions } from './process.js';

const OWN = ['/run', '/dev/shm', '/var/lib/cni'];
/** A test run that is killed ends them, too. */
const UNTIL_PARENT_ENDS = ['--pdeathsig', 'TERM'];
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
      await holder.stop();
    },
  };
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
