/** What signals ask of the daemon. */

export interface SignalHandlers {
  /** SIGINT, SIGTERM. Called once, whatever comes after. */
  stop(): void;
  /** SIGHUP; several in quick succession are one. */
  reload(): void;
  /** SIGUSR1. */
  reopen(): void;
}

/** Signals of a reload that come within this time are one (reference/falco/cli.md 2.5). */
const DEBOUNCE_MS = 100;

const STOPPING = ['SIGINT', 'SIGTERM'] as const;
/** What a shell shows of a program that SIGTERM ended. */
const ENDED = 143;
const end = (): never => process.exit(ENDED);

/**
 * For the time before `onSignals`. Signals without a handler end any process but the first one of a container, which the
 * kernel lets ignore them: to stop it there would mean to wait until it is killed.
 */
export function endOnSignals(pid: number = process.pid): void {
  if (pid === 1) for (const signal of STOPPING) process.on(signal, end);
}

/** @returns takes the handlers away again */
export function onSignals(handlers: SignalHandlers): () => void {
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    handlers.stop();
  };
  const reload = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!stopping) handlers.reload();
    }, DEBOUNCE_MS);
  };
  const table: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ['SIGINT', stop],
    ['SIGTERM', stop],
    ['SIGHUP', reload],
    ['SIGUSR1', handlers.reopen],
  ];
  for (const [signal, handler] of table) process.on(signal, handler);
  for (const signal of STOPPING) process.off(signal, end);
  return () => {
    clearTimeout(timer);
    for (const [signal, handler] of table) process.off(signal, handler);
  };
}
