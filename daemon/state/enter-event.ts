import type { RecordReader } from '../events/record.js';
import type { EnterEvent } from './pending-enter.js';
import { AT_FDCWD } from './resolve-path.js';

interface Layout {
  readonly dirfd: number;
  readonly name: number;
  readonly flags: number;
  readonly address: number;
}

/** Where enter events keep what their exit events are completed from; -1: not there. */
// prettier-ignore
const LAYOUTS: Readonly<Record<number, Layout>> = {
  2:   { dirfd: -1, name:  0, flags:  1, address: -1 }, // open
  22:  { dirfd: -1, name: -1, flags: -1, address:  1 }, // connect
  58:  { dirfd: -1, name:  0, flags: -1, address: -1 }, // creat
  292: { dirfd: -1, name:  0, flags: -1, address: -1 }, // execve
  306: { dirfd:  0, name:  1, flags:  2, address: -1 }, // openat
  326: { dirfd:  0, name:  1, flags:  2, address: -1 }, // openat2
  330: { dirfd:  0, name:  1, flags:  2, address: -1 }, // execveat
};
const NOTHING: Layout = { dirfd: -1, name: -1, flags: -1, address: -1 };

/** What the exit event may need of the enter event that the record holds. */
export function enterEvent(record: RecordReader): EnterEvent {
  const layout = LAYOUTS[record.type] ?? NOTHING;
  return {
    type: record.type,
    dirfd: layout.dirfd < 0 ? AT_FDCWD : record.number(layout.dirfd),
    name: layout.name < 0 ? '' : record.string(layout.name),
    flags: layout.flags < 0 ? 0 : record.uint32(layout.flags),
    address: layout.address < 0 ? '' : record.bytes(layout.address),
  };
}
