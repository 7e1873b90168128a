/**
 * The ways out. In: alerts from the engine and texts of the daemon's own log. Out: bytes on stdout, in a file, to
 * syslog, to a program, to a web server. Imported by cli; knows alerts, log, addon and configuration only.
 *
 * Each output has a queue of its own (queue.ts) in front of its target (target.ts): one file a target. Messages wait in
 * the queue's place (place.ts): memory, or a spool on disk (spool/).
 */
import { join } from 'node:path';
import type { Alert } from '../alerts/alert.js';
import { alertLine, type LineOptions } from '../alerts/line.js';
import type { Config } from '../config/config.js';
import type { LogLevel } from '../log/level.js';
import { DescriptorTarget } from './descriptor.js';
import { FileTarget } from './file.js';
import { HttpTarget } from './http.js';
import { ProgramPerMessage, ProgramTarget } from './program.js';
import { OutputQueue, type QueueOptions } from './queue.js';
import { SpoolPlace } from './spool/place.js';
import type { OutputStatistics } from './statistics.js';
import { syslogMessage, SyslogTarget, type SendDatagram } from './syslog.js';
import type { Target } from './target.js';

export type { OutputStatistics } from './statistics.js';

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
const MEGABYTE = 1 << 20;
const FLUSH_MS = 50;
/** With buffered_outputs, how long a line may wait for others to be written with it. */
const BUFFER_MS = 100;

export class Outputs {
  readonly #options: OutputsOptions;
  readonly #line: LineOptions;
  readonly #timeoutMs: number;
  readonly #stderr: OutputQueue;
  readonly #stdout: OutputQueue;
  readonly #syslog: OutputQueue;
  readonly #file: OutputQueue | null;
  readonly #program: OutputQueue | null;
  readonly #http: OutputQueue | null;
  readonly #spools: { readonly name: string; readonly place: SpoolPlace }[] = [];
  /** Which of them get alerts, of those that are there in any case. */
  readonly #alertsTo: { readonly stdout: boolean; readonly syslog: boolean };

  constructor(options: OutputsOptions) {
    const { config } = options;
    this.#options = options;
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
    const buffered = { lingerMs: config.buffered_outputs ? BUFFER_MS : 0 };
    const { stdout_output, syslog_output, file_output, program_output, http_output } = config;
    this.#alertsTo = { stdout: stdout_output.enabled, syslog: syslog_output.enabled };
    this.#stderr = this.#queue(new DescriptorTarget('stderr', 2));
    this.#stdout = this.#queue(new DescriptorTarget('stdout', 1), buffered);
    this.#syslog = this.#queue(new SyslogTarget(options.send, options.syslogSocket));
    this.#file = file_output.enabled
      ? this.#queue(new FileTarget(file_output.filename, file_output.keep_alive), buffered)
      : null;
    const Program = program_output.keep_alive ? ProgramTarget : ProgramPerMessage;
    this.#program = program_output.enabled
      ? this.#queue(new Program(program_output.program), buffered)
      : null;
    this.#http = http_output.enabled ? this.#queue(this.#httpTarget(config)) : null;
  }

  /** From here on messages are kept on disk, where that is wanted, and those of an earlier run are sent. */
  open(): void {
    for (const { name, place } of this.#spools) {
      const left = place.open();
      if (left > 0)
        this.#options.report(
          'notice',
          `Output '${name}': ${String(left)} messages are in the spool from before`,
        );
    }
  }

  /** Hands an alert to every output that is switched on. */
  alert(alert: Alert): void {
    const line = alertLine(alert, this.#line);
    const { stdout, syslog } = this.#alertsTo;
    this.#http?.push(line);
    if (syslog) this.#syslog.push(syslogMessage(alert.priority, line, new Date()));
    if (!stdout && this.#file === null && this.#program === null) return;
    const withNewline = Buffer.concat([line, NEWLINE]);
    this.#file?.push(withNewline);
    this.#program?.push(withNewline);
    if (stdout) this.#stdout.push(withNewline);
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

  /** Files are opened, programs started, certificates read anew (SIGUSR1). */
  reopen(): void {
    for (const queue of this.#all()) queue.reopen();
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
    const all = [this.#file, this.#stderr, this.#stdout, this.#syslog, this.#program, this.#http];
    return all.filter(queue => queue !== null);
  }

  #queue(target: Target, more: Partial<QueueOptions> = {}): OutputQueue {
    const { config, report } = this.#options;
    const place = this.#spoolFor(target.name);
    return new OutputQueue(target, {
      capacity: config.outputs_queue.capacity,
      timeoutMs: config.output_timeout,
      report,
      ...(place !== undefined && { place }),
      ...more,
    });
  }

  /** Undefined: what waits for this output waits in memory. */
  #spoolFor(name: string): SpoolPlace | undefined {
    const { outputs_spool: spool, outputs_queue } = this.#options.config;
    if (!this.#isSpooled(name)) return undefined;
    const place = new SpoolPlace({
      folder: join(spool.path, name),
      maxBytes: spool.max_size_mb * MEGABYTE,
      capacity: outputs_queue.capacity,
    });
    this.#spools.push({ name, place });
    return place;
  }

  #isSpooled(name: string): boolean {
    const { outputs_spool, syslog_output } = this.#options.config;
    // What syslog gets without syslog_output is the daemon's log.
    const wanted = name !== 'syslog' || syslog_output.enabled;
    return outputs_spool.enabled && wanted && outputs_spool.outputs.some(output => output === name);
  }

  #httpTarget(config: Config): HttpTarget {
    return new HttpTarget({
      ...config.http_output,
      json: config.json_output,
      timeoutMs: config.output_timeout,
      echo: config.http_output.echo ? body => this.#stdout.push(body) : undefined,
      keeps: this.#isSpooled('http'),
    });
  }
}
