/**
 * Tells when one of some files or folders may have changed. Watches the folders that names stand in, not the files: an
 * editor that renames, and a symbolic link that is swapped (as Kubernetes does for a ConfigMap), put other files in
 * their place. inotify alone is not enough: watches stay with a folder that was moved away, some file systems have
 * none, and their number is limited. So that every report ends in a look at the files themselves, and there is one now
 * and then without any report.
 */
import { readdirSync, readlinkSync, statSync, watch, type BigIntStats, type FSWatcher } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A change is looked at when there was quiet for so long, or after so long in any case. */
const QUIET_MS = 200;
const LONGEST_MS = 2_000;
/** Looks without a report. */
const LOOK_MS = 10_000;
/** Symbolic links that are followed on the way to one file. */
const MOST_LINKS = 40;

export interface FileWatch {
  /** Watches these from now on. When they are others than before, `onChange` follows soon. */
  update(paths: readonly string[]): void;
  close(): void;
}

interface Watched {
  readonly watcher: FSWatcher;
  /** Which folder it is: another one may have the name later. */
  readonly identity: string;
}

/**
 * @param onChange something may be different from what it was at the last call
 * @param report takes words for the operator, once
 */
export function watchFiles(onChange: () => void, report: (text: string) => void): FileWatch {
  const watchers = new Map<string, Watched>();
  let paths: readonly string[] = [];
  let last = '';
  let quiet: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let complained = false;
  let closed = false;

  function look(): void {
    clearTimeout(quiet);
    clearTimeout(latest);
    quiet = latest = undefined;
    if (closed) return;
    arm();
    const present = signature(paths);
    if (present === last) return;
    last = present;
    onChange();
  }

  function noticed(): void {
    clearTimeout(quiet);
    quiet = setTimeout(look, QUIET_MS);
    latest ??= setTimeout(look, LONGEST_MS);
  }

  /** Watches exactly the folders that count now. */
  function arm(): void {
    const wanted = new Set(paths.flatMap(foldersOf));
    for (const [folder, { watcher, identity }] of watchers) {
      if (wanted.has(folder) && identityOf(folder) === identity) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) if (!watchers.has(folder)) open(folder);
  }

  function open(folder: string): void {
    const identity = identityOf(folder);
    if (identity === '') return;
    try {
      const watcher = watch(folder, { persistent: false }, noticed);
      watcher.on('error', noticed);
      watchers.set(folder, { watcher, identity });
    } catch (error) {
      if (complained) return;
      complained = true;
      const why = error instanceof Error ? error.message : String(error);
      report(`Could not watch ${folder}: ${why}; changes are noticed within ${String(LOOK_MS / 1000)} s`);
    }
  }

  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return {
    update(next) {
      const resolved = next.map(path => resolve(path));
      const same = resolved.join('\n') === paths.join('\n');
      paths = resolved;
      arm();
      if (same) return;
      // Something may have happened since the caller read them.
      last = '';
      if (paths.length > 0) noticed();
    },
    close() {
      closed = true;
      clearInterval(timer);
      clearTimeout(quiet);
      clearTimeout(latest);
      for (const { watcher } of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

function statusOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Empty: there is no such folder. */
function identityOf(folder: string): string {
  const status = statusOf(folder);
  return status === undefined || !status.isDirectory() ? '' : `${String(status.dev)}:${String(status.ino)}`;
}

/** Folders in which something can happen that makes a path lead elsewhere, or to other content. */
function foldersOf(path: string): readonly string[] {
  const folders = new Set<string>();
  let links = 0;
  const walk = (from: string): void => {
    const parts = from.split('/').slice(1);
    let at = '/';
    for (const [i, part] of parts.entries()) {
      const next = join(at, part);
      const target = linkTarget(next);
      if (target !== null && links++ < MOST_LINKS) {
        folders.add(at);
        walk(join(resolve(at, target), ...parts.slice(i + 1)));
        return;
      }
      at = next;
    }
    // The last folder that is there: where the rest of the path would appear.
    for (let folder = from; ; folder = dirname(folder)) {
      const status = statusOf(folder);
      if (status?.isDirectory() === true) {
        folders.add(folder);
        if (folder === from) folders.add(dirname(folder));
        return;
      }
      if (folder === '/') return;
    }
  };
  walk(path);
  return [...folders];
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** What tells one state of these files and folders from another. */
export function signature(paths: readonly string[]): string {
  const lines: string[] = [];
  const add = (path: string): void => {
    const status = statusOf(path);
    if (status === undefined) lines.push(`${path} -`);
    else if (status.isDirectory()) lines.push(`${path}/`);
    else {
      const { dev, ino, size, mtimeNs, ctimeNs } = status;
      lines.push(`${path} ${[dev, ino, size, mtimeNs, ctimeNs].map(String).join(' ')}`);
    }
  };
  for (const path of paths) {
    add(path);
    for (const name of namesIn(path)) add(join(path, name));
  }
  return lines.join('\n');
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}
