/**
 * Follows a file that grows, as `tail -F` does: from its end on, through rotation (another file under the name) and
 * truncation. What was written to the old file before the new one was opened is read first.
 */
import { watch, type FSWatcher } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LineCutter, type LineLimit } from './lines.js';

/** Between two looks, whether the folder has told of a change or not. */
const LOOK_MS = 500;
const CHUNK_BYTES = 1 << 20;

/**
 * Hands each line that is appended to `onLine`, until `signal`. Resolves when the file has been looked at: what is appended
 * after that is not missed. `ended` resolves when nothing more comes.
 */
export async function followLines(
  path: string,
  limit: LineLimit,
  onLine: (bytes: Buffer) => void,
  signal: AbortSignal,
): Promise<{ readonly ended: Promise<void> }> {
  const file = await openIfThere(path);
  const position = file === null ? 0 : (await file.stat()).size;
  return { ended: follow(path, limit, onLine, signal, { file, position }) };
}

async function follow(
  path: string,
  limit: LineLimit,
  onLine: (bytes: Buffer) => void,
  signal: AbortSignal,
  start: { readonly file: FileHandle | null; readonly position: number },
): Promise<void> {
  const folder = new FolderWatch(path);
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let { file, position } = start;
  let cutter = new LineCutter(limit);

  /** Reads what is there now. */
  async function drain(from: FileHandle): Promise<void> {
    while (!signal.aborted) {
      const { bytesRead } = await from.read(buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      // The lines outlive the buffer that they are read into.
      for (const { bytes } of cutter.lines(Buffer.from(buffer.subarray(0, bytesRead)))) onLine(bytes);
    }
  }

  const restart = (): void => {
    position = 0;
    cutter = new LineCutter(limit);
  };

  while (!signal.aborted) {
    try {
      if (file !== null) {
        const present = await file.stat();
        if (present.size < position) restart();
        await drain(file);
        if (await isReplaced(path, present.ino, present.dev)) {
          await drain(file);
          await file.close();
          file = null;
        }
      }
      if (file === null) {
        file = await openIfThere(path);
        if (file !== null) {
          restart();
          continue;
        }
      }
    } catch {
      // A file that cannot be read now may be so later: it is looked at again.
      await file?.close().catch(() => undefined);
      file = null;
    }
    await folder.wait(LOOK_MS, signal);
  }
  folder.close();
  await file?.close().catch(() => undefined);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  return open(path, 'r').catch(() => null);
}

/** Whether the name stands for another file by now; not while it stands for none. */
async function isReplaced(path: string, inode: number, device: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && (found.ino !== inode || found.dev !== device);
}

/** Tells of changes in the folder of a file, where the kernel tells of them. */
class FolderWatch {
  #watcher: FSWatcher | null = null;
  #wake: () => void = () => undefined;
  #changed = false;

  constructor(path: string) {
    try {
      this.#watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(path)) return;
        this.#changed = true;
        this.#wake();
      });
      this.#watcher.on('error', () => this.close());
    } catch {
      // There is no such folder yet, or no watch to be had: looking every now and then has to do.
    }
  }

  /** Until the next change, or so long. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.#wake, { once: true });
      });
    signal.removeEventListener('abort', this.#wake);
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
