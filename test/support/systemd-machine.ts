/**
 * A machine with systemd as its init, booted from the files of this one: a container of systemd-nspawn over a writable
 * layer that is thrown away. The kernel is shared, so the daemon inside can load its driver.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startProcess } from './process.js';

export interface SystemdMachine {
  /** Its root folder, as seen from here. */
  readonly root: string;
  /** Runs a command inside; never throws. */
  run(...command: string[]): { readonly code: number | null; readonly output: string };
  stop(): Promise<void>;
}

/** `prepare` may change the file system before the boot. Units that start at boot: the journal and rsyslog. */
export async function bootSystemd(prepare: (root: string) => void): Promise<SystemdMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-machine-'));
  const root = join(folder, 'root');
  execFileSync('mount', ['-t', 'tmpfs', 'falco-test', folder]);
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name));
  const layers = `lowerdir=/,upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')}`;
  execFileSync('mount', ['-t', 'overlay', 'falco-test', '-o', layers, root]);
  const clean = (): void => {
    execFileSync('umount', [root]);
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  };
  try {
    prepareFiles(root);
    prepare(root);
  } catch (error) {
    clean();
    throw error;
  }
  const nspawn = startProcess(
    'systemd-nspawn',
    ['-D', root, '-b', '--register=no', '--keep-unit', '--console=read-only', '--capability=all'],
    { env: { ...process.env, SYSTEMD_SECCOMP: '0', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' } },
  );
  const run: SystemdMachine['run'] = (...command) => {
    const done = spawnSync('nsenter', ['-t', leaderOf(nspawn.pid), '-a', '--wd=/', ...command], {
      encoding: 'utf8',
      timeout: 90_000,
    });
    return { code: done.status, output: done.stdout + done.stderr };
  };
  const stop = async (): Promise<void> => {
    if (leaderOf(nspawn.pid) !== '') run('systemctl', 'poweroff');
    const timer = setTimeout(() => nspawn.child.kill('SIGKILL'), 15_000);
    await nspawn.ended;
    clearTimeout(timer);
    clean();
  };
  try {
    await eventually(
      'the end of the boot',
      () => /running|degraded/.test(run('systemctl', 'is-system-running').output),
      30_000,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { root, run, stop };
}

/** The init process of the container: the only child of nspawn; empty when there is none. */
function leaderOf(nspawn: number): string {
  try {
    return readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, 'latin1').trim().split(' ')[0]!;
  } catch {
    return '';
  }
}

function prepareFiles(root: string): void {
  writeFileSync(join(root, 'etc/machine-id'), '');
  rmSync(join(root, 'usr/sbin/policy-rc.d'), { force: true });
  const units = join(root, 'etc/systemd/system');
  for (const folder of readdirSync(units).filter(name => name.endsWith('.wants')))
    rmSync(join(units, folder), { recursive: true });
  mkdirSync(join(units, 'multi-user.target.wants'));
  symlinkSync('/lib/systemd/system/rsyslog.service', join(units, 'multi-user.target.wants/rsyslog.service'));
}
