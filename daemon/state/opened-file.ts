import type { ByteString } from '../events/byte-string.js';
import type { Integer } from '../events/integer.js';
import { FdType, newFd, type FdInfo } from './fd.js';

const O_DIRECTORY = 0x400;
const O_CLOEXEC = 0x1000;

const SLOTS = 512;
/** The last file that was opened, of those whose numbers fall on the same slot. */
const recent: (FdInfo | null)[] = Array.from({ length: SLOTS }, () => null);

/**
 * What is known of a file that was opened. Hosts open the same files over and over, and what is in the tables does not
 * change: the same one is given again instead of one more that is collected a moment later. Only where the program
 * spelled the path as the kernel does: while an event is judged under another spelling, the file goes by that name
 * (`Detector`), and no other descriptor may. Hot path.
 */
export function openedFile(
  name: ByteString,
  nameRaw: ByteString,
  openFlags: number,
  dev: number,
  ino: Integer,
): FdInfo {
  if (name !== nameRaw) return made(name, nameRaw, openFlags, dev, ino);
  const slot =
    ((typeof ino === 'number' ? ino ^ dev : 0) ^ (openFlags >>> 6) ^ (name.length * 13)) & (SLOTS - 1);
  const last = recent[slot]!;
  if (
    last !== null &&
    last.ino === ino &&
    last.dev === dev &&
    last.openFlags === openFlags &&
    last.name === name
  )
    return last;
  return (recent[slot] = made(name, nameRaw, openFlags, dev, ino));
}

function made(name: ByteString, nameRaw: ByteString, openFlags: number, dev: number, ino: Integer): FdInfo {
  const fd = newFd((openFlags & O_DIRECTORY) !== 0 ? FdType.directory : FdType.fileV2);
  fd.name = name;
  fd.nameRaw = nameRaw;
  fd.openFlags = openFlags;
  fd.closeOnExec = (openFlags & O_CLOEXEC) !== 0;
  fd.dev = dev;
  fd.ino = ino;
  return fd;
}
