import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ByteString } from '../events/byte-string.js';

/** What a folder of /proc holds, as bytes; empty or null when the process is gone or the file cannot be read. */
export function readProc(path: string): ByteString {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

export function readLink(path: string): ByteString | null {
  try {
    return readlinkSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** Names in a folder that are numbers. */
export function numbersIn(path: string): number[] {
  let names: string[];
  try {
    names = readdirSync(path);
  } catch {
    return [];
  }
  return names.filter(name => /^\d+$/.test(name)).map(Number);
}

/** `Key:\tvalue` lines of a status file. */
export function keyValues(content: ByteString): Map<string, ByteString> {
  const values = new Map<string, ByteString>();
  for (const line of content.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) values.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return values;
}

/** Strings that each end in NUL. */
export function nulSeparated(content: ByteString): ByteString[] {
  if (content === '') return [];
  const parts = content.split('\0');
  if (parts[parts.length - 1] === '') parts.pop();
  return parts;
}
