/** Where messages go in the end: a descriptor, a file, a socket. One target, one file. */

export type TargetState =
  /** It can take more at once. */
  | 'ready'
  /** It is full for the moment. */
  | 'busy'
  /** It is not there, or refuses: worth trying again. */
  | 'down'
  /** It will never take anything again. */
  | 'gone';

/** What came of offering messages. */
export interface Attempt {
  /** Messages from the front that need no more care. */
  readonly taken: number;
  /** How many of these were refused for good, or given up. */
  readonly failed?: number;
  readonly state: TargetState;
  /** Why it is `down` or `gone`, or why messages failed: for the log. */
  readonly reason?: string;
  /** Milliseconds for which it asks to be left alone. */
  readonly waitMs?: number;
}

/** Milliseconds between attempts: they double from the first to the last. */
export interface Waits {
  readonly first: number;
  readonly last: number;
}

export interface Target {
  /** For messages and counters: `stdout`, `syslog`. */
  readonly name: string;
  /** Messages that were too long for the target and were cut. */
  readonly cut: number;
  /** It has taken a part of the first waiting message, and should get the rest. */
  readonly begun?: boolean;
  /** It was not there so far, and by all that is known will not come: at the end nobody waits for it. */
  readonly absent?: boolean;
  /** How long to wait between attempts while it is away, where local habits are too quick. */
  readonly retry?: Waits;
  /** Messages that it can make use of at a time; default: some hundred. */
  readonly most?: number;
  /** Takes as many as it can from the front, without blocking. Never called again before the answer is there. */
  offer(messages: readonly Buffer[]): Attempt | Promise<Attempt>;
  /** What was opened is opened anew before the next message. */
  reopen(): void;
  /** What it gives may be waited for: then it is closed in an orderly way. */
  close(): void | Promise<void>;
}

/**
 * Messages that a write of `written` bytes has finished, when `before` bytes of the first were written earlier; and
 * how many bytes of the one after them are out.
 */
export function finished(
  messages: readonly Buffer[],
  before: number,
  written: number,
): { readonly taken: number; readonly partial: number } {
  let left = before + written;
  let taken = 0;
  while (taken < messages.length && left >= messages[taken]!.length) left -= messages[taken++]!.length;
  return { taken, partial: left };
}

/** All messages as one piece, without the first `skip` bytes. */
export function joined(messages: readonly Buffer[], skip: number): Buffer {
  const all = messages.length === 1 ? messages[0]! : Buffer.concat(messages);
  return skip === 0 ? all : all.subarray(skip);
}
