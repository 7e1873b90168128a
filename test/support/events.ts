/** Records as the driver sends them, for tests that feed the detector by hand. */
import { contextOf, writeRecord, type ParamValue } from '../../daemon/events/record-writer.js';
import type { ByteString } from '../../daemon/events/byte-string.js';

export interface OpenSpec {
  readonly path: ByteString;
  /** The kernel's own path; default: the same. */
  readonly file?: ByteString;
  /** Descriptor, or a negative errno. */
  readonly fd?: number;
  /** Driver numbering; default O_RDONLY. */
  readonly flags?: number;
  readonly base?: ByteString;
  readonly tid?: number;
  readonly comm?: ByteString;
}

const START = 1_000_000n;
let clock = 1_700_000_000_000_000_000n;

function task(tid: number, comm: ByteString): Parameters<typeof contextOf>[0] {
  return { pid: tid, ppid: 1, uid: 0, gid: 0, loginuid: 0xffffffff, start: START + BigInt(tid), comm };
}

/** An openat of the current thread. */
export function openat(spec: OpenSpec): Buffer {
  const { path, file = path, fd = 3, flags = 1, base = '', tid = 100, comm = 'cat' } = spec;
  const params: ParamValue[] = [fd, -100, path, flags, 0, 0xfe00, 42];
  return writeRecord({
    type: 307,
    time: (clock += 1000n),
    tid,
    params,
    context: contextOf(task(tid, comm), fd < 0 ? '' : file, base),
  });
}

/** A close. */
export function close(fd: number, tid = 100, comm = 'cat'): Buffer {
  return writeRecord({
    type: 5,
    time: (clock += 1000n),
    tid,
    params: [0, fd],
    context: contextOf(task(tid, comm)),
  });
}
