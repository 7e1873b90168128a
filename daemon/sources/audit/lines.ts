import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const CHUNK_BYTES = 1 << 20;

/** One line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** How long a line may be, and who hears of one that is longer. */
export interface LineLimit {
  readonly mostBytes: number;
  tooLong(): void;
}

/** Cuts what comes in pieces into lines. Those that are too long are left out, as are empty ones. */
export class LineCutter {
  readonly #limit: LineLimit;
  #rest: Buffer[] = [];
  #length = 0;
  /** Lines so far. */
  count = 0;

  constructor(limit: LineLimit) {
    this.#limit = limit;
  }

  /** The lines that end in this piece. */
  *lines(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      const line = this.end();
      if (line !== null) yield line;
    }
    this.#keep(chunk.subarray(start));
  }

  /** What stands behind the last line's end; null: nothing. */
  end(): Line | null {
    const length = this.#length;
    const bytes = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#length = 0;
    this.count++;
    if (length > this.#limit.mostBytes) {
      this.#limit.tooLong();
      return null;
    }
    const line = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
    return line.length === 0 ? null : { number: this.count, bytes: line };
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > this.#limit.mostBytes) this.#rest = [];
    else if (piece.length > 0) this.#rest.push(piece);
  }
}

/** The lines of a file. Errors are thrown. */
export async function* linesOf(path: string, limit: LineLimit): AsyncGenerator<Line> {
  const cutter = new LineCutter(limit);
  const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) yield* cutter.lines(chunk);
  const last = cutter.end();
  if (last !== null) yield last;
}

/** A file itself; the files of a folder, the oldest first. Errors are thrown. */
export function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .map(name => join(path, name))
    .map(file => ({ file, stat: statSync(file) }))
    .filter(({ stat }) => stat.isFile())
    .sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs || (a.file < b.file ? -1 : 1))
    .map(({ file }) => file);
}
