/**
 * The patience that all runtimes need: when to connect, what to do about a socket that is missing, hangs or talks
 * nonsense, and what of it the log hears. The questions themselves are each runtime's own (`protocol.ts`).
 */
import { setMaxListeners } from 'node:events';
import { statSync } from 'node:fs';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { uniqueKey } from '../container-id.js';
import type { Container } from '../container.js';
import type { Answer } from './answer.js';
import { InspectionQueue } from './inspection-queue.js';
import type { Patience } from './patience.js';
import type { Protocol } from './protocol.js';
import type { ContainerKey, RuntimeClient, RuntimeKind, RuntimeOptions, RuntimeWatcher } from './runtime.js';

type State =
  | { readonly kind: 'untried' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'answering' }
  | { readonly kind: 'failing'; readonly reason: string };

const MISSING = 'no such socket';

export function openClient(
  kind: RuntimeKind,
  options: RuntimeOptions,
  protocol: Protocol,
  patience: Patience,
): RuntimeClient {
  const { socket, log } = options;
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  /** Ends the events of the present connection. */
  let round = new AbortController();
  const queue = new InspectionQueue(key => protocol.inspect(key, ending.signal));
  /** What the watcher was told of, by what makes it unique. */
  const known = new Map<string, ContainerKey>();
  let state: State = { kind: 'untried' };
  let watcher: RuntimeWatcher | null = null;
  /** Ends the present wait. */
  let wake: () => void = () => undefined;

  const enter = (next: State): void => {
    const before = state;
    state = next;
    if (before.kind === next.kind || ending.signal.aborted) return;
    const who = `${kind} at ${socket}`;
    if (next.kind === 'answering') log('info', `${who} answers`);
    if (next.kind === 'missing') {
      const level = before.kind === 'untried' ? 'debug' : 'info';
      log(level, `${who}: ${before.kind === 'untried' ? MISSING : 'the socket is gone'}; waiting for it`);
    }
    if (next.kind === 'failing') {
      log('warning', `${who}: ${next.reason}; its containers stay unknown until it answers`);
    }
  };

  const wait = (ms: number): Promise<void> =>
    new Promise(done => {
      const timer = setTimeout(() => wake(), ms);
      wake = () => {
        clearTimeout(timer);
        wake = () => undefined;
        done();
      };
    });

  /** Waits until `ms` have passed, or another socket is there than the one that was (`before`). */
  const waitForSocket = async (ms: number, before: string): Promise<void> => {
    const until = Date.now() + ms;
    do await wait(Math.min(patience.look, Math.max(until - Date.now(), 0)));
    while (!ending.signal.aborted && Date.now() < until && identity(socket) === before);
  };

  const tell = (key: ContainerKey, answer: Answer<Container>): void => {
    if (answer.kind !== 'ok' || ending.signal.aborted) return;
    known.set(uniqueKey(key), key);
    watcher?.onContainer(answer.value, key);
  };
  /** Asks about a container that has changed; it may start before its runtime has it in its books. */
  const askUntilKnown = async (key: ContainerKey, signal: AbortSignal): Promise<void> => {
    let answer = await queue.askAgain(key);
    for (const ms of patience.again) {
      if (answer.kind !== 'unknown') break;
      await pause(ms, signal);
      if (signal.aborted) return;
      answer = await queue.ask(key);
    }
    tell(key, answer);
  };
  const forget = (key: ContainerKey): void => {
    known.delete(uniqueKey(key));
    watcher?.onRemoved(key);
  };

  /** Compares the runtime's list with what is known; `afresh`: what is known may have changed, too. */
  const reconcile = async (afresh: boolean): Promise<boolean> => {
    const before = [...known.values()];
    const answer = await protocol.list(ending.signal);
    if (ending.signal.aborted) return false;
    if (answer.kind !== 'ok') {
      enter({
        kind: 'failing',
        reason: answer.kind === 'failed' ? answer.reason : 'it cannot list containers',
      });
      return false;
    }
    enter({ kind: 'answering' });
    const there = new Set(answer.value.map(uniqueKey));
    for (const key of before) if (!there.has(uniqueKey(key))) forget(key);
    for (const key of answer.value) {
      if (afresh || !known.has(uniqueKey(key))) void queue.ask(key).then(found => tell(key, found));
    }
    return true;
  };

  /** Follows events, with a list now and then, until one of them fails. Settles to how long it went well. */
  const followUntilFailure = async (): Promise<number> => {
    const start = Date.now();
    let over = false;
    const here = new AbortController();
    round = here;
    setMaxListeners(0, here.signal);
    const events = protocol
      .follow(({ kind: what, key }) => {
        if (what === 'removed') return forget(key);
        if (what === 'started') void askUntilKnown(key, here.signal);
        else if (options.hooks.includes('create')) void queue.ask(key).then(found => tell(key, found));
      }, here.signal)
      .then(end => {
        if (end.kind === 'unsupported') return;
        over = true;
        wake();
      });
    let good = await reconcile(true);
    while (good && !over && !ending.signal.aborted) {
      await wait(patience.refresh * (0.9 + 0.2 * Math.random()));
      if (!over && !ending.signal.aborted) good = await reconcile(false);
    }
    here.abort();
    await events;
    return Date.now() - start;
  };

  const run = async (): Promise<void> => {
    let interval = patience.first;
    while (!ending.signal.aborted) {
      const present = identity(socket);
      if (present === '') {
        enter({ kind: 'missing' });
        interval = patience.first;
        await wait(patience.look);
        continue;
      }
      const lasted = await followUntilFailure();
      if (ending.signal.aborted) return;
      if (lasted > patience.refresh) interval = patience.first;
      await waitForSocket(interval * (0.75 + 0.5 * Math.random()), present);
      interval = Math.min(2 * interval, patience.longest);
    }
  };

  return {
    kind,
    socket,
    get answering() {
      return state.kind === 'untried' ? null : state.kind === 'answering';
    },
    async lookup(key, signal) {
      if (state.kind === 'failing') return { kind: 'unavailable', reason: state.reason };
      if (state.kind === 'missing' || state.kind === 'untried') {
        if (identity(socket) === '') return { kind: 'unavailable', reason: MISSING };
        wake();
      }
      const answer = await orAborted(queue.askFirst(key), signal);
      if (answer.kind === 'ok') return { kind: 'found', container: answer.value };
      if (answer.kind === 'unknown') return answer;
      // Whether it is the runtime or this container only, the next list shows.
      if (answer.kind === 'failed' && !signal.aborted && state.kind === 'answering') wake();
      return { kind: 'unavailable', reason: answer.kind === 'failed' ? answer.reason : 'not supported' };
    },
    watch(who) {
      watcher = who;
      void run();
    },
    close() {
      ending.abort();
      round.abort();
      wake();
      protocol.close();
    },
  };
}

/** Settles after a time, or at once when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeoutPromise(ms, undefined, { signal }).catch(() => undefined);
}

const ABORTED = { kind: 'failed', reason: 'not waited for any longer' } as const;

/** What the promise gives, or that nobody waits any more. */
function orAborted<T>(promise: Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
  if (signal.aborted) return Promise.resolve(ABORTED);
  return new Promise(settle => {
    const stop = (): void => settle(ABORTED);
    signal.addEventListener('abort', stop, { once: true });
    void promise.then(answer => {
      signal.removeEventListener('abort', stop);
      settle(answer);
    });
  });
}

/** Something that differs for each socket that stands at this path; empty when none does. */
function identity(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? '' : `${stat.dev}:${stat.ino}:${stat.ctimeMs}`;
  } catch {
    return '';
  }
}
