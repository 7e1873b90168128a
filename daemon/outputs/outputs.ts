/**
 * The ways out. In: alerts from the engine and texts of the daemon's own log. Out: bytes on stdout, in a file, to
 * syslog. Imported by cli; knows alerts, log and configuration only.
 *
 * Each output has a queue of its own (queue.ts) in front of its target (target.ts): one file a target.
 */
import type { Alert } from '../alerts/alert.js';
import { alertLine, type LineOptions } from '../alerts/line.js';
import type { Config } from '../config/config.js';
import type { LogLevel } from '../log/level.js';
import { DescriptorTarget } from './descriptor.js';
import { FileTarget } from './file.js';
import { OutputQueue, type QueueOptions } from './queue.js';
import type { OutputStatistics } from './statistics.js';
import { syslogMessage, SyslogTarget, type SendDatagram } from './syslog.js';

export interface OutputsOptions {
  readonly config: Config;
  readonly hostname: string;
  readonly send: SendDatagram;
  /** Path of the syslog socket; default /dev/log. */
  readonly syslogSocket?: string | undefined;
  readonly report: (level: LogLevel, text: string) => void;
}

/** What an output could not deliver before the end. */
export interface Left {
  readonly name: string;
  readonly lost: number;
  readonly kept: number;
}

const NEWLINE = Buffer.from('\n');
const FLUSH_MS = 50;

export class Outputs {
  readonly #line: LineOptions;
  readonly #timeoutMs: number;
  readonly #stderr: OutputQueue;
  readonly #stdout: OutputQueue;
  readonly #syslog: OutputQueue;
  readonly #file: OutputQueue | null;
  /** Which of them get alerts. */
  readonly #alertsTo: { readonly stdout: boolean; readonly syslog: boolean };

  constructor(options: OutputsOptions) {
    const { config } = options;
    const queue: QueueOptions = {
      capacity: config.outputs_queue.capacity,
      timeoutMs: config.output_timeout,
      report: options.report,
    };
    this.#timeoutMs = config.output_timeout;
    this.#line = {
      json: config.json_output,
      iso8601: config.time_format_iso_8601,
      output: config.json_include_output_property,
      message: config.json_include_message_property,
      outputFields: config.json_include_output_fields_property,
      tags: config.json_include_tags_property,
      hostname: options.hostname,
    };
    this.#alertsTo = { stdout: config.stdout_output.enabled, syslog: config.syslog_output.enabled };
    this.#stderr = new OutputQueue(new DescriptorTarget('stderr', 2), queue);
    this.#stdout = new OutputQueue(new DescriptorTarget('stdout', 1), queue);
    this.#syslog = new OutputQueue(new SyslogTarget(options.send, options.syslogSocket), queue);
    const { enabled, filename, keep_alive } = config.file_output;
    this.#file = enabled ? new OutputQueue(new FileTarget(filename, keep_alive), queue) : null;
  }

  /** Hands an alert to every output that is switched on. */
  alert(alert: Alert): void {
    const line = alertLine(alert, this.#line);
    const withNewline = this.#file !== null || this.#alertsTo.stdout ? Buffer.concat([line, NEWLINE]) : line;
    this.#file?.push(withNewline);
    if (this.#alertsTo.stdout) this.#stdout.push(withNewline);
    if (this.#alertsTo.syslog) this.#syslog.push(syslogMessage(alert.priority, line, new Date()));
  }

  /** Text for standard output that is no alert. */
  print(text: string): void {
    this.#stdout.push(Buffer.from(text));
  }

  /** A line of the daemon's own log, newline included. */
  logToStderr(line: string): void {
    this.#stderr.push(Buffer.from(line));
  }

  logToSyslog(level: number, text: string): void {
    this.#syslog.push(syslogMessage(level, Buffer.from(text), new Date()));
  }

  /** Files are opened anew (SIGUSR1). */
  reopen(): void {
    this.#file?.reopen();
  }

  /** Counters of each output that is switched on, and of what the daemon itself has to say. */
  statistics(): readonly OutputStatistics[] {
    return this.#all().map(queue => queue.statistics);
  }

  /**
   * Waits, for at most the configured timeout, until all of them have delivered what waits.
   * @returns for each output that could not, its name and how many messages are lost, or kept on disk
   */
  async drain(): Promise<readonly Left[]> {
    const left = await Promise.all(
      this.#all().map(async queue => ({ name: queue.name, ...(await queue.drain(this.#timeoutMs)) })),
    );
    return left.filter(one => one.lost > 0 || one.kept > 0);
  }

  /** Gives the log's last words their way out: what can be delivered at once is. */
  async flush(): Promise<void> {
    await Promise.all([this.#stderr.drain(FLUSH_MS), this.#syslog.drain(FLUSH_MS)]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map(queue => queue.close(this.#timeoutMs)));
  }

  #all(): readonly OutputQueue[] {
    const always = [this.#stderr, this.#stdout, this.#syslog];
    return this.#file === null ? always : [this.#file, ...always];
  }
}
