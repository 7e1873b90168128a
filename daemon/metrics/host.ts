/** What does not change while the daemon runs, or hardly: kernel, boot, CPUs, addresses. */
import { readFileSync } from 'node:fs';
import { availableParallelism, networkInterfaces, release } from 'node:os';

export interface Host {
  readonly kernelRelease: string;
  /** Nanoseconds since the epoch. */
  readonly bootTime: bigint;
  readonly cpus: number;
  /** Interfaces but loopback, by name. */
  readonly interfaces: readonly {
    readonly name: string;
    readonly ipv4: readonly string[];
    readonly ipv6: readonly string[];
  }[];
}

const SECOND_NS = 1_000_000_000n;

/** @param procRoot /proc of the host */
export function readHost(procRoot = '/proc'): Host {
  const interfaces = Object.entries(addresses()).flatMap(([name, known = []]) => {
    const of = (family: string): readonly string[] =>
      known.filter(one => one.family === family && !one.internal).map(one => one.address);
    const found = { name, ipv4: of('IPv4'), ipv6: of('IPv6') };
    return found.ipv4.length + found.ipv6.length === 0 ? [] : [found];
  });
  return {
    kernelRelease: release(),
    bootTime: bootTime(procRoot),
    cpus: availableParallelism(),
    interfaces,
  };
}

/** None where the system does not say: no netlink in a sandbox, no descriptor left. */
function addresses(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

/** 0 where it cannot be read. */
function bootTime(procRoot: string): bigint {
  try {
    const found = /^btime (\d+)$/m.exec(readFileSync(`${procRoot}/stat`, 'latin1'));
    return BigInt(found?.[1] ?? 0) * SECOND_NS;
  } catch {
    return 0n;
  }
}
