/** What this process may not read of others. The driver's own needs are checked where it is loaded. */
import { readFileSync } from 'node:fs';

/** A capability by its bit; `instead`: one that includes it. */
interface Privilege {
  readonly name: string;
  readonly bit: number;
  readonly instead: number | null;
  readonly without: string;
}

// prettier-ignore
const PRIVILEGES: readonly Privilege[] = [
  { name: 'CAP_SYS_PTRACE',      bit: 19, instead: null,
    without: "the executable, environment and root directory of other users' processes that run already cannot be read" },
  { name: 'CAP_DAC_READ_SEARCH', bit: 2,  instead: 1,
    without: "files of other users, among them their processes' entries in /proc, cannot be read" },
];

const CAPABILITIES = /^CapEff:\s*([0-9a-f]+)$/m;

/**
 * One sentence for each privilege that is missing.
 *
 * @param status the text of /proc/self/status
 */
export function missingPrivileges(status: string): readonly string[] {
  const found = CAPABILITIES.exec(status)?.[1];
  if (found === undefined) return [];
  const have = BigInt(`0x${found}`);
  const has = (bit: number | null): boolean => bit !== null && ((have >> BigInt(bit)) & 1n) === 1n;
  return PRIVILEGES.filter(({ bit, instead }) => !has(bit) && !has(instead)).map(
    ({ name, without }) => `${name} is missing: ${without}. Give it to falco, or run it as root`,
  );
}

/** The same for this process. */
export function ownMissingPrivileges(): readonly string[] {
  try {
    return missingPrivileges(readFileSync('/proc/self/status', 'latin1'));
  } catch {
    return [];
  }
}
