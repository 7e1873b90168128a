/**
 * A machine of its own, made from the files of this one or of another tree: a container of systemd-nspawn over a writable layer
 * that is thrown away, with systemd as its init or with none. The kernel is shared, so the daemon inside can load its driver.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
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

export interface Machine {
  /** Its root folder, as seen from here. */
  readonly root: string;
  /** Runs a command inside, with a bare environment and the variables given as NAME=VALUE before it; never throws. */
  run(...command: string[]): { readonly code: number | null; readonly output: string };
  stop(): Promise<void>;
}

export interface MachineOptions {
  /** `none`: a shell that sleeps, as in a chroot or an ordinary container; /etc/init.d scripts work there. */
  readonly init: 'systemd' | 'none';
  /** The root file system that it is a copy of; this machine's own if not given. */
  readonly tree?: string;
  /** Its own network, with a loopback only: ports are free there. */
  readonly privateNetwork?: boolean;
  /** May change the file system before the boot. */
  prepare(root: string): void;
}

export const bootSystemd = (prepare: (root: string) => void): Promise<Machine> =>
  startMachine({ init: 'systemd', prepare });

/** Units that start at boot: the journal and rsyslog. Without systemd nothing starts. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'falco-machine-'));
  const root = join(folder, 'root');
  execFileSync('mount', ['-t', 'tmpfs', 'falco-test', folder]);
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(folder, name));
  const layers = `lowerdir=${options.tree ?? '/'},upperdir=${join(folder, 'upper')},workdir=${join(folder, 'work')}`;
  execFileSync('mount', ['-t', 'overlay', 'falco-test', '-o', layers, root]);
  const clean = (): void => {
    execFileSync('umount', [root]);
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  };
  try {
    prepareFiles(root);
    options.prepare(root);
  } catch (error) {
    clean();
    throw error;
  }
  const nspawn = startProcess(
    'systemd-nspawn',
    [
      ...['-D', root, '--register=no', '--keep-unit', '--console=read-only', '--capability=all'],
      ...(options.privateNetwork === true ? ['--private-network'] : []),
      ...(options.init === 'systemd' ? ['-b'] : ['--as-pid2', 'sleep', 'infinity']),
    ],
    { env: { ...process.env, SYSTEMD_SECCOMP: '0', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' } },
  );
  const run: Machine['run'] = (...command) => {
    const inside = [
      'env',
      '-i',
      '-C',
      '/',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      'LC_ALL=C.UTF-8',
      ...command,
    ];
    const done = spawnSync('nsenter', ['-t', leaderOf(nspawn.pid), '-a', ...inside], {
      encoding: 'utf8',
      timeout: 180_000,
    });
    return { code: done.status, output: done.stdout + done.stderr };
  };
  const stop = async (): Promise<void> => {
    if (options.init === 'none') nspawn.child.kill('SIGTERM');
    else if (leaderOf(nspawn.pid) !== '') run('systemctl', 'poweroff');
    const timer = setTimeout(() => nspawn.child.kill('SIGKILL'), 15_000);
    await nspawn.ended;
    clearTimeout(timer);
    clean();
  };
  const isUp = (): boolean =>
    options.init === 'systemd'
      ? /running|degraded/.test(run('systemctl', 'is-system-running').output)
      : run('true').code === 0;
  try {
    await eventually('the end of the boot', isUp, 30_000);
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
  if (!existsSync(units)) return;
  for (const folder of readdirSync(units).filter(name => name.endsWith('.wants')))
    rmSync(join(units, folder), { recursive: true });
  mkdirSync(join(units, 'multi-user.target.wants'));
  symlinkSync('/lib/systemd/system/rsyslog.service', join(units, 'multi-user.target.wants/rsyslog.service'));
}
