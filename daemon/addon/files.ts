/** Pipes that one can look into, and locks on files. */
import { loadNative, type Native, type Pipe, type PipeState } from './native.js';

export type { Pipe, PipeState } from './native.js';

let native: Native | undefined;

/** ENOSYS: what these give when the addon itself does not load. */
const NO_ADDON = 38;

function addon(): Native | undefined {
  if (native === undefined) {
    const loaded = loadNative();
    if (!('code' in loaded)) native = loaded;
  }
  return native;
}

/** A pipe whose write end does not block; neither end is inherited by programs. @returns it, or the errno */
export function openPipe(): Pipe | number {
  return addon()?.openPipe() ?? NO_ADDON;
}

/** Looks at a pipe from its write end. @returns what it sees, or the errno */
export function pipeState(fd: number): PipeState | number {
  return addon()?.pipeState(fd) ?? NO_ADDON;
}

/**
 * Locks an open file for this process, as long as it is open; however the process ends, the lock ends with it.
 * @returns 0, or the errno: EAGAIN (11) when another has it
 */
export function lockFile(fd: number): number {
  return addon()?.lockFile(fd) ?? NO_ADDON;
}
