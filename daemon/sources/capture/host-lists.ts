import type { ByteString } from '../../events/byte-string.js';
import type { Accounts } from '../../state/accounts.js';
import type { Cursor } from './cursor.js';

const WITH_LENGTH = 2;
const GROUP = 1;

/** Users and groups of the host. False: the block is damaged at the cursor. */
export function readUserList(block: Cursor, version: number, accounts: Accounts): boolean {
  while (block.left > 4) {
    const start = block.at;
    const limit = version < WITH_LENGTH ? block.end : start + block.u32();
    if (limit <= start || limit > block.end) return false;
    if (block.u8() === GROUP) {
      accounts.addGroup({ gid: block.u32(), name: block.str16() });
    } else {
      const [uid, gid] = [block.u32(), block.u32()];
      accounts.addUser({ uid, gid, name: block.str16(), home: block.str16(), shell: block.str16() });
    }
    if (block.failed) return false;
    if (version >= WITH_LENGTH) block.at = limit;
  }
  return true;
}

interface InterfaceKind {
  readonly addressBytes: number;
  readonly linkSpeed: boolean;
}

// prettier-ignore
const INTERFACES: Readonly<Record<number, InterfaceKind>> = {
  1: { addressBytes:  4, linkSpeed: true  },
  2: { addressBytes: 16, linkSpeed: true  },
  3: { addressBytes:  4, linkSpeed: false },
  4: { addressBytes: 16, linkSpeed: false },
};

/** Addresses of the host, 4 or 16 raw bytes each, and their netmasks. False: the block is damaged at the cursor. */
export function readInterfaceList(
  block: Cursor,
  version: number,
  add: (address: ByteString, netmask: ByteString) => void,
): boolean {
  while (block.left > 4) {
    // The length does not count itself.
    const length = version < WITH_LENGTH ? 0 : block.u32();
    const limit = block.at + length;
    if (limit > block.end) return false;
    const kind = INTERFACES[block.u16()];
    const nameLength = block.u16();
    if (kind === undefined) {
      if (version < WITH_LENGTH) return false;
    } else {
      const address = block.bytes(kind.addressBytes);
      const netmask = block.bytes(kind.addressBytes);
      block.skip(kind.addressBytes + (kind.linkSpeed ? 8 : 0) + nameLength);
      add(address, netmask);
    }
    if (block.failed) return false;
    if (version >= WITH_LENGTH) block.at = limit;
  }
  return true;
}

/** The host as the capture describes it. */
export interface Machine {
  readonly cpus: number;
  readonly hostname: ByteString;
  /** Nanoseconds since the epoch, 0 when the capture does not say. */
  readonly bootTime: bigint;
}

const HOSTNAME_BYTES = 128;

/** Null: the block is damaged. */
export function readMachine(block: Cursor): Machine | null {
  const cpus = block.u32();
  block.skip(16);
  const hostname = block.bytes(HOSTNAME_BYTES);
  const bootTime = BigInt(block.u64());
  return block.failed ? null : { cpus, hostname: hostname.replace(/\0.*$/s, ''), bootTime };
}
