/**
 * What build/falco.node exports, and loading it. This folder is the checked face over the native addon. In: plain
 * options and buffers. Out: a driver that fills batches, datagrams sent, pipes and locks, errors as values with words for the
 * operator. Imported by sources, outputs and service; knows nothing of rules, fields or alerts.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { DriverError, DriverFlavor, ProgramStats } from './driver.js';

export interface NativeOptions {
  readonly cpusForEachBuffer: number;
  readonly bufferBytes: number;
  readonly dropFailedExit: boolean;
  readonly snaplen: number;
  readonly ignorePid: number;
  readonly flavor: DriverFlavor | '';
  readonly objectDir: string;
  readonly btfPath: string;
  /** Empty: what uname says. */
  readonly kernelRelease: string;
}

/** Facts of a failure; error-text.ts makes the message of them. */
export interface NativeError {
  readonly code: DriverError['code'];
  readonly subject: string;
  readonly details: string;
}

/** Descriptors of both ends; writing does not block. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

export interface PipeState {
  /** Bytes that were written and that nobody has read. */
  readonly unread: number;
  /** Somebody holds the read end. */
  readonly hasReader: boolean;
}

export interface NativeDriver {
  flavor(): DriverFlavor;
  ignored(): number;
  setInterest(numbers: readonly number[], alsoGeneric: readonly number[]): void;
  setTracepoints(names: readonly string[]): NativeError | null;
  attach(): NativeError | null;
  detach(): void;
  drain(batch: Buffer): number;
  wait(timeoutMs: number): boolean;
  scan(batch: Buffer): number | false;
  /** For CPU 0, then CPU 1, and so on: all outcomes of the first family, of the second …, the counters. */
  counters(): Float64Array;
  setRunStats(on: boolean): NativeError | null;
  programs(): readonly ProgramStats[];
  /** Whether the kernel may preempt the program that sees system calls. */
  maySkip(): boolean;
  /** Runs of the driver's programs that the kernel left out. */
  skipped(): number;
  malformed(): number;
  close(): void;
}

export interface Native {
  open(options: NativeOptions): NativeDriver | NativeError;
  sendDatagram(path: string, data: Buffer): number;
  readonly familyNames: readonly string[];
  readonly outcomeNames: readonly string[];
  openPipe(): Pipe | number;
  pipeState(fd: number): PipeState | number;
  lockFile(fd: number): number;
  trimMemory(): void;
  isBeingWritten(path: string): boolean;
  readonly counterNames: readonly string[];
  /** Bytes that a batch has to have at least. */
  readonly smallestBatch: number;
  /** System call numbers are below this. */
  readonly syscalls: number;
}

/** Root of the installation: this file is in dist/daemon/addon, or bundled in dist/bundle/daemon. */
export const installation = fileURLToPath(new URL('../../..', import.meta.url));

const require = createRequire(import.meta.url);

/** The addon, or the reason why it does not load: it is not built, or a library that it needs is not there. */
export function loadNative(): Native | NativeError {
  const path = `${installation}build/falco.node`;
  try {
    return require(path) as Native;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const missing = text.includes('Cannot find module') || text.includes('No such file');
    return missing && !text.includes('.so')
      ? { code: 'no-object', subject: path, details: '' }
      : { code: 'unsupported', subject: text.split('\n')[0] ?? '', details: text };
  }
}
