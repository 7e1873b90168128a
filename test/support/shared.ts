/** Finds the folder of vectors, captures and upstream rules that lies beside the project, where there is one. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from './project.js';

const folder = resolve(projectRoot, '..', 'shared');
const present = existsSync(folder);

/** Full path of a shared file. */
export function sharedPath(path: string): string {
  return join(folder, path);
}

/** Parsed content of a shared JSON file. */
export function sharedJson<T>(path: string): T {
  return JSON.parse(readFileSync(sharedPath(path), 'utf8')) as T;
}

/**
 * Like `describe`, for tests that need the shared folder: without it they say so and are pending, except in CI
 * (CI=true), where its absence is a failure.
 */
export function describeShared(title: string, body: () => void): void {
  if (present) {
    describe(title, body);
    return;
  }
  describe(title, () => {
    it('needs the shared vectors, which are not in this clone', function () {
      if (process.env['CI'] === 'true') throw new Error(`${folder} is missing`);
      this.skip();
    });
  });
}
