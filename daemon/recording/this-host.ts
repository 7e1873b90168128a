import { readFileSync } from 'node:fs';
import { cpus, hostname, networkInterfaces, totalmem } from 'node:os';
import { parseIp } from '../events/address.js';
import { toByteString } from '../events/byte-string.js';
import type { HostDescription, Interface } from '../sources/capture/host-writer.js';

const MAX_PID = 4_194_304;

/**
 * The host that the daemon runs on, as captures describe it.
 *
 * @param procRoot where the host's /proc is
 * @param bootTime nanoseconds since the epoch
 */
export function thisHost(procRoot: string, bootTime: bigint): HostDescription {
  return {
    cpus: cpus().length,
    memoryBytes: totalmem(),
    maxPid: maxPid(procRoot),
    hostname: toByteString(hostname()),
    bootTime,
    interfaces: Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap(({ address, netmask }) => interfaceOf(name, address, netmask)),
    ),
  };
}

function interfaceOf(name: string, addressText: string, netmaskText: string): Interface[] {
  // An address of one link has its name behind it.
  const address = parseIp(addressText.replace(/%.*$/, ''));
  if (address === null) return [];
  return [{ name: toByteString(name), address, netmask: parseIp(netmaskText) ?? '' }];
}

function maxPid(procRoot: string): number {
  try {
    return Number(readFileSync(`${procRoot}/sys/kernel/pid_max`, 'latin1'));
  } catch {
    return MAX_PID;
  }
}
