import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** More white space than that is before no document. */
const LOOKED_AT = 4096;

/** Whether a file begins as JSON text does; no capture does. False for what cannot be read twice, and so not looked into. */
export function startsAsJson(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    const file = openSync(path, 'r');
    try {
      const start = Buffer.alloc(LOOKED_AT);
      const length = readSync(file, start, 0, LOOKED_AT, 0);
      return /^\ufeff?\s*[[{]/.test(start.toString('utf8', 0, length));
    } finally {
      closeSync(file);
    }
  } catch {
    // Whoever opens it says what is wrong.
    return false;
  }
}
