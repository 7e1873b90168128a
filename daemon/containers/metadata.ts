/**
 * What the runtimes know of containers: kept from their events, asked for when a process is seen in a container that
 * they have not told of, and told to whoever judges events. Runs on the main thread; owns the clients.
 */
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import type { ByteString } from '../events/byte-string.js';
import { uniqueKey, type CgroupContainer } from './container-id.js';
import type { Container } from './container.js';
import type { ContainerKey, Lookup, RuntimeClient } from './runtimes/runtime.js';

/** What the detection worker is told. */
export type ContainerMessage =
  | { readonly kind: 'known'; readonly key: ByteString; readonly container: Container }
  /** Nobody has it; `late`: a runtime that may have it does not answer. */
  | { readonly kind: 'unknown'; readonly key: ByteString; readonly late: boolean }
  /** It ended some time ago. */
  | { readonly kind: 'gone'; readonly key: ByteString };

export interface MetadataCounters {
  /** Containers that were asked for, and how often that was answered in which way. */
  readonly asked: number;
  readonly found: number;
  readonly unknown: number;
  readonly unanswered: number;
  /** Told by runtimes without being asked. */
  readonly told: number;
  /** Not asked for, since too many others were; or told by a user who had told of too many. */
  readonly refused: number;
}

/** Times in milliseconds. */
export interface Times {
  /** Longest time that one question may take. */
  readonly answer: number;
  /** How long the answer of a better runtime is awaited when another has told already. */
  readonly better: number;
  /** Pauses before a container that nobody knew is asked for again: cgroups are made before runtimes tell of them. */
  readonly again: readonly number[];
  /** How long what was known of a container is kept after its end: its last events may be on their way. */
  readonly keep: number;
}

const TIMES: Times = { answer: 2000, better: 50, again: [20, 80, 200, 700], keep: 10_000 };

const MOST_KNOWN = 10_000;
const MOST_ASKED = 1000;
/** Containers that one user may tell of without being asked. */
const MOST_OF_USER = 500;
/** Sockets that belong to whoever is logged in. */
const OF_USER = /\/run\/user\/\d+\//;

interface Known {
  readonly container: Container;
  readonly by: RuntimeClient;
}

export class Metadata {
  readonly #clients: RuntimeClient[];
  readonly #tell: (message: ContainerMessage) => void;
  readonly #times: Times;
  readonly #known = new Map<ByteString, Known>();
  readonly #asked = new Set<ByteString>();
  readonly #ending = new Map<ByteString, NodeJS.Timeout>();
  readonly #closing = new AbortController();
  readonly #counters = { asked: 0, found: 0, unknown: 0, unanswered: 0, told: 0, refused: 0 };

  constructor(
    clients: readonly RuntimeClient[],
    tell: (message: ContainerMessage) => void,
    times: Times = TIMES,
  ) {
    this.#clients = [...clients];
    this.#tell = tell;
    this.#times = times;
    // Each container that is being asked for listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Starts to follow what the runtimes tell. */
  start(): void {
    for (const client of this.#clients) this.#follow(client);
  }

  /** One more runtime, once started. */
  add(client: RuntimeClient): void {
    this.#clients.push(client);
    this.#follow(client);
  }

  #follow(client: RuntimeClient): void {
    const bounded = OF_USER.test(client.socket);
    const toldOf = new Set<ByteString>();
    client.watch({
      onContainer: (container, key) => {
        const name = uniqueKey(key);
        if (bounded && !toldOf.has(name)) {
          if (toldOf.size >= MOST_OF_USER) {
            this.#counters.refused++;
            return;
          }
          toldOf.add(name);
        }
        this.#counters.told++;
        this.#learn(name, container, client);
      },
      onRemoved: key => {
        toldOf.delete(uniqueKey(key));
        this.#end(uniqueKey(key), client);
      },
    });
  }

  /** The less, the more it counts what a runtime tells. Users may say anything, and so come behind all of the host's. */
  #rank(client: RuntimeClient): number {
    return this.#clients.indexOf(client) + (OF_USER.test(client.socket) ? this.#clients.length : 0);
  }

  /** A process was seen in this container. */
  sighted(seen: CgroupContainer): void {
    const known = this.#known.get(seen.key);
    if (known !== undefined) {
      this.#tell({ kind: 'known', key: seen.key, container: known.container });
      return;
    }
    if (this.#asked.has(seen.key)) return;
    if (this.#asked.size >= MOST_ASKED) {
      this.#counters.refused++;
      this.#tell({ kind: 'unknown', key: seen.key, late: true });
      return;
    }
    this.#asked.add(seen.key);
    void this.#ask(seen).finally(() => this.#asked.delete(seen.key));
  }

  counters(): MetadataCounters {
    return { ...this.#counters };
  }

  /** Whoever waits for an answer is told that there is none. */
  close(): void {
    this.#closing.abort();
    for (const key of this.#asked) this.#tell({ kind: 'unknown', key, late: true });
    for (const timer of this.#ending.values()) clearTimeout(timer);
    this.#ending.clear();
    for (const client of this.#clients) client.close();
  }

  async #ask(seen: CgroupContainer): Promise<void> {
    this.#counters.asked++;
    const { signal } = this.#closing;
    // Where there is no runtime at all there is nothing to wait for.
    const clients = this.#clients
      .filter(({ kind, socket }) => seen.runtimes.includes(kind) && existsSync(socket))
      .sort(
        (a, b) =>
          Number(OF_USER.test(a.socket)) - Number(OF_USER.test(b.socket)) ||
          seen.runtimes.indexOf(a.kind) - seen.runtimes.indexOf(b.kind),
      );
    let silent = false;
    for (const pause of clients.length === 0 ? [] : [0, ...this.#times.again]) {
      if (pause > 0) await sleep(pause, signal);
      if (signal.aborted || this.#known.has(seen.key)) return;
      const answer = await askAll(clients, seen, this.#times, signal);
      if (signal.aborted) return;
      if (answer.found !== null) {
        this.#counters.found++;
        this.#learn(seen.key, answer.found.container, answer.found.by);
        return;
      }
      silent = answer.silent;
    }
    if (this.#known.has(seen.key)) return;
    if (silent) this.#counters.unanswered++;
    else this.#counters.unknown++;
    this.#tell({ kind: 'unknown', key: seen.key, late: silent });
  }

  #learn(key: ByteString, container: Container, by: RuntimeClient): void {
    const before = this.#known.get(key);
    // Of two runtimes that have it (dockerd keeps its containers in containerd) the one that is asked first tells more.
    if (before !== undefined && this.#rank(before.by) < this.#rank(by)) return;
    clearTimeout(this.#ending.get(key));
    this.#ending.delete(key);
    this.#known.delete(key);
    this.#known.set(key, { container, by });
    if (this.#known.size > MOST_KNOWN) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    this.#tell({ kind: 'known', key, container });
  }

  #end(key: ByteString, by: RuntimeClient): void {
    if (this.#known.get(key)?.by !== by || this.#ending.has(key)) return;
    const timer = setTimeout(() => {
      this.#ending.delete(key);
      this.#known.delete(key);
      this.#tell({ kind: 'gone', key });
    }, this.#times.keep);
    timer.unref();
    this.#ending.set(key, timer);
  }
}

interface Answers {
  readonly found: Known | null;
  /** A runtime that is there did not answer. */
  readonly silent: boolean;
}

/** Asks all at once; the answer of an earlier one counts more, and is awaited for a moment when a later one has one. */
function askAll(
  clients: readonly RuntimeClient[],
  key: ContainerKey,
  times: Times,
  closing: AbortSignal,
): Promise<Answers> {
  const asking = new AbortController();
  const stop = (): void => asking.abort();
  const timer = setTimeout(stop, times.answer);
  closing.addEventListener('abort', stop, { once: true });
  const answers: (Lookup | null)[] = clients.map(() => null);
  return new Promise<Answers>(resolve => {
    let moment: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(moment);
      clearTimeout(timer);
      closing.removeEventListener('abort', stop);
      asking.abort();
      const at = answers.findIndex(answer => answer?.kind === 'found');
      const answer = answers[at];
      const found = answer?.kind === 'found' ? { container: answer.container, by: clients[at]! } : null;
      const silent = answers.some(one => one?.kind === 'unavailable');
      resolve({ found, silent });
    };
    const look = (): void => {
      const best = answers.findIndex(answer => answer === null || answer.kind === 'found');
      if (best < 0 || answers[best] !== null) finish();
      else if (answers.some(answer => answer?.kind === 'found')) moment ??= setTimeout(finish, times.better);
    };
    clients.forEach((client, i) => {
      if (client.answering === false) {
        answers[i] = { kind: 'unavailable', reason: 'it did not answer before' };
        return;
      }
      void client.lookup(key, asking.signal).then(answer => {
        if (answers[i] !== null) return;
        answers[i] = answer;
        look();
      });
    });
    look();
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(done => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
