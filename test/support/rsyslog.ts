/**
 * A real rsyslogd for tests: a private one with its own socket and file, or the one of the system at /dev/log that
 * writes /var/log/syslog. Only what was started here is stopped.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startProcess } from './process.js';

export interface Syslog {
  /** The unix datagram socket that it reads. */
  readonly socket: string;
  /** The file that it writes, in the traditional form `Mon dd hh:mm:ss host tag: text`. */
  readonly file: string;
  /** Process id; undefined when the system's own was running already. */
  readonly pid: number | undefined;
  /** The lines that were written since this was made. */
  lines(): string[];
  stop(): Promise<void>;
}

/** Starts an rsyslogd that nobody else uses. */
export async function startPrivateSyslog(): Promise<Syslog> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-syslog-'));
  const socket = join(folder, 'log.socket');
  const file = join(folder, 'syslog');
  const config = [
    'module(load="imuxsock" SysSock.Use="off")',
    `input(type="imuxsock" Socket="${socket}" CreatePath="on" RateLimit.Interval="0")`,
    `*.* action(type="omfile" file="${file}" template="RSYSLOG_TraditionalFileFormat")`,
  ];
  return start(folder, socket, file, config, () => rmSync(folder, { recursive: true, force: true }));
}

/** The syslog of this machine: the running one, or one that is started for the test. */
export async function systemSyslog(): Promise<Syslog> {
  const file = '/var/log/syslog';
  if (isListening('/dev/log')) {
    if (!existsSync(file)) throw new Error(`a syslog daemon runs here, but it does not write ${file}`);
    return { socket: '/dev/log', file, pid: undefined, lines: reader(file), stop: () => Promise.resolve() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'falco-syslog-'));
  const config = [
    'module(load="imuxsock" SysSock.Use="on" SysSock.Name="/dev/log" SysSock.RateLimit.Interval="0")',
    `*.* action(type="omfile" file="${file}" template="RSYSLOG_TraditionalFileFormat")`,
  ];
  const ours = !existsSync(file);
  return start(folder, '/dev/log', file, config, () => {
    rmSync(folder, { recursive: true, force: true });
    if (ours) rmSync(file, { force: true });
  });
}

async function start(
  folder: string,
  socket: string,
  file: string,
  config: readonly string[],
  clean: () => void,
): Promise<Syslog> {
  const path = join(folder, 'rsyslog.conf');
  writeFileSync(path, `global(workDirectory="${folder}")\n${config.join('\n')}\n`);
  const lines = reader(file);
  const running = startProcess('/usr/sbin/rsyslogd', ['-n', '-iNONE', '-f', path]);
  await eventually(`rsyslogd listens at ${socket}`, () => isListening(socket));
  return {
    socket,
    file,
    pid: running.pid,
    lines,
    async stop() {
      await running.stop();
      clean();
    },
  };
}

/** Whether a process holds the socket: the kernel's list of unix sockets names it. */
function isListening(socket: string): boolean {
  return readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .some(
      line =>
        line.endsWith(` ${socket}`) ||
        (socket === '/dev/log' && line.endsWith(' /run/systemd/journal/dev-log')),
    );
}

/** Reads what a file gains from now on. */
function reader(file: string): () => string[] {
  const from = existsSync(file) ? statSync(file).size : 0;
  return () => {
    if (!existsSync(file)) return [];
    return readFileSync(file)
      .subarray(from)
      .toString('utf8')
      .split('\n')
      .filter(line => line !== '');
  };
}
