/** Which events the driver's tests have looked at, of calls that succeeded and of calls that failed. */
import { eventRow } from '../../../daemon/events/event-table.js';
import { syscallByNumber, syscallRows, type SyscallRow } from '../../../daemon/events/syscall-table.js';
import type { Sent } from './calls.js';

export interface Tally {
  /** Code of the event. */
  readonly code: number;
  succeeded: number;
  failed: number;
}

const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const SOCKETCALL = 102;

/** By the name of the system call, the tracepoint, or the event of the kernel's walk. */
export const tallies = new Map<string, Tally>();

function count(name: string, code: number, failed: boolean): void {
  const tally = tallies.get(name) ?? { code, succeeded: 0, failed: 0 };
  tallies.set(name, tally);
  tally[failed ? 'failed' : 'succeeded']++;
}

/** The call or tracepoint whose event has this code on this machine. */
function rowOf(code: number): SyscallRow | undefined {
  return syscallRows().find(
    row => (row.exit ?? row.enter) === code && (row[architecture] !== null || row.sets.has('tracepoint')),
  );
}

/** Counts an event of a process under test. */
export function tallyRecord({ code, params }: Pick<Sent, 'code' | 'params'>): void {
  const row = rowOf(code);
  if (row === undefined) return;
  const result = params['res'] ?? params['fd'] ?? 0;
  // The generic event has no result.
  const name = code === 1 ? 'any other call' : row.name;
  count(name, code, typeof result === 'number' && result < 0);
}

/** Counts a 32-bit call whose event, that of the 64-bit call `native`, has come. */
export function tallyNarrow(ia32: number, sent: readonly Sent[], native: number, result: number): void {
  const row = syscallByNumber(architecture, native);
  if (row === undefined || !sent.some(({ code }) => code === row.exit)) return;
  const name =
    ia32 === SOCKETCALL ? `socketcall ${row.name}` : syscallRows().find(({ ia32: n }) => n === ia32)!.name;
  count(`32-bit ${name}`, row.exit ?? 0, result < 0);
}

/** Counts an event of the kernel's walk over tasks and files, which has no result. */
export function tallyScanned(code: number): void {
  count(`${eventRow(code)!.name} (scan)`, code, false);
}
