/** Printing for actions that end at once. Whoever reads may be slow, or gone; neither is an error of ours. */
import { writeSync } from 'node:fs';

function print(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export function printOut(text: string): void {
  print(1, text);
}

/** The one form of an error for whoever sits at the terminal. */
export function printError(message: string): void {
  print(2, `Error: ${message}\n`);
}
