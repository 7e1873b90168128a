/** Captures that the daemon writes of this host: replayed, they raise the alerts that were raised live. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLive } from '../../support/live.js';
import { runDaemon, writeConfig, falco } from '../../support/run-daemon.js';

const rules = (folder: string): string => `
- rule: Secret read
  desc: test
  condition: evt.type in (open, openat, openat2) and fd.name = ${folder}/secret
  output: secret read (process=%proc.cmdline parent=%proc.pname file=%fd.name num=%fd.num directory=%proc.cwd user=%user.name)
  priority: WARNING
  capture: true
  capture_duration: 300
- rule: Other read
  desc: test
  condition: evt.type in (open, openat, openat2) and fd.name = ${folder}/other
  output: other read (process=%proc.cmdline parent=%proc.pname file=%fd.name)
  priority: WARNING
`;

describeLive('A capture around an alert', () => {
  it('has the time before it, and raises the same alerts when it is replayed', async function () {
    this.timeout(60_000);
    const folder = mkdtempSync('/tmp/falco-capture-live-');
    for (const name of ['secret', 'other']) writeFileSync(join(folder, name), 'x');
    const capture = { enabled: true, path_prefix: join(folder, 'cut'), history_duration: 500 };
    const daemon = await runDaemon({ rules: rules(folder), config: { capture } });
    // A shell whose descriptors and directory were there before the capture begins.
    execFileSync('sh', [
      '-c',
      `cd ${folder}; exec 7<other; sleep 1; cat other; sh -c 'cat <&7; cat ./secret'; cat other`,
    ]);
    await daemon.line('stderr', /Capture of \d+ events/, 20_000);
    await daemon.stop();
    const live = daemon.stdout.map(({ text }) => text).filter(line => line.includes(' read ('));
    assert.equal(live.length, 4, live.join('\n'));
    assert.match(
      live[2]!,
      /secret read \(process=cat \.\/secret parent=sh file=\S+\/secret num=3 directory=\S+ user=root\)/,
    );

    const files = readdirSync(folder).filter(name => name.startsWith('cut_'));
    assert.equal(files.length, 1);
    const again = writeConfig({
      rules: rules(folder),
      config: { engine: { kind: 'replay', replay: { capture_file: join(folder, files[0]!) } } },
    });
    const replayed = execFileSync(falco, ['-c', join(again, 'falco.yaml')], { encoding: 'utf8' })
      .split('\n')
      .filter(line => line.includes(' read ('));
    // The first was long before the capture.
    assert.deepEqual(replayed, live.slice(1));
    for (const gone of [folder, again]) rmSync(gone, { recursive: true });
  });
});
