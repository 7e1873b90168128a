/** Where the driver cannot run, the daemon says in one line what is missing and what to do, and ends with code 1. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLive } from '../support/live.js';
import { startProcess } from '../support/process.js';
import { projectRoot } from '../support/project.js';
import { falco, writeConfig } from '../support/run-daemon.js';

/** Runs the daemon through another command, as far as it comes; resolves to its one error line. */
async function refusal(...before: string[]): Promise<string> {
  const folder = writeConfig({ config: { log_stderr: false } });
  const command = [...before, falco, '-c', join(folder, 'falco.yaml')];
  const daemon = startProcess(command[0]!, command.slice(1));
  const timer = setTimeout(() => daemon.child.kill('SIGKILL'), 10_000);
  const ending = await daemon.ended;
  clearTimeout(timer);
  rmSync(folder, { recursive: true });
  const said = daemon.stderr.map(line => line.text);
  assert.deepEqual(ending, { code: 1, signal: null }, said.join('\n'));
  assert.equal(said.length, 1, said.join('\n'));
  assert.match(said[0]!, /^Error: /);
  return said[0]!;
}

/** Runs the daemon in a mount namespace of its own, after these shell commands have changed what it sees. */
const inChangedSystem = (commands: string): string[] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `${commands} && exec "$0" "$@"`,
];

describeLive(
  'A daemon that cannot run its driver',
  () => {
    it('asks for root when it is not', async () => {
      // It may read everything, so that only the right to use BPF is missing, wherever the clone is.
      const error = await refusal(
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        '--inh-caps=+dac_read_search',
        '--ambient-caps=+dac_read_search',
      );
      assert.match(error, /permission.*root/);
    });

    it('asks for type information when the kernel has none', async () => {
      const error = await refusal(...inChangedSystem('mount -t tmpfs none /sys/kernel/btf'));
      assert.match(error, /\/sys\/kernel\/btf\/vmlinux.*CONFIG_DEBUG_INFO_BTF/);
    });

    it('asks for a newer kernel when this one is too old', async () => {
      const error = await refusal('setarch', '--uname-2.6');
      assert.match(error, /kernel 2\.6\.\S+ is too old.*Linux 5\.8/);
    });

    it('names the program that the verifier refused', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-refused-'));
      const driver = join(projectRoot, 'build/driver');
      const source = join(projectRoot, 'test/live/addon/refused.bpf.c');
      const include = `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
      try {
        for (const name of readdirSync(driver).filter(file => file.endsWith('.bpf.o'))) {
          const options = [
            '-target',
            'bpf',
            '-O2',
            '-g',
            '-I',
            include,
            '-c',
            source,
            '-o',
            join(folder, name),
          ];
          execFileSync('clang', options, { stdio: 'pipe' });
        }
        const error = await refusal(...inChangedSystem(`mount --bind ${folder} ${driver}`));
        assert.match(error, /verifier refused the driver program \S+/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
  ['setpriv', 'unshare', 'setarch', 'clang'],
);
