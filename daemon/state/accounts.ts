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
  private readonly containerUsers = new Map<string, User>();
  private readonly containerGroups = new Map<string, Group>();
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

  /** A user of a container, of whom only events of captures tell. */
  containerUser(containerId: ByteString, uid: number): User | null {
    // Hot path: live, where there are none, no key is made.
    if (this.containerUsers.size === 0) return null;
    return this.containerUsers.get(inContainer(containerId, uid)) ?? null;
  }

  containerGroup(containerId: ByteString, gid: number): Group | null {
    if (this.containerGroups.size === 0) return null;
    return this.containerGroups.get(inContainer(containerId, gid)) ?? null;
  }

  allUsers(): Iterable<User> {
    this.refresh();
    return this.users.values();
  }

  allGroups(): Iterable<Group> {
    this.refresh();
    return this.groups.values();
  }

  /** `containerId`: whose user it is; empty: the host's. */
  addUser(user: User, containerId: ByteString = ''): void {
    if (containerId === '') put(this.users, user.uid, user);
    else put(this.containerUsers, inContainer(containerId, user.uid), user);
  }

  removeUser(uid: number, containerId: ByteString = ''): void {
    if (containerId === '') this.users.delete(uid);
    else this.containerUsers.delete(inContainer(containerId, uid));
  }

  addGroup(group: Group, containerId: ByteString = ''): void {
    if (containerId === '') put(this.groups, group.gid, group);
    else put(this.containerGroups, inContainer(containerId, group.gid), group);
  }

  removeGroup(gid: number, containerId: ByteString = ''): void {
    if (containerId === '') this.groups.delete(gid);
    else this.containerGroups.delete(inContainer(containerId, gid));
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

function inContainer(containerId: ByteString, id: number): string {
  return `${containerId}:${id}`;
}

function put<Key, Value>(all: Map<Key, Value>, key: Key, value: Value): void {
  if (all.size < MOST_ADDED || all.has(key)) all.set(key, value);
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
