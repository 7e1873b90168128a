/** Where the suite sees alerts: a daemon of its own, or the output of one that runs already. */
import { execFile } from 'node:child_process';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startProcess, type RunningProcess } from '../support/process.js';
import { parseAlert, type SeenAlert } from './alert.js';
import { boundApart } from './bound.js';
import { FILE_FIELDS, MARK, MARK_FIELD } from './attack.js';

export interface Watch {
  readonly alerts: readonly SeenAlert[];
  /** Called after each alert. */
  onAlert(listener: () => void): () => void;
  /** Ends it; the last lines of its log when it did not run until then. */
  stop(): Promise<string | null>;
}

/** How the daemon is called: its program, and the options that choose configuration and rules. */
export interface DaemonCall {
  readonly program: string;
  readonly options: readonly string[];
}

/** Alerts as JSON on stdout and nowhere else, with the fields that the suite compares; nothing else of the configuration changes. */
const PRIVATE = [
  'json_output=true',
  'stdout_output.enabled=true',
  'syslog_output.enabled=false',
  'file_output.enabled=false',
  'program_output.enabled=false',
  'http_output.enabled=false',
  'outputs_spool.enabled=false',
  'webserver.enabled=false',
  'metrics.enabled=false',
  'capture.enabled=false',
  'alerts.throttle.enabled=false',
  'log_stderr=true',
  'log_syslog=false',
  'log_level=info',
  'watch_config_files=false',
  `append_output[]=${JSON.stringify({
    extra_fields: [
      { [MARK_FIELD]: `%proc.env[${MARK}]` },
      'proc.name',
      'proc.exepath',
      'proc.cmdline',
      'container.id',
      'container.name',
      ...FILE_FIELDS,
    ],
  })}`,
];

const READY_MS = 60_000;

/** Starts a daemon for the suite alone. @throws Error with its last lines when it does not watch */
export async function ownDaemon(call: DaemonCall, settings: readonly string[]): Promise<Watch> {
  const options = [...PRIVATE, ...settings].flatMap(setting => ['-o', setting]);
  const [program, ...words] = boundApart([call.program, ...call.options, ...options]);
  const daemon = startProcess(program, words);
  const collected = collect();
  try {
    await daemon.line('stderr', /watching/i, READY_MS);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  collected.from(daemon);
  return {
    ...collected.watch,
    async stop() {
      const early = daemon.child.exitCode !== null || daemon.child.signalCode !== null;
      await daemon.stop();
      return early
        ? daemon.stderr
            .slice(-5)
            .map(({ text }) => text)
            .join('\n')
        : null;
    },
  };
}

/** Reads what a daemon that runs already appends to a file from now on; `-`: what comes on standard input. */
export async function followedFile(path: string): Promise<Watch> {
  const collected = collect();
  if (path === '-') {
    const reader = createInterface({ input: process.stdin });
    reader.on('line', line => collected.line(line));
    return {
      ...collected.watch,
      async stop() {
        reader.close();
        process.stdin.destroy();
        return null;
      },
    };
  }
  let { size: at } = await stat(path);
  let rest = '';
  let file: FileHandle | null = null;
  let over = false;
  const buffer = Buffer.alloc(65_536);
  const look = async (): Promise<void> => {
    file ??= await open(path, 'r');
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) collected.line(line);
    }
  };
  const follow = async (): Promise<void> => {
    while (!over) {
      await look();
      await new Promise(done => setTimeout(done, 5));
    }
  };
  const following = follow();
  return {
    ...collected.watch,
    async stop() {
      over = true;
      await following;
      await file?.close();
      return null;
    },
  };
}

function collect(): {
  readonly watch: Pick<Watch, 'alerts' | 'onAlert'>;
  line(text: string): void;
  from(process: RunningProcess): void;
} {
  const alerts: SeenAlert[] = [];
  const listeners = new Set<() => void>();
  const line = (text: string): void => {
    const alert = parseAlert(text, Date.now());
    if (alert === null) return;
    alerts.push(alert);
    for (const listener of listeners) listener();
  };
  return {
    watch: {
      alerts,
      onAlert(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    line,
    from(daemon) {
      createInterface({ input: daemon.child.stdout! }).on('line', line);
    },
  };
}

/** The rules that this daemon would load, with whether they are enabled. */
export async function loadedRules(call: DaemonCall): Promise<ReadonlyMap<string, boolean>> {
  const options = [...call.options, '-L', '-o', 'json_output=true', '-o', 'log_syslog=false'];
  const { stdout } = await promisify(execFile)(call.program, options, { maxBuffer: 1 << 26 });
  const { rules } = JSON.parse(stdout) as {
    readonly rules: readonly { readonly info: { readonly name: string; readonly enabled: boolean } }[];
  };
  return new Map(rules.map(({ info }) => [info.name, info.enabled]));
}
