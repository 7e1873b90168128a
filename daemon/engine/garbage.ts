/**
 * Compiling rules leaves tens of megabytes of garbage, which the runtime would keep until it has use for the room: a
 * daemon that is reloaded often would look as if it grew. One collection after each reload, some tens of milliseconds
 * of the thread that asks, which the ring buffers bridge as they do the compilation itself.
 */

/** Collects the garbage of this thread, where the runtime lets us (`--expose-gc`, see bin/falco). */
export function collectGarbage(): void {
  (globalThis as { readonly gc?: () => void }).gc?.();
}
