/** Groups of the kernel's cgroup hierarchies that a test makes, and takes away again. */
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from './process.js';

/** Where hierarchies are mounted: the unified one, and one of a controller where there is any. */
export function hierarchies(): { readonly unified: string; readonly controller: string | undefined } {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split(' '));
  const at = (type: string, option: RegExp): string | undefined =>
    mounts.find(([, , kind, options]) => kind === type && option.test(options!))?.[1];
  return { unified: at('cgroup2', /./)!, controller: at('cgroup', /(^|,)memory(,|$)/) };
}

export class TestCgroups {
  readonly #made: string[] = [];

  /** The group, with those around it. */
  make(hierarchy: string, path: string): string {
    const group = join(hierarchy, path);
    const missing: string[] = [];
    for (let at = group; at !== hierarchy; at = dirname(at)) missing.unshift(at);
    for (const at of missing) {
      try {
        mkdirSync(at);
        this.#made.push(at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    return group;
  }

  /** In all hierarchies of `hierarchies`; shell commands by which a shell enters them. */
  enter(path: string): string {
    const { unified, controller } = hierarchies();
    return [unified, controller]
      .filter(at => at !== undefined)
      .map(at => `echo $$ >${this.make(at, path)}/cgroup.procs`)
      .join('; ');
  }

  /** Removes those that it made, as soon as nothing runs in them any more; throws when some stay, after trying all. */
  async remove(): Promise<void> {
    const made = this.#made.splice(0).reverse();
    const ends = await Promise.allSettled(
      made.map(path => eventually(`${path} is empty`, () => isRemoved(path))),
    );
    const failed = ends.filter(end => end.status === 'rejected');
    if (failed.length > 0) throw new Error(failed.map(({ reason }) => String(reason)).join('; '));
  }
}

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    return false;
  }
}
