/**
 * Follows a file that grows, as `tail -F` does: from its end on, through rotation (another file under the name) and
 * truncation. What was written to the old file before the new one was opened is read first.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { FolderWatch } from './folder-watch.js';
import { LineCutter, type LineLimit } from './lines.js';

/** Between two looks, whether the folder has told of a change or not. */
const LOOK_MS = 500;
const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
/** What is remembered of what was read last: when something else stands there, the file was cut off and has grown again. */
const TAIL_BYTES = 64;
const NOTHING = Buffer.alloc(0);

/** A file that is open. */
interface Opened {
  readonly file: FileHandle;
  /** The same for the same file, whatever its name. */
  readonly identity: string;
  readonly size: number;
}

/**
 * Hands each line that is appended to `onLine`, until `signal`. Resolves when the file has been looked at: what is appended
 * after that is not missed; a line that was half written then counts as appended. `ended` resolves when nothing more
 * comes, and rejects with what `onLine` throws.
 */
export async function followLines(
  path: string,
  limit: LineLimit,
  onLine: (bytes: Buffer) => void,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const opened = await openIfThere(path);
  const position = opened === null ? 0 : await lastLineStart(opened, limit).catch(() => opened.size);
  return { ended: follow(path, limit, onLine, signal, opened, position) };
}

async function follow(
  path: string,
  limit: LineLimit,
  onLine: (bytes: Buffer) => void,
  signal: AbortSignal,
  start: Opened | null,
  startPosition: number,
): Promise<void> {
  const folder = new FolderWatch(path);
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let opened = start;
  /** Of the file that position and tail belong to, open or not. */
  let identity = start?.identity ?? '';
  let position = startPosition;
  let tail = (start === null ? null : await readTail(start.file, position)) ?? NOTHING;
  let cutter = new LineCutter(limit);

  /** Reads what is there now. False: it cannot be read at present. */
  async function drain(file: FileHandle): Promise<boolean> {
    while (!signal.aborted) {
      const length = await read(file, buffer, CHUNK_BYTES, position);
      if (length === null) return false;
      if (length === 0) return true;
      position += length;
      // The lines outlive the buffer that they are read into.
      const chunk = Buffer.from(buffer.subarray(0, length));
      tail = Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
      for (const { bytes } of cutter.lines(chunk)) onLine(bytes);
    }
    return true;
  }

  /** From the start of another file, or of what the file holds by now. The last line before may lack its end. */
  function restart(): void {
    const last = cutter.end();
    cutter = new LineCutter(limit);
    position = 0;
    tail = NOTHING;
    if (last !== null) onLine(last.bytes);
  }

  /** Reads on. False: the name stands for another file by now, or the file cannot be read at present. */
  async function readOn({ file }: Opened): Promise<boolean> {
    const present = await readTail(file, position);
    if (present === null) return false;
    if (!present.equals(tail)) restart();
    if (!(await drain(file))) return false;
    if (!(await isReplaced(path, identity))) return true;
    await drain(file);
    return false;
  }

  try {
    while (!signal.aborted) {
      if (opened === null || !(await readOn(opened))) {
        await opened?.file.close().catch(() => undefined);
        opened = await openIfThere(path);
        // The same one, which could not be read just now, is read on from where reading stopped.
        if (opened !== null && opened.identity !== identity) {
          restart();
          identity = opened.identity;
          continue;
        }
      }
      await folder.wait(LOOK_MS, signal);
    }
  } finally {
    folder.close();
    await opened?.file.close().catch(() => undefined);
  }
}

async function openIfThere(path: string): Promise<Opened | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  const found = await file.stat().catch(() => null);
  if (found !== null) return { file, identity: identityOf(found), size: found.size };
  await file.close().catch(() => undefined);
  return null;
}

function identityOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${String(dev)}:${String(ino)}`;
}

/** Whether the name stands for another file by now; not while it stands for none. */
async function isReplaced(path: string, identity: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && identityOf(found) !== identity;
}

/** @returns how many bytes were read; null: the file cannot be read at present */
async function read(
  file: FileHandle,
  into: Buffer,
  length: number,
  position: number,
): Promise<number | null> {
  const done = await file.read(into, 0, length, position).catch(() => null);
  return done === null ? null : done.bytesRead;
}

/** The last bytes before a position, fewer where the file is shorter; null: it cannot be read at present. */
async function readTail(file: FileHandle, position: number): Promise<Buffer | null> {
  const length = Math.min(TAIL_BYTES, position);
  if (length === 0) return NOTHING;
  const bytes = Buffer.alloc(length);
  const got = await read(file, bytes, length, position - length);
  return got === null ? null : bytes.subarray(0, got);
}

/** Where the line begins that a file ends with; where that is too long, some place within it. Errors are thrown. */
async function lastLineStart({ file, size }: Opened, { mostBytes }: LineLimit): Promise<number> {
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, size));
  for (let end = size; end > 0 && size - end <= mostBytes;) {
    const start = Math.max(0, end - buffer.length);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    if (start === 0) return 0;
    end = start;
  }
  return Math.max(0, size - mostBytes - 1);
}
