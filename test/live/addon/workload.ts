/** Calls for the driver's tests to watch: closing descriptors that do not exist, so that each call has a number. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { DRIVER_FLAVORS } from '../../../daemon/addon/driver.js';
import type { Driver, DriverFlavor, DriverOptions } from '../../../daemon/addon/driver.js';
import { openDriver } from '../../../daemon/addon/open.js';
import { syscallByName } from '../../../daemon/events/syscall-table.js';
import { RecordReader } from '../../../daemon/events/record.js';
import { walkFrames } from '../../../daemon/sources/syscall/frames.js';
import { kernelAtLeast } from '../../support/live.js';

export const CLOSE_EXIT = 5;

const row = syscallByName('close')!;
/** Native number of close. */
export const CLOSE = (process.arch === 'arm64' ? row.arm64 : row.x86_64)!;

export const driverOptions: DriverOptions = {
  cpusForEachBuffer: 1,
  bufferBytes: 8 * 1024 * 1024,
  dropFailedExit: false,
  snaplen: 80,
  ignorePid: 0,
};

/** The kernel that each build of the driver needs at least. */
const LEAST_KERNEL: Readonly<Record<DriverFlavor, readonly [major: number, minor: number]>> = {
  cast: [6, 2],
  tp_btf: [5, 11],
  raw_tp: [5, 8],
};

export function runnableFlavors(): readonly DriverFlavor[] {
  return DRIVER_FLAVORS.filter(flavor => kernelAtLeast(...LEAST_KERNEL[flavor]));
}

/** A driver that must open. */
export function opened(options: Partial<DriverOptions> = {}): Driver {
  const result = openDriver({ ...driverOptions, ...options });
  if (!result.ok) throw new Error(`${result.error.message}\n${result.error.details}`);
  return result.driver;
}

export function attach(driver: Driver): void {
  const error = driver.attach();
  if (error) throw new Error(`${error.message}\n${error.details}`);
}

/** Closes `count` descriptors from `first` on, none of which exists. */
export function closeMany(first: number, count: number): void {
  for (let i = 0; i < count; i++) {
    try {
      closeSync(first + i);
    } catch {
      continue;
    }
  }
}

export interface Seen {
  readonly tid: number;
  readonly cpu: number;
  readonly time: bigint;
  readonly fd: number;
}

/** Moves what the rings hold; every close of a descriptor in the range goes to `seen`. Returns the number of all records. */
export function collect(driver: Driver, first: number, count: number, seen: Seen[]): number {
  const reader = new RecordReader();
  reader.attach(driver.batch);
  let records = 0;
  for (;;) {
    const used = driver.drain();
    walkFrames(driver.batch, used, (_, offset, cpu) => {
      records++;
      if (reader.seek(offset) < 0) throw new Error('a record does not decode');
      if (reader.type !== CLOSE_EXIT) return;
      const fd = reader.number(1);
      if (fd >= first && fd < first + count) seen.push({ tid: reader.tid, cpu, time: reader.time(), fd });
    });
    if (used === 0 && !driver.wait(0)) return records;
  }
}

/** Runs a program, collecting while it runs and after. */
export async function collectWhile(
  driver: Driver,
  command: string,
  args: readonly string[],
  first: number,
  count: number,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  const child = spawn(command, args, { stdio: 'ignore' });
  let over = false;
  child.on('exit', () => (over = true));
  while (!over) {
    collect(driver, first, count, seen);
    await new Promise(done => setTimeout(done, 2));
  }
  collect(driver, first, count, seen);
  return seen;
}
