import { createGunzip, type Gunzip } from 'node:zlib';

/** Bytes unpacked so far, in order, and what is wrong with those that follow; null: nothing. */
export interface Unpacked {
  readonly chunks: readonly Buffer[];
  readonly error: string | null;
}

/** Most pieces fit one: each chunk is a way through another thread and back. */
const CHUNK_BYTES = 1 << 19;

/**
 * Unpacks gzip, of one or more members, piece by piece. Whatever was unpacked before an error counts: only the bytes
 * of the very piece that has it may be missing, so a piece of one byte loses nothing.
 */
export class Unpacker {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  #chunks: Buffer[] = [];
  #error: string | null = null;
  #settle: (() => void) | null = null;
  /** Nothing comes any more: behind the last member are bytes that are none, as zeros that fill up a block. */
  #ended = false;

  constructor() {
    // Flowing: what a piece gives is here before the piece counts as written. A piece is small, so that is bounded.
    this.#gunzip.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#gunzip.on('error', error => {
      this.#error ??= error.message;
      this.#settle?.();
    });
    this.#gunzip.on('end', () => {
      this.#ended = true;
      this.#settle?.();
    });
  }

  /** Unpacks one more piece. */
  write(piece: Buffer): Promise<Unpacked> {
    return this.#step(() => this.#gunzip.write(piece, () => this.#settle?.()));
  }

  /** After the last piece: whether it was the end. */
  finish(): Promise<Unpacked> {
    return this.#step(() => this.#gunzip.end());
  }

  close(): void {
    this.#gunzip.destroy();
  }

  async #step(start: () => void): Promise<Unpacked> {
    if (this.#error === null && !this.#ended) {
      await new Promise<void>(resolve => {
        this.#settle = resolve;
        start();
      });
    }
    const chunks = this.#chunks;
    this.#chunks = [];
    return { chunks, error: this.#error };
  }
}
