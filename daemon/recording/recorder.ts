import type { Alert } from '../alerts/alert.js';
import { containerToJson } from '../containers/container-json.js';
import type { Container } from '../containers/container.js';
import { toByteString } from '../events/byte-string.js';
import { writeRecord } from '../events/record-writer.js';
import type { RecordReader } from '../events/record.js';
import { hostBlocks, type HostDescription } from '../sources/capture/host-writer.js';
import type { Inspector } from '../state/inspector.js';
import { CaptureFile, type CaptureEnding } from './capture-file.js';
import { History } from './history.js';

export interface RecorderOptions {
  readonly pathPrefix: string;
  /** `rules`: alerts of rules with `capture: true` start a capture; `all_rules`: all alerts do. */
  readonly mode: 'rules' | 'all_rules';
  /** Milliseconds from the last such alert to the end, where the rule does not say. */
  readonly defaultDurationMs: number;
  /** At this size a capture ends; 0: at none. */
  readonly maxFileBytes: number;
  /** How much of the time before the alert is in the capture, at most. */
  readonly historyMs: number;
  readonly historyBytes: number;
}

/** What a recorder needs to know, and to say. */
export interface RecorderContext {
  readonly host: HostDescription;
  /** The tables as they are after the newest event. */
  readonly inspector: Inspector;
  /** Tables of its own: the recorder keeps them as they were before the oldest event of the history. */
  readonly past: Inspector;
  log(level: 'info' | 'warning' | 'error', text: string): void;
  alert(alert: Alert): void;
}

/** What of a rule decides about a capture. */
export interface CapturingRule {
  readonly capture: boolean;
  readonly captureDuration: number;
}

const NS_PER_MS = 1e6;
/** What a capture has so far is written so often: it is there when the daemon is killed. */
const FLUSH_MS = 1000;
/** After a capture that could not be made or written, so much event time goes by before the next is tried. */
const RETRY_MS = 10_000;
/** Captures that may wait for the disk at once: each holds what it could not write yet. */
const MOST_OPEN = 4;
const DIGITS = 20;
const LIMIT_RULE = 'Falco internal: capture size limit reached';
const INFORMATIONAL: Alert['priority'] = 6;
const MEGABYTE = 1024 * 1024;

/**
 * Writes captures around alerts: from the first event of the history to a while after the last alert that asked for
 * one. A capture opens with the tables as they were before its first event: replayed, it tells the same.
 *
 * `record` is on the hot path while captures are enabled. Benchmark: test/bench/recording.ts.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #context: RecorderContext;
  readonly #history: History;
  #file: CaptureFile | null = null;
  #path = '';
  #wanted = false;
  /** Event time at which the capture ends, in ns since the epoch: as a number, which is exact to 256 ns. */
  #deadline = 0;
  /** Captures that are still being written, this one included. */
  #open = 0;
  #idle: (() => void) | null = null;
  /** Why the last capture could not be made. */
  #refusal = '';
  #retryAt = 0;
  #flushAt = 0;
  /** Alerts that asked for a capture, and got none, since the last that got one. */
  #missed = 0;

  constructor(options: RecorderOptions, context: RecorderContext) {
    this.#options = options;
    this.#context = context;
    this.#history = new History(options.historyBytes, options.historyMs, this.#passed);
  }

  /** A rule fired on the event that is being judged. */
  fired(rule: CapturingRule): void {
    if (this.#options.mode === 'rules' && !rule.capture) return;
    const time = timeOf(this.#context.inspector.record);
    if (this.#file === null && time < this.#retryAt) {
      this.#missed++;
      return;
    }
    const duration = rule.captureDuration > 0 ? rule.captureDuration : this.#options.defaultDurationMs;
    this.#wanted = this.#file === null;
    this.#deadline = Math.max(this.#deadline, time + duration * NS_PER_MS);
  }

  /** Takes every record, after it was judged. */
  record(buffer: Buffer, offset: number, cpu: number): void {
    const { record } = this.#context.inspector;
    // A record that did not decode is nobody's.
    if (record.buffer !== buffer || record.offset !== offset) return;
    const length = record.bytesLong;
    if (this.#wanted) this.#begin();
    if (this.#file === null) {
      this.#history.add(buffer, offset, length, cpu);
      return;
    }
    if (timeOf(record) > this.#deadline) {
      this.#end();
      this.#history.add(buffer, offset, length, cpu);
      return;
    }
    this.#passed(buffer, offset, length, cpu);
    const { maxFileBytes } = this.#options;
    if (maxFileBytes > 0 && this.#file.bytes >= maxFileBytes) this.#limitReached();
    else if (this.#file.failed) this.#end();
  }

  /** Notes what a runtime has told of a container: captures say it, too. */
  containerKnown(container: Container, now: bigint): void {
    const record = containerRecord(container, now);
    if (this.#file === null) this.#history.add(record, 0, record.length, 0);
    else this.#passed(record, 0, record.length, 0);
  }

  /** Ends a capture whose time is over while no event comes; `now` in milliseconds since the epoch. */
  tick(now: number): void {
    if (this.#file === null) return;
    if (now * NS_PER_MS > this.#deadline) {
      this.#end();
    } else if (now >= this.#flushAt) {
      this.#flushAt = now + FLUSH_MS;
      this.#file.flush();
    }
  }

  /** Ends the capture, and resolves when everything is on the disk. */
  async close(): Promise<void> {
    if (this.#file !== null) this.#end();
    if (this.#open > 0) await new Promise<void>(resolve => (this.#idle = resolve));
    this.#tellMissed();
  }

  /** An event leaves the present: into the file, if one is open, and into the tables of the past. */
  readonly #passed = (buffer: Buffer, offset: number, length: number, cpu: number): void => {
    this.#file?.add(buffer, offset, length, cpu);
    this.#context.past.process(buffer, offset, cpu);
  };

  #begin(): void {
    this.#wanted = false;
    const { view } = this.#context.inspector;
    this.#history.trim(timeOf(view.record));
    const number = (value: bigint | number): string => String(value).padStart(DIGITS, '0');
    const path = `${this.#options.pathPrefix}_${number(view.record.time())}_${number(view.num)}.scap`;
    const file =
      this.#open < MOST_OPEN
        ? CaptureFile.create(path, ending => this.#ended(path, ending))
        : `${String(MOST_OPEN)} earlier ones are still being written`;
    if (typeof file === 'string') {
      // The first time, and whenever the reason changes.
      const why = file.replace(path, `${this.#options.pathPrefix}_…`);
      if (why !== this.#refusal) this.#context.log('error', `Cannot write a capture: ${file}`);
      this.#refusal = why;
      this.#deadline = 0;
      this.#missed++;
      this.#waitToRetry();
      return;
    }
    this.#refusal = '';
    this.#tellMissed();
    this.#open++;
    this.#path = path;
    this.#file = file;
    const { host, past, inspector } = this.#context;
    file.begin(hostBlocks(host, past.threads.values(), inspector.accounts));
    this.#tellContainers(file);
    this.#history.drain();
  }

  /** What was known, before the first event, of the containers in which something runs. */
  #tellContainers(file: CaptureFile): void {
    const { past, inspector } = this.#context;
    const ids = new Set([...past.threads.values()].map(({ containerId }) => containerId));
    for (const id of ids) {
      const container = past.containers.get(id);
      if (container === null) continue;
      const record = containerRecord(container, inspector.record.time());
      file.add(record, 0, record.length, 0);
    }
  }

  #waitToRetry(): void {
    this.#retryAt = timeOf(this.#context.inspector.record) + RETRY_MS * NS_PER_MS;
  }

  #tellMissed(): void {
    if (this.#missed > 0)
      this.#context.log('warning', `${String(this.#missed)} alerts that asked for a capture are in none`);
    this.#missed = 0;
  }

  #end(): void {
    const file = this.#file!;
    this.#file = null;
    this.#deadline = 0;
    file.end();
  }

  #ended(path: string, { events, bytes, lost, error }: CaptureEnding): void {
    this.#open--;
    const { log } = this.#context;
    if (error !== null) {
      log('error', `Capture ${path} is incomplete: ${error}`);
      this.#waitToRetry();
    } else log('info', `Capture of ${String(events)} events (${String(bytes)} bytes) written to ${path}`);
    if (lost > 0) {
      log('warning', `Capture ${path} lacks ${String(lost)} events, which could not be written in time`);
    }
    if (this.#open === 0) this.#idle?.();
  }

  #limitReached(): void {
    const megabytes = this.#options.maxFileBytes / MEGABYTE;
    this.#context.alert({
      rule: toByteString(LIMIT_RULE),
      priority: INFORMATIONAL,
      source: 'internal',
      tags: [],
      time: this.#context.inspector.view.record.time(),
      message: toByteString(`${LIMIT_RULE}. Configured limit: ${String(megabytes)} MB.`),
      fields: { max_file_size_mb: megabytes, written_bytes: this.#file!.bytes },
    });
    this.#context.log('info', `Capture ${this.#path} ended at its size limit`);
    this.#end();
  }
}

/** Event code of what captures say of containers. */
const CONTAINER = 324;
/** Longer ones are told without their environment, which no field shows. */
const LONGEST_JSON = 32 * 1024;

function containerRecord(container: Container, time: bigint): Buffer {
  const whole = containerToJson(container);
  const json = whole.length <= LONGEST_JSON ? whole : containerToJson({ ...container, env: [] });
  return writeRecord({ type: CONTAINER, time, tid: -1, params: [json] });
}

function timeOf({ tsHigh, tsLow }: RecordReader): number {
  return tsHigh * 0x1_0000_0000 + tsLow;
}
