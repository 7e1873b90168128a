/**
 * Events of this host's kernel. In: records that the driver sends. Out: each of them, in order, to a function of the
 * caller's. Made for a worker thread whose loop also has messages to serve: `step` works or sleeps for a bounded time
 * and returns. Imported by engine.
 */
import type { Driver, DriverError, DriverOptions, DriverStats } from '../../addon/driver.js';
import { openDriver } from '../../addon/open.js';
import type { OnRecord } from '../on-record.js';
import { walkFrames } from './frames.js';

/** What a scan of the running system fills. */
export interface ScanTarget {
  /** Applies one record of the kernel's own walk: tasks and their files (events 430 to 448). */
  process(batch: Buffer, offset: number, cpu: number): boolean;
  /** Walks /proc instead. */
  scanProc(): void;
  /** Adds from /proc what the kernel's walk left out. */
  addParents(): void;
}

/** Longest sleep on the rings' descriptors: bounds how long a message to the worker waits on an idle host. */
const IDLE_MS = 200;

/**
 * After a handful of records the source pauses before it looks again, without asking to be woken: on a host where
 * little happens, events are taken in groups instead of by one wake-up each. The pause is the price in latency; it
 * shrinks with the rings, so that a sudden burst does not overrun a small one.
 */
const LONGEST_PAUSE_MS = 10;
const RING_BYTES_PER_PAUSE_MS = 512 * 1024;

/** A drain that brings less than this, or than a sixteenth of a ring, counts as a handful. */
const HANDFUL_BYTES = 64 * 1024;

/** Longest time for what is still being written when everything is drained at the end. */
const FLUSH_MS = 200;

/** Where a record has the number of its event. */
const EVENT_CODE_OFFSET = 20;

const nothing = (): void => undefined;

export class SyscallSource {
  readonly #driver: Driver;
  readonly #pauseMs: number;
  readonly #handful: number;
  readonly #scanned = new Map<number, number>();
  readonly #never = new Int32Array(new SharedArrayBuffer(4));

  constructor(driver: Driver, bufferBytes: number) {
    this.#driver = driver;
    this.#pauseMs = Math.max(
      1,
      Math.min(LONGEST_PAUSE_MS, Math.floor(bufferBytes / RING_BYTES_PER_PAUSE_MS)),
    );
    this.#handful = Math.min(HANDFUL_BYTES, bufferBytes / 16);
  }

  get flavor(): Driver['flavor'] {
    return this.#driver.flavor;
  }

  /** Whether the kernel may preempt the program that sees system calls, and leave out others meanwhile. */
  get maySkip(): boolean {
    return this.#driver.maySkip;
  }

  /** This process, as events number it. */
  get ownPid(): number {
    return this.#driver.ignoredPid;
  }

  /** Native numbers of the system calls to send, and of those that are sent as the generic event, too; takes effect at once. */
  setInterest(numbers: readonly number[], alsoGeneric: readonly number[] = []): void {
    this.#driver.setInterest(numbers, alsoGeneric);
  }

  /** Tracepoints to send besides; takes effect at once. Null, or why the kernel does not let them. */
  setTracepoints(names: readonly string[]): DriverError | null {
    return this.#driver.setTracepoints(names);
  }

  /** Events come from here on. Null, or why the kernel does not let them. */
  attach(): DriverError | null {
    return this.#driver.attach();
  }

  detach(): void {
    this.#driver.detach();
  }

  /**
   * Fills the tables with what runs already: from the kernel's own walk where there is one that shows the whole host,
   * else from /proc.
   *
   * @param whole false: we are in a pid namespace, and the walk shows what runs in there
   * @returns which of the two it was
   */
  scan(target: ScanTarget, disableIterators: boolean, whole = true): 'iterators' | 'proc' {
    if (!disableIterators && this.#scanKernel(target) && whole) {
      target.addParents();
      return 'iterators';
    }
    target.scanProc();
    return 'proc';
  }

  #scanKernel(target: ScanTarget): boolean {
    for (;;) {
      const used = this.#driver.scan();
      if (used === false) return false;
      if (used === 0) return true;
      walkFrames(this.#driver.batch, used, (batch, offset, cpu) => {
        const code = batch.readUInt16LE(offset + EVENT_CODE_OFFSET);
        this.#scanned.set(code, (this.#scanned.get(code) ?? 0) + 1);
        target.process(batch, offset, cpu);
      });
    }
  }

  /** Records of the kernel's own walk, by the numbers of their events. */
  get scanned(): ReadonlyMap<number, number> {
    return this.#scanned;
  }

  /**
   * Hot path: one turn. Processes records for about `budgetMs`; sleeps when there are none, up to `idleMs`.
   *
   * @param beforeBatch is called when records have come, before the first of them is handed over
   * @returns `idle` when nothing came
   */
  step(
    budgetMs: number,
    onRecord: OnRecord,
    beforeBatch: () => void = nothing,
    idleMs = IDLE_MS,
  ): 'busy' | 'idle' {
    const driver = this.#driver;
    const end = performance.now() + budgetMs;
    do {
      const used = driver.drain();
      if (used === 0) return driver.wait(idleMs) ? 'busy' : 'idle';
      beforeBatch();
      walkFrames(driver.batch, used, onRecord);
      if (used < this.#handful) Atomics.wait(this.#never, 0, 0, this.#pauseMs);
    } while (performance.now() < end);
    return 'busy';
  }

  /** Processes everything that is in the rings; for the end, after `detach`. */
  flush(onRecord: OnRecord): void {
    const end = performance.now() + FLUSH_MS;
    for (;;) {
      const used = this.#driver.drain();
      walkFrames(this.#driver.batch, used, onRecord);
      if (used === 0 && (!this.#driver.wait(0) || performance.now() > end)) return;
    }
  }

  /** Whether the kernel counts the runs of the driver's programs, for `stats().programs`. */
  setRunStats(on: boolean): DriverError | null {
    return this.#driver.setRunStats(on);
  }

  stats(): DriverStats {
    return this.#driver.stats();
  }

  close(): void {
    this.#driver.close();
  }
}

export type OpenedSource =
  { readonly ok: true; readonly source: SyscallSource } | { readonly ok: false; readonly error: DriverError };

/** Opens the driver. Nothing comes before `attach`. */
export function openSyscallSource(options: DriverOptions): OpenedSource {
  const opened = openDriver(options);
  return opened.ok ? { ok: true, source: new SyscallSource(opened.driver, options.bufferBytes) } : opened;
}
