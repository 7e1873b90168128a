/** The daemon of the suite: its alerts, what it costs, and which rules cost most. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { startProcess } from '../support/process.js';

/** An alert as the suite looks at it. */
export interface SeenAlert {
  readonly at: number;
  readonly rule: string;
  readonly priority: string;
  readonly output: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The process and its ancestors. */
  readonly pids: readonly number[];
}

export interface RuleCost {
  readonly rule: string;
  readonly seconds: number;
  readonly evaluations: number;
}

export interface Watcher {
  readonly alerts: readonly SeenAlert[];
  /** Seconds of CPU time so far. */
  cpu(): number;
  /** Dearest first, estimated by the daemon. */
  costs(): Promise<readonly RuleCost[]>;
  /** Events that reached the rules. */
  stop(): Promise<void>;
}

/** Ancestors that are looked at: enough for a program in a container in a package's script. */
const DEPTH = 14;
const FIELDS = [
  'proc.pid',
  'proc.name',
  'proc.exepath',
  'proc.cmdline',
  'proc.pcmdline',
  'proc.aname[2]',
  'proc.aname[3]',
  'fd.name',
  'evt.type',
  'container.name',
  ...Array.from({ length: DEPTH }, (_, depth) => `proc.apid[${depth + 1}]`),
];
const CLOCK_TICKS = 100;
const READY_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Starts it. @param options for the daemon, such as the rules @throws Error with its last lines when it does not watch */
export async function startWatcher(program: string, options: readonly string[]): Promise<Watcher> {
  const port = await freePort();
  const settings = [
    'json_output=true',
    'stdout_output.enabled=true',
    'syslog_output.enabled=false',
    'log_stderr=true',
    'log_syslog=false',
    'watch_config_files=false',
    'webserver.enabled=true',
    'webserver.listen_address=127.0.0.1',
    `webserver.listen_port=${port}`,
    'webserver.prometheus_metrics_enabled=true',
    'metrics.enabled=true',
    'metrics.output_rule=false',
    `append_output[]=${JSON.stringify({ extra_fields: FIELDS })}`,
  ];
  const daemon = startProcess(program, [...options, ...settings.flatMap(setting => ['-o', setting])]);
  try {
    await daemon.line('stderr', /watching/i, READY_MS);
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return {
    get alerts() {
      return daemon.stdout.flatMap(({ text, at }) => parsed(text, at));
    },
    cpu() {
      const [, rest = ''] = readFileSync(`/proc/${daemon.pid}/stat`, 'latin1').split(') ');
      const fields = rest.split(' ').map(Number);
      return (fields[11]! + fields[12]!) / CLOCK_TICKS;
    },
    async costs() {
      const text = await new Promise<string>((resolve, reject) => {
        get({ host: '127.0.0.1', port, path: '/metrics' }, response => {
          let all = '';
          response.on('data', (piece: Buffer) => (all += String(piece)));
          response.on('end', () => resolve(all));
        }).on('error', reject);
      });
      return costsIn(text);
    },
    async stop() {
      const { exitCode } = daemon.child;
      await daemon.stop();
      if (exitCode !== null)
        throw new Error(
          `the daemon ended early:\n${daemon.stderr
            .slice(-5)
            .map(({ text }) => text)
            .join('\n')}`,
        );
    },
  };
}

function parsed(text: string, at: number): SeenAlert[] {
  if (!text.startsWith('{')) return [];
  const alert = JSON.parse(text) as {
    readonly rule: string;
    readonly priority: string;
    readonly output: string;
    readonly output_fields: Readonly<Record<string, unknown>>;
  };
  const fields = alert.output_fields;
  const pids = ['proc.pid', ...Array.from({ length: DEPTH }, (_, depth) => `proc.apid[${depth + 1}]`)]
    .map(name => Number(fields[name]))
    .filter(pid => pid > 0);
  return [{ at, rule: alert.rule, priority: alert.priority, output: alert.output, fields, pids }];
}

function costsIn(text: string): readonly RuleCost[] {
  const read = (name: string): Map<string, number> =>
    new Map(
      [...text.matchAll(new RegExp(`^\\w*${name}\\{(.*)\\} (\\S+)$`, 'gm'))].map(match => [
        /rule_name="([^"]*)"/.exec(match[1]!)![1]!,
        Number(match[2]),
      ]),
    );
  const evaluations = read('rules_evaluations_total');
  return [...read('rules_time_seconds_total')]
    .map(([rule, seconds]) => ({ rule, seconds, evaluations: evaluations.get(rule) ?? 0 }))
    .sort((a, b) => b.seconds - a.seconds);
}
