/** Which configuration file counts, and where its paths lead when the daemon runs from a source tree. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of configuration and rules on an installed system. */
export const SYSTEM_FOLDER = '/etc/falco';

export interface Located {
  readonly path: string;
  /**
   * Set for the project's own etc/falco.yaml: its paths name the places of an installed system, and are read from
   * this folder instead, so that a fresh clone runs with its own rules.
   */
  readonly folder: string | null;
}

/**
 * @param given what -c said
 * @param root of the source tree or installation that this daemon is part of
 * @returns null when nothing was given and there is no file at the usual places
 */
export function locateConfig(
  given: string | null,
  root: string,
  system: string = SYSTEM_FOLDER,
): Located | null {
  const own = join(root, 'etc', 'falco.yaml');
  const usual = [join(system, 'falco.yaml'), own];
  const path = given ?? usual.find(candidate => existsSync(candidate));
  if (path === undefined) return null;
  return { path, folder: isSameFile(path, own) ? join(root, 'etc') : null };
}

/** A path of an installed system as seen from a source tree. */
export function relocate(path: string, folder: string | null, system: string = SYSTEM_FOLDER): string {
  return folder !== null && path.startsWith(`${system}/`)
    ? join(folder, path.slice(system.length + 1))
    : path;
}

function isSameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
