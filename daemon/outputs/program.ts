/**
 * Programs that alerts are written to, one line each. With keep_alive one run reads them all, and is started again when
 * it dies; else there is a run for each alert.
 *
 * A message counts as taken when the program has read it, not when it is in the pipe: what a program that dies has left
 * there goes to the next run. A line of which it had read a part goes there whole.
 */
import { ProgramRun, type Ending } from './program-run.js';
import { finished, joined, type Attempt, type Target } from './target.js';

/** How long to wait for the ending of a program that does not read any more. */
const ENDING_MS = 200;
/** Between two looks at a pipe that is full. */
const FULL_MS = 5;
/** The shell's codes for what it cannot execute, and cannot find. */
const NOT_RUN = new Set([126, 127]);

/** One run for all messages. */
export class ProgramTarget implements Target {
  readonly name = 'program';
  readonly cut = 0;
  readonly #program: string;
  #run: ProgramRun | null = null;
  /** Runs that are left to read what they have. */
  readonly #leaving = new Set<Promise<unknown>>();
  /** Bytes of the first waiting messages that are in the pipe, or were read. */
  #ahead = 0;
  #hasRead = false;
  #stale = false;
  #deathReported = false;

  constructor(program: string) {
    this.#program = program;
  }

  get begun(): boolean {
    return this.#ahead > 0;
  }

  offer(messages: readonly Buffer[]): Attempt | Promise<Attempt> {
    if (this.#stale && this.#ahead === 0) this.#leave();
    if (this.#run === null) {
      const run = ProgramRun.start(this.#program);
      if (typeof run === 'string') return { taken: 0, state: 'down', reason: run };
      this.#run = run;
    }
    const bytes = joined(messages, this.#ahead);
    const written = this.#run.write(bytes);
    const { unread, hasReader } = this.#run.state();
    const inside = this.#ahead + written;
    const { taken, partial } = finished(messages, 0, inside - unread);
    this.#hasRead ||= inside > unread;
    if (!hasReader) return this.#dead(this.#run, taken);
    this.#ahead = partial + unread;
    return { taken, state: this.#ahead > 0 || written < bytes.length ? 'busy' : 'ready' };
  }

  /** A run that reads the next message is started anew (SIGUSR1); the old one finds the end of its input. */
  reopen(): void {
    this.#stale = true;
  }

  async close(): Promise<void> {
    this.#leave();
    await Promise.all(this.#leaving);
  }

  #leave(): void {
    this.#stale = false;
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    this.#ahead = 0;
    this.#hasRead = false;
    run.closeInput();
    this.#leaving.add(run.ended);
    void run.ended.then(() => this.#leaving.delete(run.ended));
  }

  /** A run that was of use is followed by the next at once, and without many words. */
  async #dead(run: ProgramRun, taken: number): Promise<Attempt> {
    const ending = await endingOf(run);
    const wasOfUse = this.#hasRead && this.#deathReported;
    this.#deathReported = true;
    this.#leave();
    return { taken, state: wasOfUse ? 'busy' : 'down', reason: `the program ${ending}` };
  }
}

/** A run for each message. */
export class ProgramPerMessage implements Target {
  readonly name = 'program';
  readonly cut = 0;
  readonly most = 1;
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  async offer(messages: readonly Buffer[]): Promise<Attempt> {
    const run = ProgramRun.start(this.#program);
    if (typeof run === 'string') return { taken: 0, state: 'down', reason: run };
    await feed(run, messages[0]!);
    run.closeInput();
    const { code, text } = await run.ended;
    if (code === 0) return { taken: 1, state: 'ready' };
    const reason = `the program ${text}`;
    if (code !== null && NOT_RUN.has(code)) return { taken: 0, state: 'down', reason };
    // It had its run, as every alert has one; what came of it is its own affair.
    return { taken: 1, failed: 1, state: 'ready', reason };
  }

  reopen(): void {
    // Every run is a new one.
  }

  close(): void {
    // A run that is under way has the end of its input, and is left to itself.
  }
}

/** Writes until everything is in the pipe, or nobody reads it. */
async function feed(run: ProgramRun, message: Buffer): Promise<void> {
  let rest = message.subarray(run.write(message));
  while (rest.length > 0 && run.state().hasReader) {
    await new Promise(resolve => setTimeout(resolve, FULL_MS));
    rest = rest.subarray(run.write(rest));
  }
}

async function endingOf(run: ProgramRun): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Ending>(resolve => {
    timer = setTimeout(() => resolve({ code: null, text: 'closed its standard input' }), ENDING_MS);
  });
  const { text } = await Promise.race([run.ended, late]);
  clearTimeout(timer);
  return text;
}
