/** The daemon in namespaces of its own, as in a container, with the host's /proc where HOST_ROOT says. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestCgroups } from '../support/cgroups.js';
import { describeLive, patience } from '../support/live.js';
import { falco, runDaemon, type Daemon } from '../support/run-daemon.js';

const ID = 'a1b2c3d4e5f6'.padEnd(64, '7');

describeLive(
  'A daemon in namespaces of processes and of cgroups',
  () => {
    let folder: string;
    let root: string;
    let file: string;
    let reader: ChildProcess;
    let daemon: Daemon;
    const cgroups = new TestCgroups();

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'falco-namespaces-'));
      root = join(folder, 'host');
      file = join(folder, 'secret');
      writeFileSync(file, '');
      mkdirSync(join(root, 'proc'), { recursive: true });
      mkdirSync(join(root, 'etc'));
      writeFileSync(join(root, 'etc/passwd'), '');
      // Runs already when the daemon starts, and opens the file without any new process.
      reader = spawn('sh', [
        '-c',
        `${cgroups.enter(`/docker/${ID}`)}; echo in; read go; read x <${file}; read end`,
      ]);
      await new Promise(entered => reader.stdout!.once('data', entered));
    });
    afterEach(async () => {
      reader.kill();
      await daemon?.stop('SIGKILL');
      await new Promise(gone =>
        (reader.exitCode ?? reader.signalCode) === null ? reader.once('exit', gone) : gone(0),
      );
      rmSync(folder, { recursive: true, force: true });
      await cgroups.remove();
    });

    /** Starts it with this done to its mounts beforehand. */
    async function start(mounts: string): Promise<void> {
      const launcher = join(folder, 'launcher');
      const enter = cgroups.enter('/falco-test/own');
      const inside = `${mounts}; mount -t proc proc /proc; HOST_ROOT=${root} exec ${falco} "$@"`;
      const unshare = 'unshare --pid --cgroup --mount --fork --kill-child';
      writeFileSync(launcher, `#!/bin/sh\n${enter}\nexec ${unshare} sh -c '${inside}' falco "$@"\n`, {
        mode: 0o755,
      });
      const rules = [
        '- rule: Secret read',
        '  desc: by a process that was there before the daemon',
        `  condition: evt.type in (open, openat) and fd.name = ${file}`,
        '  output: read (by=%proc.name of=%proc.pname container=%container.full_id)',
        '  priority: WARNING',
        '',
      ].join('\n');
      daemon = await runDaemon({ rules, executable: launcher });
      reader.stdin!.write('go\n');
    }

    it('knows what runs on the host already, and in which containers', async () => {
      await start(`mount --rbind /proc ${root}/proc`);
      const { text } = await daemon.line('stdout', /Secret|read \(/, 5000 * patience);
      assert.match(text, new RegExp(`\\(by=sh of=node container=${ID}\\)`));
      assert.deepEqual(
        daemon.stderr.filter(line => /HOST_ROOT/.test(line.text)),
        [],
      );
    });

    it('says what it does not know when the host is not mounted there, and goes on', async () => {
      rmSync(join(root, 'etc'), { recursive: true });
      await start('true');
      await daemon.line('stdout', /read \(by=sh of=<NA> container=host\)/, 5000 * patience);
      const said = daemon.stderr.map(line => line.text).filter(text => text.includes('HOST_ROOT'));
      assert.equal(said.length, 2, said.join('\n'));
      assert.match(
        said[0]!,
        /host\/proc is not there.*what ran before falco is unknown, even its container.*Mount \/proc of the host/,
      );
      assert.match(said[1]!, /host\/etc\/passwd is not there/);
    });
  },
  ['unshare', 'mount'],
);
