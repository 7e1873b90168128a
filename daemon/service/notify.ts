/**
 * Speaks to the service manager (sd_notify): one datagram to the socket that it names in the environment, a file or
 * an abstract name. This folder is how the daemon behaves as a service: service manager, pid file, signals. It knows
 * nothing of rules and alerts; imported by cli.
 */

/** Sends one datagram without blocking; 0, or the error number of the system. */
export type SendDatagram = (path: string, data: Buffer) => number;

export interface ServiceManager {
  /** The daemon is watching. */
  ready(status: string): void;
  /** A reload has begun; `ready` ends it. */
  reloading(): void;
  stopping(): void;
  /** Milliseconds between signs of life that the manager wants; null: it wants none. */
  readonly watchdogMs: number | null;
  alive(): void;
}

/** @param environment NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID count; without the first nothing is sent */
export function serviceManager(
  environment: Readonly<Record<string, string | undefined>>,
  send: SendDatagram,
  pid: number = process.pid,
): ServiceManager {
  const socket = environment['NOTIFY_SOCKET'] ?? '';
  const say = (...lines: readonly string[]): void => {
    // Whether the manager hears it is its own affair; the daemon works without.
    if (socket !== '') send(socket, Buffer.from(lines.join('\n')));
  };
  return {
    ready: status => say('READY=1', `STATUS=${status}`),
    reloading: () => say('RELOADING=1', `MONOTONIC_USEC=${String(process.hrtime.bigint() / 1000n)}`),
    stopping: () => say('STOPPING=1'),
    alive: () => say('WATCHDOG=1'),
    watchdogMs: socket === '' ? null : watchdogInterval(environment, pid),
  };
}

/** Half of the time after which the manager loses patience. */
function watchdogInterval(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | null {
  const limit = Number(environment['WATCHDOG_USEC'] ?? '');
  const meant = environment['WATCHDOG_PID'] ?? '';
  if (!Number.isFinite(limit) || limit <= 0 || (meant !== '' && meant !== String(pid))) return null;
  return Math.max(1, Math.floor(limit / 2000));
}
