/** The pid file: the number alone, no newline. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** @returns words for why it cannot be written, else undefined */
export function writePidFile(path: string, pid: number = process.pid): string | undefined {
  try {
    writeFileSync(path, String(pid), { mode: 0o644 });
    return undefined;
  } catch (error) {
    return `Could not write pid file ${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Takes the file away if it is still ours. */
export function removePidFile(path: string, pid: number = process.pid): void {
  try {
    if (readFileSync(path, 'utf8').trim() === String(pid)) rmSync(path);
  } catch {
    // Gone already, or not ours to remove.
  }
}
