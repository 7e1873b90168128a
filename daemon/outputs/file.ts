/** Appends to a file. With `keepAlive` it stays open between messages, else each batch opens and closes it. */
import { close, constants, open, write } from 'node:fs';
import { promisify } from 'node:util';
import { errorText } from './error-text.js';
import { finished, joined, type Attempt, type Target } from './target.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write);

/** O_NONBLOCK matters for pipes with a name only: without a reader they refuse instead of waiting for one. */
const FLAGS =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;
const MODE = 0o644;

export class FileTarget implements Target {
  readonly name = 'file';
  readonly cut = 0;
  readonly #path: string;
  readonly #keepAlive: boolean;
  #fd: number | null = null;
  #stale = false;
  /** Bytes of the first waiting message that are in the file already (the disk was full in the middle of it). */
  #partial = 0;

  constructor(path: string, keepAlive: boolean) {
    this.#path = path;
    this.#keepAlive = keepAlive;
  }

  get begun(): boolean {
    return this.#partial > 0;
  }

  async offer(messages: readonly Buffer[]): Promise<Attempt> {
    try {
      if (this.#stale) await this.#release();
      this.#fd ??= await openFile(this.#path, FLAGS, MODE);
    } catch (error) {
      return {
        taken: 0,
        state: 'down',
        reason: `failed to open output file ${this.#path}: ${errorText(error)}`,
      };
    }
    const attempt = await this.#write(this.#fd, messages);
    if (!this.#keepAlive || attempt.state === 'down') await this.#release();
    return attempt;
  }

  /** The next message goes into a file of the same name that is opened anew (SIGUSR1, after rotation). */
  reopen(): void {
    this.#stale = true;
  }

  close(): void {
    void this.#release();
  }

  async #write(fd: number, messages: readonly Buffer[]): Promise<Attempt> {
    const bytes = joined(messages, this.#partial);
    try {
      const { bytesWritten } = await writeFile(fd, bytes, 0, bytes.length, null);
      const { taken, partial } = finished(messages, this.#partial, bytesWritten);
      this.#partial = partial;
      return { taken, state: 'ready' };
    } catch (error) {
      return { taken: 0, state: 'down', reason: `cannot write to ${this.#path}: ${errorText(error)}` };
    }
  }

  async #release(): Promise<void> {
    const fd = this.#fd;
    this.#fd = null;
    if (this.#stale) {
      this.#stale = false;
      // The rest of a line that was cut in two belongs to the old file; the new one gets it whole.
      this.#partial = 0;
    }
    if (fd !== null) await closeFile(fd).catch(() => undefined);
  }
}
