/**
 * The ways out. In: alerts from the engine and texts of the daemon's own log. Out: bytes on stdout, in a file, to
 * syslog, to a program, to a web server. Imported by cli; knows alerts, log, addon and configuration only.
 *
 * Each output has a queue of its own (queue.ts) in front of its target (target.ts): one file a target. Messages wait in
 * the queue's place (place.ts): memory, or a spool on disk (spool/).
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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

/** An output that was switched off and has messages still. */
interface Leaving {
  readonly queue: OutputQueue;
  /** Aborted when it is switched on again. */
  readonly stays: AbortController;
  /** It cannot stay any more. */
  closing: boolean;
  done: Promise<void>;
}

const NEWLINE = Buffer.from('\n');
const MEGABYTE = 1 << 20;
const FLUSH_MS = 50;
/** With buffered_outputs, how long a line may wait for others to be written with it. */
const BUFFER_MS = 100;
const BUFFERED = new Set(['stdout', 'file', 'program']);

export class Outputs {
  readonly #options: OutputsOptions;
  /** What counts now; where spools are is as it was at the start. */
  #config: Config;
  #line: LineOptions;
  readonly #stderr: OutputQueue;
  readonly #stdout: OutputQueue;
  readonly #syslog: OutputQueue;
  #file: OutputQueue | null;
  #program: OutputQueue | null;
  #http: OutputQueue | null;
  readonly #leaving = new Set<Leaving>();
  #spools: { readonly name: string; readonly place: SpoolPlace }[] = [];

  constructor(options: OutputsOptions) {
    const { config } = options;
    this.#options = options;
    this.#config = config;
    this.#line = lineOptions(config, options.hostname);
    this.#stderr = this.#queue(new DescriptorTarget('stderr', 2));
    this.#stdout = this.#queue(new DescriptorTarget('stdout', 1));
    this.#syslog = this.#queue(new SyslogTarget(options.send, options.syslogSocket));
    this.#file = this.#renewed(null, false, fileTarget(config));
    this.#program = this.#renewed(null, false, programTarget(config));
    this.#http = this.#renewed(null, false, this.#httpTarget(config));
  }

  /** From here on messages are kept on disk, where that is wanted, and those of an earlier run are sent. */
  open(): void {
    for (const { name, place } of this.#spools.splice(0)) {
      const former = [...this.#leaving].filter(({ queue }) => queue.name === name);
      // Two cannot have the same folder: the one that was switched off closes it first.
      if (former.length > 0)
        void Promise.all(former.map(({ done }) => done)).then(() => this.#openSpool(name, place));
      else this.#openSpool(name, place);
    }
  }

  #openSpool(name: string, place: SpoolPlace): void {
    const left = place.open();
    if (left > 0)
      this.#options.report(
        'notice',
        `Output '${name}': ${String(left)} messages are in the spool from before`,
      );
  }

  /** Another configuration counts from the next alert on. Nothing that waits is lost by that. Not for `outputs_spool`. */
  apply(config: Config): void {
    const before = this.#config;
    this.#config = config;
    this.#line = lineOptions(config, this.#options.hostname);
    const same = (...keys: readonly (keyof Config)[]): boolean =>
      keys.every(key => isDeepStrictEqual(before[key], config[key]));
    for (const queue of this.#all()) queue.configure(this.#queueOptions(queue.name));
    this.#file = this.#renewed(this.#file, same('file_output'), fileTarget(config));
    this.#program = this.#renewed(this.#program, same('program_output'), programTarget(config));
    const sameHttp = same('http_output', 'json_output', 'output_timeout');
    this.#http = this.#renewed(this.#http, sameHttp, this.#httpTarget(config));
    this.open();
  }

  /** Hands an alert to every output that is switched on. */
  alert(alert: Alert): void {
    const line = alertLine(alert, this.#line);
    const stdout = this.#config.stdout_output.enabled;
    this.#http?.push(line);
    if (this.#config.syslog_output.enabled)
      this.#syslog.push(syslogMessage(alert.priority, line, new Date()));
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
    const { output_timeout } = this.#config;
    const left = await Promise.all(
      this.#all().map(async queue => ({ name: queue.name, ...(await queue.drain(output_timeout)) })),
    );
    await Promise.all([...this.#leaving].map(({ done }) => done));
    return left.filter(one => one.lost > 0 || one.kept > 0);
  }

  /** Gives the log's last words their way out: what can be delivered at once is. */
  async flush(): Promise<void> {
    await Promise.all([this.#stderr.drain(FLUSH_MS), this.#syslog.drain(FLUSH_MS)]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all().map(queue => queue.close(this.#config.output_timeout)));
  }

  #all(): readonly OutputQueue[] {
    const all = [this.#file, this.#stderr, this.#stdout, this.#syslog, this.#program, this.#http];
    return all.filter(queue => queue !== null);
  }

  #queue(target: Target): OutputQueue {
    const place = this.#spoolFor(target.name);
    return new OutputQueue(target, {
      ...this.#queueOptions(target.name),
      ...(place !== undefined && { place }),
    });
  }

  #queueOptions(name: string): QueueOptions {
    const { outputs_queue, output_timeout, buffered_outputs } = this.#config;
    return {
      capacity: outputs_queue.capacity,
      timeoutMs: output_timeout,
      report: this.#options.report,
      lingerMs: buffered_outputs && BUFFERED.has(name) ? BUFFER_MS : 0,
    };
  }

  /**
   * The queue of an output that can be switched on and off.
   * @param target where it leads from now on; null: it is off
   */
  #renewed(queue: OutputQueue | null, same: boolean, target: Target | null): OutputQueue | null {
    if (target === null) {
      if (queue !== null) this.#retire(queue);
      return null;
    }
    if (queue !== null && same) return queue;
    const present = queue ?? this.#recalled(target.name);
    if (present === null) return this.#queue(target);
    present.replace(target);
    return present;
  }

  /** The queue of an output that was switched off a moment ago, if it is not closed yet: what waits there is sent first. */
  #recalled(name: string): OutputQueue | null {
    for (const leaving of this.#leaving) {
      if (leaving.queue.name !== name || leaving.closing || leaving.stays.signal.aborted) continue;
      leaving.stays.abort();
      leaving.queue.configure(this.#queueOptions(name));
      return leaving.queue;
    }
    return null;
  }

  /** Delivers what waits, within the usual time, and says what could not be; unless it is switched on again meanwhile. */
  #retire(queue: OutputQueue): void {
    const { output_timeout } = this.#config;
    const stays = new AbortController();
    const end = async (): Promise<void> => {
      const { lost, kept } = await queue.drain(output_timeout, stays.signal);
      if (stays.signal.aborted) return;
      leaving.closing = true;
      if (lost + kept > 0) {
        const text = `${String(lost)} messages are lost, ${String(kept)} kept in the spool`;
        this.#options.report('notice', `Output '${queue.name}': switched off; ${text}`);
      }
      await queue.close(output_timeout);
    };
    const leaving: Leaving = { queue, stays, closing: false, done: Promise.resolve() };
    this.#leaving.add(leaving);
    leaving.done = end().finally(() => this.#leaving.delete(leaving));
  }

  /** Undefined: what waits for this output waits in memory. */
  #spoolFor(name: string): SpoolPlace | undefined {
    const { outputs_spool: spool } = this.#options.config;
    if (!this.#isSpooled(name)) return undefined;
    const place = new SpoolPlace({ folder: join(spool.path, name), maxBytes: spool.max_size_mb * MEGABYTE });
    this.#spools.push({ name, place });
    return place;
  }

  #isSpooled(name: string): boolean {
    const { outputs_spool, syslog_output } = this.#options.config;
    // What syslog gets without syslog_output is the daemon's log.
    const wanted = name !== 'syslog' || syslog_output.enabled;
    return outputs_spool.enabled && wanted && outputs_spool.outputs.some(output => output === name);
  }

  #httpTarget(config: Config): Target | null {
    if (!config.http_output.enabled) return null;
    return new HttpTarget({
      ...config.http_output,
      json: config.json_output,
      timeoutMs: config.output_timeout,
      echo: config.http_output.echo ? body => this.#stdout.push(body) : undefined,
      keeps: this.#isSpooled('http'),
    });
  }
}

function fileTarget({ file_output: { enabled, filename, keep_alive } }: Config): Target | null {
  return enabled ? new FileTarget(filename, keep_alive) : null;
}

function programTarget({ program_output: { enabled, program, keep_alive } }: Config): Target | null {
  if (!enabled) return null;
  return keep_alive ? new ProgramTarget(program) : new ProgramPerMessage(program);
}

function lineOptions(config: Config, hostname: string): LineOptions {
  return {
    json: config.json_output,
    iso8601: config.time_format_iso_8601,
    output: config.json_include_output_property,
    message: config.json_include_message_property,
    outputFields: config.json_include_output_fields_property,
    tags: config.json_include_tags_property,
    hostname,
  };
}
