/** `rules_files` and `-r` → the rules files themselves. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const isYaml = (name: string): boolean => name.endsWith('.yaml') || name.endsWith('.yml');

/**
 * Files stay in their order; a folder stands for its own files, sorted by name, not for those of folders in it.
 * What does not exist, and what is not *.yaml or *.yml, is left out.
 */
export function rulesFiles(paths: readonly string[]): readonly string[] {
  return paths.flatMap(path => {
    const kind = kindOf(path);
    if (kind === 'file') return isYaml(path) ? [path] : [];
    return kind === 'folder' ? filesIn(path).filter(isYaml) : [];
  });
}

/** Regular files of a folder (symbolic links followed), by full path, sorted bytewise. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => kindOf(path) === 'file')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Symbolic links are followed. */
export function kindOf(path: string): 'file' | 'folder' | 'other' | 'missing' {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 'missing';
  return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other';
}
