/** How long and how much one answer may be. */
export interface Limits {
  /** Milliseconds from the question to the end of its answer. */
  readonly time: number;
  /** Bytes. */
  readonly size: number;
}

/** What a client puts up with. Times in milliseconds. */
export interface Patience {
  /** Answers about one thing. */
  readonly one: Limits;
  /** Lists of all things. */
  readonly list: Limits;
  /** Between looks for a socket that is missing, or that replaces one that did not answer. */
  readonly look: number;
  /** Before the second try, doubled for each that follows, up to `longest`. */
  readonly first: number;
  readonly longest: number;
  /** Before a container that has started, but that the runtime does not know, is asked about again. */
  readonly again: readonly number[];
  /** Between full lists, which find what events did not tell, and a runtime that hangs. */
  readonly refresh: number;
}

export const MEGABYTE = 1024 * 1024;

export const PATIENCE: Patience = {
  one: { time: 5000, size: 4 * MEGABYTE },
  list: { time: 10_000, size: 16 * MEGABYTE },
  look: 1000,
  first: 500,
  longest: 60_000,
  again: [50, 200, 1000],
  refresh: 30_000,
};
