/** Suites that need root and a kernel with BPF: elsewhere they say so and are pending, in CI (CI=true) they fail. */
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { release } from 'node:os';

/** How much slower than usual this machine is, as whoever runs the tests says. */
export const patience = Number(process.env['FALCO_TEST_PATIENCE'] ?? 1);

const missing = [
  process.getuid?.() === 0 ? '' : 'root',
  existsSync('/sys/kernel/btf/vmlinux') ? '' : 'a kernel with BTF (/sys/kernel/btf/vmlinux)',
].filter(text => text !== '');

/** Like `describe`, for tests against the running kernel; `commands` must be installed too. */
export function describeLive(title: string, body: () => void, commands: readonly string[] = []): void {
  describeWith(title, [...missing, ...commands.filter(command => !isInstalled(command))], body);
}

/** Like `describe`, when nothing is lacking that the tests need. */
export function describeWith(title: string, lacking: readonly string[], body: () => void): void {
  if (lacking.length === 0) {
    describe(title, body);
    return;
  }
  describe(title, () => {
    it(`needs ${lacking.join(', ')}`, function () {
      if (process.env['CI'] === 'true') throw new Error(`missing: ${lacking.join(', ')}`);
      this.skip();
    });
  });
}

export function isInstalled(command: string): boolean {
  return (
    spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v "$0"`, command], { stdio: 'ignore' })
      .status === 0
  );
}

/** Whether the running kernel is of this version or newer. */
export function kernelAtLeast(major: number, minor: number): boolean {
  const [haveMajor, haveMinor] = release().split('.').map(Number) as [number, number];
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}
