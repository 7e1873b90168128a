import { SYSCALL_TABLE, type SyscallSet } from './tables/syscalls.js';

export type { SyscallSet } from './tables/syscalls.js';

/** A system call or a kernel tracepoint that can be asked for. */
export interface SyscallRow {
  /** Number in captures and in the `ID` parameter of the generic event. */
  readonly code: number;
  readonly name: string;
  /** evt.type of its events. */
  readonly eventName: string;
  /** Native numbers; null where the architecture does not have it. */
  readonly x86_64: number | null;
  readonly arm64: number | null;
  readonly ia32: number | null;
  /** Event codes sent at entry and at exit; 0 and 1 when it has none of its own. */
  readonly enter: number | null;
  readonly exit: number | null;
  readonly sets: ReadonlySet<SyscallSet>;
}

export type Architecture = 'x86_64' | 'arm64';

const ROWS: readonly SyscallRow[] = SYSCALL_TABLE.map(
  ([code, name, eventName, x86_64, arm64, ia32, enter, exit, sets]) => ({
    code,
    name,
    eventName,
    x86_64,
    arm64,
    ia32,
    enter,
    exit,
    sets: new Set(sets),
  }),
);

const BY_CODE: (SyscallRow | undefined)[] = [];
const BY_NAME = new Map<string, SyscallRow>();
const BY_EVENT_NAME = new Map<string, SyscallRow[]>();
const BY_NUMBER: Record<Architecture, (SyscallRow | undefined)[]> = { x86_64: [], arm64: [] };
for (const row of ROWS) {
  BY_CODE[row.code] = row;
  BY_NAME.set(row.name, row);
  if (row.x86_64 !== null) BY_NUMBER.x86_64[row.x86_64] = row;
  if (row.arm64 !== null) BY_NUMBER.arm64[row.arm64] = row;
  const named = BY_EVENT_NAME.get(row.eventName);
  if (named === undefined) BY_EVENT_NAME.set(row.eventName, [row]);
  else named.push(row);
}

/** All rows in order of their codes. */
export function syscallRows(): readonly SyscallRow[] {
  return ROWS;
}

/** By the kernel's name, `pread64`. */
export function syscallByName(name: string): SyscallRow | undefined {
  return BY_NAME.get(name);
}

/** By the name that evt.type shows, `pread`: several calls may share one. */
export function syscallsByEventName(name: string): readonly SyscallRow[] {
  return BY_EVENT_NAME.get(name) ?? [];
}

/** By the number of captures (parameter type SYSCALLID). */
export function syscallByCode(code: number): SyscallRow | undefined {
  return BY_CODE[code];
}

/** By the native number of an architecture. */
export function syscallByNumber(architecture: Architecture, number: number): SyscallRow | undefined {
  return BY_NUMBER[architecture][number];
}

/** All members of a set. */
export function syscallsInSet(set: SyscallSet): readonly SyscallRow[] {
  return ROWS.filter(row => row.sets.has(set));
}
