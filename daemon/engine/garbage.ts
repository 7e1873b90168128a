/**
 * Compiling rules leaves tens of megabytes of garbage, which the runtime would keep until it has use for the room: a
 * daemon that is reloaded often would look as if it grew. One collection after the start and after each reload, some tens
 * of milliseconds of the thread that asks, which the ring buffers bridge as they do the compilation itself.
 *
 * What survives is moved together, or else a few live objects on each page would keep the page (6 of 89 MB after 200
 * reloads). Only then: on each of the runtime's own collections it would cost the detection worker more than it gains.
 *
 * What the compilers of the runtime worked with lies in the heap of the C library, which keeps it, too, unless it is asked.
 */
import { setFlagsFromString } from 'node:v8';
import { trimMemory } from '../addon/heap.js';

/** Collects the garbage of this thread, where the runtime lets us (`--expose-gc`, see bin/falco). */
export function collectGarbage(): void {
  const { gc } = globalThis as { readonly gc?: () => void };
  if (gc === undefined) return;
  setFlagsFromString('--compact-on-every-full-gc');
  gc();
  setFlagsFromString('--no-compact-on-every-full-gc');
  trimMemory();
}
