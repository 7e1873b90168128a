import type { ByteString } from '../events/byte-string.js';

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: ByteString;
  readonly home: ByteString;
  readonly shell: ByteString;
}

export interface Group {
  readonly gid: number;
  readonly name: ByteString;
}

/** Users and groups by number, from the account files of the host. */
export class Accounts {
  private readonly users = new Map<number, User>();
  private readonly groups = new Map<number, Group>();

  user(uid: number): User | null {
    return this.users.get(uid) ?? null;
  }

  group(gid: number): Group | null {
    return this.groups.get(gid) ?? null;
  }
}
