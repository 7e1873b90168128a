/**
 * The examples of packaging/fleet at work: each file is the one that users copy, with other names, ports and folders. Nodes
 * are daemons with a name and a /dev of their own; what they see is a stream of events that the test writes.
 */
import { execFileSync } from 'node:child_process';
import { constants, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { streamEvents, streamRules } from './alert-stream.js';
import { section } from './capture-file.js';
import { patience } from './live.js';
import { eventually, startProcess, type RunningProcess } from './process.js';
import { projectRoot } from './project.js';
import { falco, launchDaemon } from './run-daemon.js';

/** How long a server of the fleet may take to start. */
export const START_MS = 20_000 * patience;

const examples = join(projectRoot, 'packaging/fleet');

/** Words of an example and what stands for them in the test. */
export type Places = Readonly<Record<string, string>>;

/** Writes an example, changed, into a file; a word that the example does not have is an error. */
export function writeExample(name: string, places: Places, path: string): void {
  let text = readFileSync(join(examples, name), 'utf8');
  for (const [word, place] of Object.entries(places)) {
    if (!text.includes(word)) throw new Error(`${name} does not say ${word}`);
    text = text.replaceAll(word, place);
  }
  writeFileSync(path, text);
}

/** Makes certificates for these names the way the documentation says. */
export function makeCertificates(folder: string, ...names: readonly string[]): void {
  execFileSync('sh', [join(examples, 'certificates'), folder, ...names], { stdio: 'pipe' });
}

/** Runs rsyslogd with this configuration, and with lines that a distribution has in front of it. */
export async function startRsyslog(
  folder: string,
  example: string,
  distribution: readonly string[],
  places: Places,
  isUp: () => boolean,
): Promise<RunningProcess> {
  const path = join(folder, example.replaceAll('/', '-'));
  writeExample(example, places, path);
  const main = join(folder, 'rsyslog.conf');
  writeFileSync(main, [...distribution, `$IncludeConfig ${path}`, ''].join('\n'));
  const running = startProcess('/usr/sbin/rsyslogd', ['-n', '-iNONE', '-f', main]);
  try {
    await eventually('rsyslogd is up', isUp, START_MS);
  } catch (error) {
    await running.stop('SIGKILL');
    const said = running.stderr.map(({ text }) => text).join('\n');
    throw new Error(`${String(error)}; it said:\n${said}`, { cause: error });
  }
  return running;
}

/** Whether somebody listens on the port of 127.0.0.1 or of all addresses. */
export function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].some(table =>
    new RegExp(`^ *\\d+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A `, 'm').test(readFileSync(table, 'latin1')),
  );
}

/** A daemon of a machine of that name. */
export interface FleetNode {
  readonly name: string;
  readonly daemon: RunningProcess;
  /** Lets it see so many events more, each of them an alert. */
  raise(count: number): void;
  /** How many it has seen. */
  readonly raised: number;
  /** Ends the stream of events, and with it the daemon. */
  end(): Promise<void>;
}

/** A /dev with nothing in it but what programs need, and the syslog socket of this machine. */
const MACHINE = `#!/bin/sh
set -e
[ -n "$IS_APART" ] || IS_APART=1 exec unshare --mount "$0" "$@"
mount --make-rprivate /
mount -t tmpfs tmpfs "$NODE_FOLDER/dev"
for device in null zero full random urandom; do
  : >"$NODE_FOLDER/dev/$device"
  mount --bind "/dev/$device" "$NODE_FOLDER/dev/$device"
done
ln -s /proc/self/fd "$NODE_FOLDER/dev/fd"
ln -s "$NODE_FOLDER/log" "$NODE_FOLDER/dev/log"
mount --rbind "$NODE_FOLDER/dev" /dev
exec ${falco} "$@"
`;

/**
 * Starts a daemon that has this example in its config.d.
 * @param folder its own; the socket `log` in it is its /dev/log
 */
export function startNode(name: string, folder: string, example: string, places: Places): FleetNode {
  mkdirSync(join(folder, 'config.d'), { recursive: true });
  mkdirSync(join(folder, 'dev'), { recursive: true });
  writeExample(example, places, join(folder, 'config.d', 'fleet.yaml'));
  const pipe = join(folder, `events-${String(Date.now())}`);
  execFileSync('mkfifo', [pipe]);
  const script = join(folder, 'machine');
  writeFileSync(script, MACHINE, { mode: 0o755 });
  const daemon = launchDaemon({
    rules: streamRules(),
    config: {
      engine: { kind: 'replay', replay: { capture_file: pipe } },
      stdout_output: { enabled: false },
      log_syslog: true,
      config_files: [join(folder, 'config.d')],
    },
    args: ['-o', `outputs_spool.path=${join(folder, 'spool')}`],
    env: { FALCO_HOSTNAME: name, NODE_FOLDER: folder },
    executable: script,
  });
  // Opened for both, so that neither opening nor writing waits for a daemon that does not come.
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const stream = new Socket({ fd, readable: false, writable: true });
  stream.on('error', () => undefined);
  daemon.ended.finally(() => stream.destroy()).catch(() => undefined);
  stream.write(section());
  let raised = 0;
  return {
    name,
    daemon,
    raise(count) {
      stream.write(streamEvents(raised, raised + count));
      raised += count;
    },
    get raised() {
      return raised;
    },
    async end() {
      stream.end();
      await daemon.ended;
    },
  };
}

/** Numbers of the alerts in a file of JSON lines, in the order in which they stand there. All have to be of this host. */
export function alertsOf(host: string, file: string): number[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What comes behind the last newline is being written.
  return lines.slice(0, -1).flatMap(line => {
    const alert = JSON.parse(line) as { hostname: string; rule: string; output: string };
    if (alert.hostname !== host) throw new Error(`an alert of ${alert.hostname} in the file of ${host}`);
    const number = /\/stream\/(\d+) end$/.exec(alert.output);
    return number === null ? [] : [Number(number[1])];
  });
}

export function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
