import { readFileSync, statSync } from 'node:fs';
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

/** Most users, and most groups, that are added; more are not. */
const MOST_ADDED = 100_000;

/** The files are looked at no more often than this. */
const CHECK_MS = 1000;

/** One account file: read again when it was changed. */
interface AccountFile {
  readonly path: string;
  mtimeMs: number;
  ino: number;
}

/**
 * Users and groups by number, from the account files of the host. A look-up is a map access; once a second at most
 * it also asks whether the files were changed. Captures fill the table themselves.
 */
export class Accounts {
  private readonly users = new Map<number, User>();
  private readonly groups = new Map<number, Group>();
  private readonly passwd: AccountFile | null;
  private readonly groupFile: AccountFile | null;
  private checked = Number.NEGATIVE_INFINITY;

  /** `hostRoot`: folder below which the host's /etc is; null: no files, only what is added. */
  constructor(
    hostRoot: string | null = '',
    private readonly now: () => number = () => Date.now(),
  ) {
    this.passwd = hostRoot === null ? null : { path: `${hostRoot}/etc/passwd`, mtimeMs: 0, ino: 0 };
    this.groupFile = hostRoot === null ? null : { path: `${hostRoot}/etc/group`, mtimeMs: 0, ino: 0 };
  }

  user(uid: number): User | null {
    this.refresh();
    return this.users.get(uid) ?? null;
  }

  group(gid: number): Group | null {
    this.refresh();
    return this.groups.get(gid) ?? null;
  }

  allUsers(): Iterable<User> {
    this.refresh();
    return this.users.values();
  }

  allGroups(): Iterable<Group> {
    this.refresh();
    return this.groups.values();
  }

  addUser(user: User): void {
    if (this.users.size < MOST_ADDED || this.users.has(user.uid)) this.users.set(user.uid, user);
  }

  removeUser(uid: number): void {
    this.users.delete(uid);
  }

  addGroup(group: Group): void {
    if (this.groups.size < MOST_ADDED || this.groups.has(group.gid)) this.groups.set(group.gid, group);
  }

  removeGroup(gid: number): void {
    this.groups.delete(gid);
  }

  private refresh(): void {
    if (this.passwd === null || this.groupFile === null) return;
    const now = this.now();
    if (now - this.checked < CHECK_MS && now >= this.checked) return;
    this.checked = now;
    const passwd = changedContent(this.passwd);
    if (passwd !== null) this.readUsers(passwd);
    const group = changedContent(this.groupFile);
    if (group !== null) this.readGroups(group);
  }

  /** `name:password:uid:gid:comment:home:shell`; of several lines with one id the first counts, as in the C library. */
  private readUsers(content: ByteString): void {
    this.users.clear();
    for (const line of content.split('\n')) {
      const [name, , uid, gid, , home, shell] = line.split(':');
      if (!isId(uid) || !isId(gid) || this.users.has(Number(uid))) continue;
      const user = { uid: Number(uid), gid: Number(gid), name: name!, home: home ?? '', shell: shell ?? '' };
      this.users.set(user.uid, user);
    }
  }

  private readGroups(content: ByteString): void {
    this.groups.clear();
    for (const line of content.split('\n')) {
      const [name, , gid] = line.split(':');
      if (!isId(gid) || this.groups.has(Number(gid))) continue;
      this.groups.set(Number(gid), { gid: Number(gid), name: name! });
    }
  }
}

function isId(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text);
}

/** The file's bytes when it is another one than at the last look; null when it is the same, or cannot be read. */
function changedContent(file: AccountFile): ByteString | null {
  try {
    const { mtimeMs, ino } = statSync(file.path);
    if (mtimeMs === file.mtimeMs && ino === file.ino) return null;
    const content = readFileSync(file.path, 'latin1');
    file.mtimeMs = mtimeMs;
    file.ino = ino;
    return content;
  } catch {
    return null;
  }
}
