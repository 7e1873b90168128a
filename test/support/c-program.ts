/** Small C programs that tests run: built when they are needed, and again when their source is newer. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from './project.js';

const folder = join(projectRoot, 'build/test');

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;

function paths(source: string): { from: string; to: string } {
  return { from: join(projectRoot, source), to: join(folder, basename(source, '.c')) };
}

/** The program of a source file, which is named from the root of the project. */
export function cProgram(source: string): string {
  const { from, to } = paths(source);
  if (modified(to) < modified(from)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('gcc', ['-O2', '-w', '-pthread', '-o', to, from]);
  }
  return to;
}

/** The commands that are needed for these programs: none when they are there already. */
export function compilerFor(...sources: readonly string[]): readonly string[] {
  const stale = sources.map(paths).some(({ from, to }) => modified(to) < modified(from));
  return stale ? ['gcc'] : [];
}
