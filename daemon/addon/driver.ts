/**
 * The builds of the driver, in the order in which the loader tries them: every kernel object read by direct loads
 * (kernels from 6.2), those that BTF-typed tracepoints hand out (5.11), raw tracepoints with probed reads.
 */
export const DRIVER_FLAVORS = ['cast', 'tp_btf', 'raw_tp'] as const;
export type DriverFlavor = (typeof DRIVER_FLAVORS)[number];

export interface DriverOptions {
  /** CPUs that share one ring buffer; 0: all of them share a single one. */
  readonly cpusForEachBuffer: number;
  /** Size of each ring buffer in bytes: a power of two, at least the page size. */
  readonly bufferBytes: number;
  /** Failed system calls are not sent. */
  readonly dropFailedExit: boolean;
  /** Bytes of I/O buffers that records carry. */
  readonly snaplen: number;
  /** Thread group whose events are never sent (the daemon itself); 0: none. */
  readonly ignorePid: number;
  /** Force a flavor; default: the first that the kernel takes. */
  readonly flavor?: DriverFlavor;
  /** Directory of the driver objects; default: where the build puts them. */
  readonly objectDir?: string;
  /** Where to look for the kernel's own type information; for tests. */
  readonly btfPath?: string;
  /** The kernel release to believe in, as of `uname -r`; for tests. */
  readonly kernelRelease?: string;
  /** Size of the batch in bytes: at least 128 KiB, so that it holds the largest record; default 1 MiB. */
  readonly batchBytes?: number;
}

/** Why the driver cannot run, in words for the operator. */
export interface DriverError {
  readonly code:
    | 'no-permission'
    | 'no-btf'
    | 'kernel-too-old'
    | 'refused'
    | 'interrupted'
    | 'no-object'
    | 'no-memory'
    | 'busy'
    | 'unsupported';
  /** One line: what is missing and what to do. */
  readonly message: string;
  /** More for a bug report (end of the verifier's log); may be empty. */
  readonly details: string;
}

/**
 * What became of one family of events: `seen` is `submitted` + `filtered` + the sum of `dropped`.
 * Families are those whose losses Falco tells apart, and `rest`.
 */
export interface FamilyStats {
  readonly seen: number;
  readonly submitted: number;
  /** Not wanted, and dropped before they were composed: failed calls with drop_failed_exit. */
  readonly filtered: number;
  /** By reason: `ring_full`, `too_big`, `no_scratch`, `preempted`, `no_ring`. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Reads of user or kernel memory that failed: the parameter went out empty. */
  readonly faults: number;
  /** Strings and buffers that were cut at their limit. */
  readonly truncated: number;
  /** Paths of the kernel that are longer or deeper than the walk goes: their beginning is missing. */
  readonly pathsCut: number;
}

/** What the kernel counted of one program of the driver. */
export interface ProgramStats {
  readonly name: string;
  readonly runs: number;
  readonly nanoseconds: number;
}

/** What the driver counted since it was opened, summed over CPUs. Every lost thing has its reason. */
export interface DriverStats {
  /** Always `submitted` + `filtered` + the sum of `dropped` (but for `malformed`, which were submitted). */
  readonly seen: number;
  readonly submitted: number;
  readonly filtered: number;
  /**
   * By reason; `ring_full_*` by category of the system call. `malformed` are submitted records that made no sense.
   * `skipped`: runs of a program that the kernel left out, since another task had been preempted within it on that CPU
   * (kernels from 7.0). Of what call nobody knows: it may be one that no rule asks for. In no family and of no CPU.
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** Reads of user or kernel memory that failed: the parameter went out empty. */
  readonly faults: number;
  /** Strings, buffers and paths that were cut at their limit. */
  readonly truncated: number;
  /** Calls of the ignored thread group: seen, and no event. */
  readonly own: number;
  /** 32-bit system calls that the 64-bit table has no counterpart for: they never become events. */
  readonly unmapped: number;
  readonly families: Readonly<Record<string, FamilyStats>>;
  /** Empty unless `setRunStats` is on. */
  readonly programs: readonly ProgramStats[];
  readonly perCpu: readonly { readonly seen: number; readonly submitted: number; readonly dropped: number }[];
}

/**
 * A loaded driver. Records come in `batch`: frames of `u32 length of the frame, u16 cpu, u16 reserved`, then the
 * event record, padded to 8 bytes. All verbs throw on use after `close`, but for `close` itself.
 */
export interface Driver {
  readonly flavor: DriverFlavor;
  /**
   * The kernel may preempt the program that sees system calls, and leaves out its other runs on that CPU meanwhile
   * (`dropped.skipped`): Linux 7.0 or newer without tracefs at /sys/kernel/tracing, or where perf events are forbidden.
   */
  readonly maySkip: boolean;
  /** `ignorePid` as events number it: this process, in a pid namespace, has another number there than process.pid. */
  readonly ignoredPid: number;
  /** Reused by every drain; valid until the next one. */
  readonly batch: Buffer;
  /**
   * Native system call numbers (64-bit table) that are sent; those of `alsoGeneric`, which are among them, once more as the
   * generic event. Takes effect at once, attached or not.
   */
  setInterest(numbers: readonly number[], alsoGeneric?: readonly number[]): void;
  /**
   * Kernel tracepoints, by their names in the table of system calls, whose events are sent besides: signal_deliver,
   * sched_switch, page_fault_user, page_fault_kernel. Takes effect at once when attached. A tracepoint that this kernel
   * does not have is passed over. Null, or why the kernel does not let them.
   */
  setTracepoints(names: readonly string[]): DriverError | null;
  /** Programs run from here on. Null, or why the kernel does not let them. Does nothing when attached. */
  attach(): DriverError | null;
  detach(): void;
  /** Moves what the rings hold into `batch`, in time order; returns the bytes used, 0 when there is nothing. */
  drain(): number;
  /** Blocks until a ring has something or the time is over; true when there may be something. */
  wait(timeoutMs: number): boolean;
  /** Walks all tasks and their files in the kernel into `batch`, a piece at a time; 0 at the end. False where iterators are missing. */
  scan(): number | false;
  /** While on, the kernel counts the runs of all BPF programs, which costs each run about 50 ns. Null, or why it does not. */
  setRunStats(on: boolean): DriverError | null;
  stats(): DriverStats;
  close(): void;
}

export type OpenDriver = (
  options: DriverOptions,
) => { readonly ok: true; readonly driver: Driver } | { readonly ok: false; readonly error: DriverError };
