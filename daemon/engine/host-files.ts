/** Where the files of the host are: in a container they are mounted somewhere, which HOST_ROOT names, or they are not there. */
import { existsSync, readlinkSync } from 'node:fs';

export interface HostFiles {
  /** Folder of the host's processes; null: they cannot be seen. */
  readonly proc: string | null;
  /** One sentence for each thing that is not as it should be, and what is missing for it. */
  readonly problems: readonly string[];
}

const WITHOUT_PROC =
  'what ran before falco is unknown, even its container, and so are threads whose start was missed. Mount /proc of the host at $PROC and set HOST_ROOT=$ROOT';
/** Where images of Falco have it. */
const USUAL_ROOT = '/host';

/**
 * Looks for them below `hostRoot`, then where they would be without it.
 *
 * @param hostRoot HOST_ROOT, or the empty string
 * @param ownPid this process as events number it: a /proc that has us under that number is the host's
 */
export function findHostFiles(hostRoot: string, ownPid: number): HostFiles {
  const wanted = `${hostRoot}/proc`;
  const proc = [wanted, '/proc'].find(folder => selfIn(folder) === ownPid) ?? null;
  const problems: string[] = [];
  if (proc !== wanted) problems.push(`${hostRoot === '' ? '' : 'HOST_ROOT: '}${procProblem(hostRoot, proc)}`);
  if (hostRoot !== '' && !existsSync(`${hostRoot}/etc/passwd`))
    problems.push(
      `HOST_ROOT: ${hostRoot}/etc/passwd is not there: users and groups of the host have no names. Mount /etc of the host at ${hostRoot}/etc`,
    );
  return { proc, problems };
}

function procProblem(hostRoot: string, instead: string | null): string {
  const wanted = `${hostRoot}/proc`;
  const what = Number.isNaN(selfIn(wanted))
    ? `${wanted} is not there, or no /proc`
    : `${wanted} shows the processes of a container, not those of the host`;
  if (instead !== null) return `${what}; ${instead} is used`;
  const root = hostRoot === '' ? USUAL_ROOT : hostRoot;
  return `${what}: ${WITHOUT_PROC.replace('$PROC', `${root}/proc`).replace('$ROOT', root)}`;
}

/** Our own number in there; NaN: it is no /proc, or we are not in it. */
function selfIn(folder: string): number {
  try {
    return Number(readlinkSync(`${folder}/self`));
  } catch {
    return NaN;
  }
}
