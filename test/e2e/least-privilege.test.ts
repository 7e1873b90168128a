/** The daemon as a user of its own, with the capabilities that it needs and no others. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeLive, kernelAtLeast } from '../support/live.js';
import { startProcess, type RunningProcess } from '../support/process.js';
import { falco, WATCHING, writeConfig } from '../support/run-daemon.js';

const NOBODY = 65534;
const NEEDED = ['bpf', 'perfmon', 'sys_ptrace', 'dac_read_search'];

/** Starts the daemon as nobody; what it is not given, it cannot get. */
function start(capabilities: readonly string[], folder: string): RunningProcess {
  const list = capabilities.map(name => `+${name}`).join(',');
  return startProcess('setpriv', [
    ...[`--reuid=${String(NOBODY)}`, `--regid=${String(NOBODY)}`, '--clear-groups', '--no-new-privs'],
    ...[`--inh-caps=${list}`, `--ambient-caps=${list}`, `--bounding-set=-all,${list}`],
    ...[falco, '-c', join(folder, 'falco.yaml')],
  ]);
}

describeLive(
  'A daemon without root',
  () => {
    let folder: string;
    beforeEach(function () {
      // Before, memory for maps is limited, and CAP_SYS_RESOURCE is needed, too.
      if (!kernelAtLeast(5, 11)) this.skip();
      folder = writeConfig({});
      chmodSync(folder, 0o755);
    });
    afterEach(() => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    it('watches with four capabilities, and says nothing is missing', async () => {
      const daemon = start(NEEDED, folder);
      try {
        await daemon.line('stderr', WATCHING, 20_000);
        execFileSync('cat', ['/etc/shadow']);
        await daemon.line('stdout', /Warning .*\/etc\/shadow.*cat \/etc\/shadow/, 5000);
      } finally {
        await daemon.stop();
      }
      assert.deepEqual(
        daemon.stderr.map(line => line.text).filter(text => /missing|lacks|rror/.test(text)),
        [],
      );
    });

    for (const [left, name] of [
      ['sys_ptrace', 'CAP_SYS_PTRACE'],
      ['dac_read_search', 'CAP_DAC_READ_SEARCH'],
    ] as const) {
      it(`names ${name} when it is missing, and watches as well as it can`, async () => {
        const daemon = start(
          NEEDED.filter(capability => capability !== left),
          folder,
        );
        try {
          await daemon.line('stderr', WATCHING, 20_000);
        } finally {
          await daemon.stop();
        }
        const said = daemon.stderr.map(line => line.text).filter(text => text.includes('is missing'));
        assert.equal(said.length, 1, said.join('\n'));
        assert.match(said[0]!, new RegExp(`${name} is missing: .*cannot be read`));
      });
    }

    for (const [left, name] of [
      ['bpf', 'CAP_BPF'],
      ['perfmon', 'CAP_PERFMON'],
    ] as const) {
      it(`names ${name} when it is missing, and ends`, async () => {
        const daemon = start(
          NEEDED.filter(capability => capability !== left),
          folder,
        );
        assert.deepEqual(await daemon.ended, { code: 1, signal: null });
        const said = daemon.stderr.map(line => line.text).filter(text => /^Error: /.test(text));
        assert.equal(said.length, 1);
        assert.match(said[0]!, new RegExp(`lacks ${name}\\. Run falco as root, or give it CAP_BPF`));
      });
    }
  },
  ['setpriv'],
);
