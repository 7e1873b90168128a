/** Printing for actions that end at once. Whoever reads may be slow, or gone; neither is an error of ours. */
import { writeSync } from 'node:fs';

/** Nobody reads any more, or nobody ever did. */
const UNREAD = new Set(['EPIPE', 'EBADF']);

/** @returns why not all of it could be written, where somebody waits for it; else undefined */
function print(fd: number, text: string): string | undefined {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return UNREAD.has(code) ? undefined : message;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return undefined;
}

/** @returns the exit code: half of what was asked for (the disk is full) is no success */
export function printOut(text: string): 0 | 1 {
  const problem = print(1, text);
  if (problem === undefined) return 0;
  printError(`cannot write to standard output: ${problem}`);
  return 1;
}

/** A line of the log, newline included. */
export function printLog(line: string): void {
  print(2, line);
}

/** The one form of an error for whoever sits at the terminal. */
export function printError(message: string): void {
  print(2, `Error: ${message}\n`);
}
