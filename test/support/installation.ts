/**
 * Installs falco into the system the way an administrator does, for the tests of the service, and takes it out again.
 * A falco that somebody else installed is left alone: the tests then fail, and say so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project.js';

/** What a test run that was killed left behind is known by this file. */
const MARK = '/etc/falco/.installed-by-test';

export function installFalco(): void {
  const present = ['/etc/falco', '/usr/bin/falco', '/etc/init.d/falco'].filter(path => existsSync(path));
  if (present.length > 0 && !existsSync(MARK))
    throw new Error(`falco is installed here (${present.join(', ')}): this test would replace it`);
  removeFalco();
  execFileSync('sh', [join(projectRoot, 'packaging/install')], { stdio: 'pipe' });
  writeFileSync(MARK, '');
}

export function removeFalco(): void {
  if (!existsSync(MARK)) return;
  service('stop');
  execFileSync('sh', [join(projectRoot, 'packaging/install'), '--uninstall', '--purge'], { stdio: 'pipe' });
  rmSync('/var/run/falco.pid', { force: true });
}

export interface ServiceAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `/etc/init.d/falco VERB` with an environment as bare as at boot. */
export function service(verb: string): ServiceAnswer {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const done = spawnSync('/etc/init.d/falco', [verb], { encoding: 'utf8', env, cwd: '/', timeout: 60_000 });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}
