import { close, constants, openSync, write } from 'node:fs';
import { EVENT_BLOCK_OVERHEAD, putEventBlock } from '../sources/capture/event-block.js';

const CHUNK_BYTES = 512 * 1024;
/** Chunks that may wait for the disk; what comes on top is left out, and counted. */
const MOST_WAITING = 64;
/** Readable by its owner alone: a capture shows arguments and environments of all processes. */
const MODE = 0o600;
/** Names of captures can be guessed: whoever may write to the folder must not choose what they point to. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** How a capture file ended. */
export interface CaptureEnding {
  readonly events: number;
  readonly bytes: number;
  /** Events that were left out because the disk did not keep up. */
  readonly lost: number;
  /** Why writing failed; null: it did not. */
  readonly error: string | null;
}

/**
 * A capture that is being written. Events are composed into chunks, which the runtime's own threads write; detection
 * never waits for the disk.
 */
export class CaptureFile {
  events = 0;
  /** Bytes that the file has, or will have when the disk has caught up. */
  bytes = 0;
  lost = 0;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  #error: string | null = null;
  #writing = false;
  #ended = false;
  #closed = false;
  readonly #waiting: Buffer[] = [];
  readonly #fd: number;
  readonly #done: (ending: CaptureEnding) => void;

  private constructor(fd: number, done: (ending: CaptureEnding) => void) {
    this.#fd = fd;
    this.#done = done;
  }

  /**
   * Creates the file, which must not be there yet.
   *
   * @param done called once, when the file is complete and closed
   * @returns the file, or why it cannot be made
   */
  static create(path: string, done: (ending: CaptureEnding) => void): CaptureFile | string {
    return CaptureFile.open(path, done, CREATE);
  }

  /** The same for what is there: a pipe, or a device. */
  static open(
    path: string,
    done: (ending: CaptureEnding) => void,
    flags = constants.O_WRONLY,
  ): CaptureFile | string {
    try {
      return new CaptureFile(openSync(path, flags, MODE), done);
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Nothing more can be written. */
  get failed(): boolean {
    return this.#error !== null;
  }

  /** Writes what opens the capture. */
  begin(blocks: Buffer): void {
    this.bytes += blocks.length;
    this.#waiting.push(blocks);
    this.#writeNext();
  }

  /** Hot path: adds an event. */
  add(buffer: Buffer, offset: number, length: number, cpu: number): void {
    const need = length + EVENT_BLOCK_OVERHEAD;
    if (need > CHUNK_BYTES - this.#used) this.#flush();
    if (need > CHUNK_BYTES - this.#used || this.#error !== null) {
      this.lost++;
      return;
    }
    const end = putEventBlock(this.#chunk, this.#used, buffer, offset, cpu);
    this.bytes += end - this.#used;
    this.#used = end;
    this.events++;
  }

  /** Hands what is here to the disk, unless that is busy: a daemon that is killed leaves it behind. */
  flush(): void {
    if (this.#waiting.length === 0) this.#flush();
  }

  /** Writes the rest and closes the file; `done` is called then. */
  end(): void {
    this.#ended = true;
    this.#flush();
    this.#writeNext();
  }

  /** Hands over the chunk, if there is room among those that wait. */
  #flush(): void {
    if (this.#used === 0 || (this.#waiting.length >= MOST_WAITING && !this.#ended)) return;
    this.#waiting.push(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#used = 0;
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#writing) return;
    const chunk = this.#error === null ? this.#waiting[0] : undefined;
    if (chunk === undefined) {
      if (this.#ended) this.#close();
      return;
    }
    this.#writing = true;
    write(this.#fd, chunk, (error, written) => {
      this.#writing = false;
      if (error !== null) this.#error = error.message;
      else if (written < chunk.length) this.#waiting[0] = chunk.subarray(written);
      else this.#waiting.shift();
      this.#writeNext();
    });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Some file systems tell only here that there was no room.
    close(this.#fd, error => {
      this.#error ??= error?.message ?? null;
      this.#done({ events: this.events, bytes: this.bytes, lost: this.lost, error: this.#error });
    });
  }
}
