/**
 * The folder of a spool, made with what is missing above it. Node's own way to make folders never returns where the system
 * says of a folder that is there that it is not (/proc, what autofs mounts).
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const MODE = 0o700;

/** Throws the error of the system where it cannot be. */
export function makeFolder(path: string): void {
  if (kindOf(path) === 'folder') return;
  const above = dirname(path);
  if (kindOf(above) === 'missing' && above !== path) makeFolder(above);
  mkdirSync(path, MODE);
}

function kindOf(path: string): 'folder' | 'other' | 'missing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other';
  } catch {
    return 'missing';
  }
}
