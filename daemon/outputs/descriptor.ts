/**
 * Standard output and standard error. Node writes to pipes and terminals blocking, which would stop the whole main
 * thread when the reader does; so they are opened a second time without blocking. The descriptor that was inherited
 * keeps its mode: it is shared with whoever started us. Sockets cannot be opened a second time: those are switched,
 * and Node switches them back at the end.
 */
import { closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { errorCode, errorText } from './error-text.js';
import { finished, joined, type Attempt, type Target } from './target.js';

/** Answers after which a descriptor never works again: reader gone, terminal gone, closed. */
const LOST = new Set(['EPIPE', 'EIO', 'EBADF', 'ENXIO', 'ECONNRESET']);

const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_APPEND;

export class DescriptorTarget implements Target {
  readonly cut = 0;
  readonly #fd: number;
  /** A descriptor for the same that does not block; null where there is none (plain files). */
  readonly #own: number | null;
  /** Bytes of the first waiting message that are out already. */
  #partial = 0;

  constructor(
    readonly name: string,
    fd: number,
  ) {
    this.#fd = fd;
    this.#own = unblocked(fd);
  }

  offer(messages: readonly Buffer[]): Attempt | Promise<Attempt> {
    const bytes = joined(messages, this.#partial);
    if (this.#own === null) return this.#writeAside(messages, bytes);
    try {
      return this.#written(messages, bytes, writeSync(this.#own, bytes));
    } catch (error) {
      return this.#failed(error);
    }
  }

  reopen(): void {
    // It was inherited: there is nothing to open it from.
  }

  close(): void {
    if (this.#own !== null && this.#own !== this.#fd) closeSync(this.#own);
  }

  /** Where writing may block it happens on a thread of its own. */
  #writeAside(messages: readonly Buffer[], bytes: Buffer): Promise<Attempt> {
    return new Promise(resolve => {
      write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
        resolve(error === null ? this.#written(messages, bytes, written) : this.#failed(error));
      });
    });
  }

  #written(messages: readonly Buffer[], bytes: Buffer, written: number): Attempt {
    const { taken, partial } = finished(messages, this.#partial, written);
    this.#partial = partial;
    return { taken, state: written < bytes.length ? 'busy' : 'ready' };
  }

  #failed(error: unknown): Attempt {
    const code = errorCode(error);
    if (code === 'EAGAIN') return { taken: 0, state: 'busy' };
    const reason = `cannot write: ${errorText(error)}`;
    return { taken: 0, state: LOST.has(code) ? 'gone' : 'down', reason };
  }
}

function unblocked(fd: number): number | null {
  try {
    const status = fstatSync(fd);
    if (status.isSocket()) {
      // Taking it over is what switches it; nothing is ever written or read through the object.
      new Socket({ fd, readable: false, writable: true }).unref();
      return fd;
    }
    if (!status.isFIFO() && !status.isCharacterDevice()) return null;
    return openSync(`/proc/self/fd/${String(fd)}`, FLAGS);
  } catch {
    return null;
  }
}
