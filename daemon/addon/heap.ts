/** The heap of the C library. */
import { loadNative } from './native.js';

/** Gives what is free in it back to the system: a fraction of a millisecond for each megabyte that goes. */
export function trimMemory(): void {
  const native = loadNative();
  if (!('code' in native)) native.trimMemory();
}
