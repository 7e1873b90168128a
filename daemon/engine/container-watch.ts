/** The main thread's end of what is told of containers: opens the runtimes that the configuration names. */
import type { Config } from '../config/config.js';
import type { CgroupContainer } from '../containers/container-id.js';
import { Metadata, type ContainerMessage, type MetadataCounters } from '../containers/metadata.js';
import { openRuntime } from '../containers/runtimes/open.js';
import type { RuntimeClient } from '../containers/runtimes/runtime.js';
import type { ContainerSettings } from '../containers/settings.js';
import { containerSettings } from './container-settings.js';
import type { LogLevel } from './messages.js';

const NONE: MetadataCounters = { asked: 0, found: 0, unknown: 0, unanswered: 0, told: 0, refused: 0 };

function sum(a: MetadataCounters, b: MetadataCounters): MetadataCounters {
  return {
    asked: a.asked + b.asked,
    found: a.found + b.found,
    unknown: a.unknown + b.unknown,
    unanswered: a.unanswered + b.unanswered,
    told: a.told + b.told,
    refused: a.refused + b.refused,
  };
}

/** How often users are looked for. */
const LOOK_MS = 30_000;

export class ContainerWatch {
  readonly #tell: (message: ContainerMessage) => void;
  readonly #log: (level: LogLevel, text: string) => void;
  #metadata: Metadata | null = null;
  /** What `#metadata` was made for, as text. */
  #made = '';
  #config: Config | null = null;
  readonly #opened = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** What those before `#metadata` counted. */
  #before: MetadataCounters = NONE;

  constructor(tell: (message: ContainerMessage) => void, log: (level: LogLevel, text: string) => void) {
    this.#tell = tell;
    this.#log = log;
  }

  /** Opens the runtimes; other settings than before open them anew. Settings that are wrong change nothing. */
  configure(config: Config): void {
    const read = containerSettings(config);
    if (!read.ok) return;
    const text = JSON.stringify(read.settings);
    if (text === this.#made) return;
    this.#made = text;
    this.close();
    this.#config = config;
    this.#metadata = new Metadata(this.#clients(read.settings), this.#tell);
    this.#metadata.start();
    this.#timer = setInterval(() => this.lookForSockets(), LOOK_MS).unref();
  }

  /** Users come, and with them the sockets of their podman. */
  lookForSockets(): void {
    if (this.#config === null) return;
    const read = containerSettings(this.#config);
    if (!read.ok) return;
    for (const client of this.#clients(read.settings)) this.#metadata?.add(client);
  }

  /** Clients for the sockets that have none. */
  #clients({ sockets, labelMaxLength, withSize, hooks }: ContainerSettings): readonly RuntimeClient[] {
    const log = this.#log;
    const missing = sockets.filter(({ kind, path }) => !this.#opened.has(`${kind} ${path}`));
    return missing.map(({ kind, path }) => {
      this.#opened.add(`${kind} ${path}`);
      return openRuntime(kind, { socket: path, labelMaxLength, withSize, hooks, log });
    });
  }

  sighted(seen: CgroupContainer): void {
    if (this.#metadata !== null) this.#metadata.sighted(seen);
    else this.#tell({ kind: 'unknown', key: seen.key, late: false });
  }

  /** By name, since the start. */
  counters(): Readonly<Record<string, number>> {
    const total = sum(this.#before, this.#metadata?.counters() ?? NONE);
    return {
      containersAsked: total.asked,
      containersFound: total.found,
      containersUnknown: total.unknown,
      containersUnanswered: total.unanswered,
      containersTold: total.told,
      containersRefused: total.refused,
    };
  }

  close(): void {
    if (this.#metadata === null) return;
    clearInterval(this.#timer);
    this.#opened.clear();
    this.#metadata.close();
    this.#before = sum(this.#before, this.#metadata.counters());
    this.#metadata = null;
  }
}
