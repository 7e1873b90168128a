import { asSigned } from '../events/integer.js';
import { flagTable, flagValue } from '../events/flag-table.js';
import type { Extractor, Extractors } from './extractor.js';
import { ofFd } from './fd-reader.js';

function layer(name: string): Extractor {
  const bit = flagValue(flagTable('file_flags'), name);
  if (bit === undefined) throw new Error(`no flag ${name}`);
  return { cost: 1, extract: ofFd(fd => (fd.openFlags & bit) !== 0) };
}

/** Major number of a device in the encoding that the kernel gives to programs. */
function major(dev: number): number {
  return (dev & 0xfff00) >>> 8;
}

function minor(dev: number): number {
  return ((dev & 0xff) | ((dev >>> 12) & 0xfff00)) >>> 0;
}

/** The file behind the descriptor. */
export const fdFileFields: Extractors = {
  // Signed, as in Falco, though numbers of devices and inodes are not.
  'fd.dev': { cost: 1, extract: ofFd(fd => fd.dev | 0) },
  'fd.dev.major': { cost: 1, extract: ofFd(fd => major(fd.dev)) },
  'fd.dev.minor': { cost: 1, extract: ofFd(fd => minor(fd.dev)) },
  'fd.ino': { cost: 1, extract: ofFd(fd => asSigned(fd.ino)) },
  'fd.is_upper_layer': layer('FD_UPPER_LAYER'),
  'fd.is_lower_layer': layer('FD_LOWER_LAYER'),
};
