import { constants, readSync, type Stats } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { Unpacker, type Unpacked } from './gunzip.js';

/** Bytes of the file that are read at a time; of a packed file they may become a thousand times as many. */
const PIECE_BYTES = 1 << 16;
/** Bytes of a damaged piece that are unpacked at a time: first to find about where, then every byte. */
const RECOVERY_STEPS = [256, 1];
const PLAIN_BYTES = 1 << 16;
/** Reads of a plain file after which others of the thread get their turn. */
const READS_A_TURN = 64;
const FIRST_BYTES = 1 << 19;
/** How long to wait for the writer of a pipe: for its first bytes, and for more. */
const FIRST_WAIT_MS = 50;
const WAIT_MS = 2;
/** A read of a pipe must not block: nobody could end it. */
const OPEN = constants.O_RDONLY | constants.O_NONBLOCK;

/** Why there are no more bytes. */
export interface End {
  /** What is wrong with the file; null: this is its end. */
  readonly problem: string | null;
  /** Where in the file, in bytes from its beginning. */
  readonly fileOffset: number;
}

/**
 * The bytes of a capture file, unpacked if it is packed, through one buffer that is kept: what was taken makes room
 * for what comes. The buffer grows only for a block that does not fit.
 */
export class CaptureBytes {
  buffer: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  /** The same bytes. */
  view = viewOf(this.buffer);
  /** What is here: from `start`, which the reader moves, to `end`. */
  start = 0;
  end = 0;
  /** Offset of the buffer's first byte in the unpacked file. */
  base = 0;
  /** Set when nothing more can come. */
  finished: End | null = null;
  /** Bytes of the file that were read, and of all of it; 0: not known. */
  fileOffset = 0;
  readonly fileSize: number;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #unpacker: Unpacker | null = null;
  #unpacked = 0;
  #opened = false;
  #reads = 0;
  #abandoned = false;
  readonly #regular: boolean;
  /** A pipe whose writer may come later. That of a pipe without a name is there, or gone. */
  readonly #namedPipe: boolean;

  private constructor(path: string, file: FileHandle, status: Stats, named: boolean) {
    this.#path = path;
    this.#file = file;
    this.#regular = status.isFile();
    this.#namedPipe = named && status.isFIFO();
    this.fileSize = this.#regular ? status.size : 0;
  }

  /** Opens a file; throws as the file system does. */
  static async open(path: string): Promise<CaptureBytes> {
    const file = await open(path, OPEN);
    try {
      const status = await file.stat();
      if (status.isDirectory()) throw new Error('Is a directory');
      const named = await realpath(path).then(
        () => true,
        () => false,
      );
      return new CaptureBytes(path, file, status, named);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Offset of `start` in the unpacked file. */
  get offset(): number {
    return this.base + this.start;
  }

  /** Gets more bytes, at least one unless `finished`. */
  async fill(): Promise<void> {
    while (this.finished === null) {
      const before = this.end - this.start;
      if (this.#opened && this.#unpacker === null) await this.#readPlain();
      else await this.#readPacked();
      if (this.end - this.start > before) return;
    }
  }

  /** Nobody waits for more bytes any longer. */
  abandon(): void {
    this.#abandoned = true;
  }

  async close(): Promise<void> {
    this.#unpacker?.close();
    await this.#file.close();
  }

  async #readPlain(): Promise<void> {
    this.#makeRoom(PLAIN_BYTES);
    const { bytesRead, problem } = await this.#read(this.#file, this.buffer, this.end, PLAIN_BYTES);
    this.end += bytesRead;
    if (bytesRead === 0) this.finished = { problem, fileOffset: this.fileOffset };
    if (++this.#reads % READS_A_TURN === 0) await new Promise(setImmediate);
  }

  async #readPacked(): Promise<void> {
    const { bytesRead, problem } = await this.#read(this.#file, this.#piece, 0, PIECE_BYTES);
    if (!this.#opened) {
      this.#opened = true;
      const packed = bytesRead >= 2 && this.#piece[0] === 0x1f && this.#piece[1] === 0x8b;
      if (!packed) {
        this.#append(this.#piece.subarray(0, bytesRead));
        if (bytesRead === 0) this.finished = { problem, fileOffset: this.fileOffset };
        return;
      }
      this.#unpacker = new Unpacker();
    }
    const unpacker = this.#unpacker!;
    const pieceAt = this.fileOffset - bytesRead;
    const result =
      bytesRead > 0 ? await unpacker.write(this.#piece.subarray(0, bytesRead)) : await unpacker.finish();
    this.#take(result);
    if (problem !== null || bytesRead === 0)
      this.finished = { problem: problem ?? result.error, fileOffset: this.fileOffset };
    else if (result.error !== null) await this.#recover(pieceAt, bytesRead, result.error);
  }

  /** A piece is damaged somewhere: unpacks it once more, in ever smaller steps, for all that comes before the damage. */
  async #recover(pieceAt: number, pieceLength: number, problem: string): Promise<void> {
    let good = 0;
    this.finished = { problem, fileOffset: pieceAt };
    // What a pipe gave is gone, and so may the file be.
    const again = this.#regular ? await open(this.#path, OPEN).catch(() => null) : null;
    if (again === null) return;
    try {
      for (const step of RECOVERY_STEPS)
        good = await this.#unpackAgain(again, pieceAt, pieceLength, good, step);
    } finally {
      await again.close();
    }
    this.finished = { problem, fileOffset: pieceAt + good };
  }

  /**
   * Unpacks from the beginning up to byte `good` of the piece at `pieceAt`, and on by `step` bytes until that fails;
   * appends what was not here yet. Returns the offset in the piece of the step that failed.
   */
  async #unpackAgain(
    file: FileHandle,
    pieceAt: number,
    pieceLength: number,
    good: number,
    step: number,
  ): Promise<number> {
    const unpacker = new Unpacker();
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let skip = this.#unpacked;
    const unpack = async (bytes: Buffer): Promise<boolean> => {
      const { chunks, error } = await unpacker.write(bytes);
      for (const chunk of chunks) {
        const known = Math.min(skip, chunk.length);
        skip -= known;
        this.#unpacked += chunk.length - known;
        this.#append(chunk.subarray(known));
      }
      return error === null;
    };
    try {
      for (let at = 0; at < pieceAt;) {
        const { bytesRead } = await file.read(piece, 0, Math.min(PIECE_BYTES, pieceAt - at), at);
        if (bytesRead === 0) return good;
        await unpack(piece.subarray(0, bytesRead));
        at += bytesRead;
      }
      let at = good;
      if (at > 0 && !(await unpack(Buffer.from(this.#piece.subarray(0, at))))) return 0;
      for (; at < pieceLength; at += step) {
        if (!(await unpack(Buffer.from(this.#piece.subarray(at, Math.min(at + step, pieceLength)))))) break;
      }
      return at;
    } finally {
      unpacker.close();
    }
  }

  async #read(
    file: FileHandle,
    into: Buffer,
    at: number,
    length: number,
  ): Promise<{ bytesRead: number; problem: string | null }> {
    for (;;) {
      try {
        // A file is here at once: the way through another thread costs more than the read.
        const bytesRead =
          this.fileSize > 0
            ? readSync(file.fd, into, at, length, null)
            : (await file.read(into, at, length, null)).bytesRead;
        this.fileOffset += bytesRead;
        if (bytesRead > 0 || !this.#namedPipe || this.fileOffset > 0) return { bytesRead, problem: null };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN') return { bytesRead: 0, problem: message };
      }
      if (this.#abandoned) return { bytesRead: 0, problem: null };
      // Nothing yet: there is no writer so far, or it is slower than we are.
      await setTimeout(this.fileOffset === 0 ? FIRST_WAIT_MS : WAIT_MS);
    }
  }

  #take({ chunks }: Unpacked): void {
    for (const chunk of chunks) {
      this.#unpacked += chunk.length;
      this.#append(chunk);
    }
  }

  #append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#makeRoom(chunk.length);
    this.end += chunk.copy(this.buffer, this.end);
  }

  /** Room for so many bytes behind `end`. What is here moves to the front when that helps. */
  #makeRoom(wanted: number): void {
    if (this.end + wanted <= this.buffer.length) return;
    const kept = this.end - this.start;
    let { buffer } = this;
    if (kept + wanted > buffer.length) buffer = Buffer.allocUnsafe(2 * (kept + wanted));
    this.buffer.copy(buffer, 0, this.start, this.end);
    if (buffer !== this.buffer) this.view = viewOf(buffer);
    this.buffer = buffer;
    this.base += this.start;
    this.start = 0;
    this.end = kept;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
