/** Whether somebody is still writing a file: Node has no means to ask. */
import { loadNative, type Native } from './native.js';

let native: Native | undefined;

/**
 * @returns true when the file is open for writing anywhere on this host; false too where that cannot be known
 */
export function isBeingWritten(path: string): boolean {
  if (!native) {
    const loaded = loadNative();
    if ('code' in loaded) return false;
    native = loaded;
  }
  return native.isBeingWritten(path);
}
