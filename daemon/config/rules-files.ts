/** `rules_files` and `-r` → the rules files themselves. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const isYaml = (name: string): boolean => name.endsWith('.yaml') || name.endsWith('.yml');

/**
 * Files stay in their order; a folder stands for its own files, sorted by name, not for those of folders in it.
 * What does not exist, and what is not *.yaml or *.yml, is left out. What cannot be looked at is not: reading it says why.
 */
export function rulesFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap(path => {
    const kind = kindOf(path);
    if (kind === 'unknown') return [path];
    if (kind === 'file') return isYaml(path) ? [path] : [];
    return kind === 'folder' ? (filesIn(path)?.filter(isYaml) ?? [path]) : [];
  });
}

/** Regular files of a folder (symbolic links followed), by full path, sorted bytewise; null: it cannot be read. */
export function filesIn(folder: string): readonly string[] | null {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return null;
  }
  return names
    .map(name => join(folder, name))
    .filter(path => kindOf(path) === 'file')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Symbolic links are followed. `unknown`: it cannot be looked at (links in a circle, no permission, too long a name). */
export function kindOf(path: string): 'file' | 'folder' | 'other' | 'missing' | 'unknown' {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return 'missing';
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other';
  } catch {
    return 'unknown';
  }
}
