import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Tells of changes in the folder of a file, where the kernel tells of them. */
export class FolderWatch {
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
