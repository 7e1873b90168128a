/** Opening the driver: options checked, defaults filled in, the native handle behind the verbs of `Driver`. */
import { resolve } from 'node:path';
import type { Driver, DriverOptions, OpenDriver } from './driver.js';
import { driverError } from './error-text.js';
import { installation, loadNative, type Native, type NativeDriver, type NativeOptions } from './native.js';
import { CounterTable } from './statistics.js';

export { sendDatagram } from './datagram.js';

const KERNEL_BTF = '/sys/kernel/btf/vmlinux';
const BATCH_BYTES = 1024 * 1024;
const PAGE_BYTES = 4096;
const MAX_SNAPLEN = 65_000;
const MAX_TIMEOUT_MS = 60_000;

/**
 * Loads the driver into the kernel; nothing runs before `attach`. Any number may be open at once, in any thread; one
 * that is not closed is closed by the collector, and at the end of its thread.
 *
 * @throws RangeError on options that are out of bounds
 */
export const openDriver: OpenDriver = options => {
  checkOptions(options);
  const native = loadNative();
  if ('code' in native) return { ok: false, error: driverError(native) };
  const batchBytes = options.batchBytes ?? BATCH_BYTES;
  checkInteger('batchBytes', batchBytes, native.smallestBatch, 2 ** 30);
  const opened = native.open(nativeOptions(options));
  if ('code' in opened) return { ok: false, error: driverError(opened) };
  return { ok: true, driver: face(native, opened, Buffer.from(new ArrayBuffer(batchBytes))) };
};

function checkInteger(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(
      `${name} must be an integer from ${String(least)} to ${String(most)}, not ${String(value)}`,
    );
  }
}

function checkOptions(options: DriverOptions): void {
  checkInteger('cpusForEachBuffer', options.cpusForEachBuffer, 0, 65_536);
  checkInteger('bufferBytes', options.bufferBytes, PAGE_BYTES, 2 ** 31);
  checkInteger('snaplen', options.snaplen, 0, MAX_SNAPLEN);
  checkInteger('ignorePid', options.ignorePid, 0, 2 ** 31 - 1);
  if (!Number.isInteger(Math.log2(options.bufferBytes))) {
    throw new RangeError(`bufferBytes must be a power of two, not ${String(options.bufferBytes)}`);
  }
}

function nativeOptions(options: DriverOptions): NativeOptions {
  return {
    cpusForEachBuffer: options.cpusForEachBuffer,
    bufferBytes: options.bufferBytes,
    dropFailedExit: options.dropFailedExit,
    snaplen: options.snaplen,
    ignorePid: options.ignorePid,
    flavor: options.flavor ?? '',
    objectDir: resolve(options.objectDir ?? `${installation}build/driver`),
    btfPath: options.btfPath ?? KERNEL_BTF,
    kernelRelease: options.kernelRelease ?? '',
  };
}

function face(native: Native, handle: NativeDriver, batch: Buffer): Driver {
  const counters = new CounterTable({
    families: native.familyNames,
    outcomes: native.outcomeNames,
    counters: native.counterNames,
  });
  return {
    flavor: handle.flavor(),
    maySkip: handle.maySkip(),
    ignoredPid: handle.ignored(),
    batch,
    setInterest(numbers, alsoGeneric = []) {
      for (const number of [...numbers, ...alsoGeneric])
        checkInteger('a system call number', number, 0, native.syscalls - 1);
      handle.setInterest(numbers, alsoGeneric);
    },
    setTracepoints(names) {
      const error = handle.setTracepoints(names);
      return error ? driverError(error) : null;
    },
    attach() {
      const error = handle.attach();
      return error ? driverError(error) : null;
    },
    detach: () => handle.detach(),
    drain: () => handle.drain(batch),
    wait(timeoutMs) {
      checkInteger('timeoutMs', timeoutMs, 0, MAX_TIMEOUT_MS);
      return handle.wait(timeoutMs);
    },
    scan: () => handle.scan(batch),
    setRunStats(on) {
      const error = handle.setRunStats(on);
      return error ? driverError(error) : null;
    },
    stats: () => counters.stats(handle.counters(), handle.malformed(), handle.skipped(), handle.programs()),
    close: () => handle.close(),
  };
}
