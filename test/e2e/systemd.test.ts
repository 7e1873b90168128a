/** The units of systemd: judged by its own tools, and run by it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeLive, patience } from '../support/live.js';
import { eventually } from '../support/process.js';
import { projectRoot } from '../support/project.js';
import { bootSystemd } from '../support/machine.js';
import type { Machine } from '../support/machine.js';

const install = join(projectRoot, 'packaging/install');
const units = readdirSync(join(projectRoot, 'systemd')).filter(name => name.endsWith('.service'));

describeLive(
  'A machine with systemd',
  () => {
    let machine: Machine;
    const property = (name: string): string =>
      machine.run('systemctl', 'show', '-P', name, 'falco').output.trim();

    before(async function () {
      this.timeout(60_000);
      machine = await bootSystemd(root => {
        execFileSync('sh', [install], { env: { ...process.env, DESTDIR: root }, stdio: 'pipe' });
      });
    });
    after(async function () {
      this.timeout(60_000);
      await machine?.stop();
    });

    for (const unit of units) {
      it(`finds nothing wrong in ${unit}, and its sandbox tight`, () => {
        assert.deepEqual(
          machine.run('systemd-analyze', 'verify', '--man=no', `/usr/lib/systemd/system/${unit}`),
          { code: 0, output: '' },
        );
        const path = join(projectRoot, 'systemd', unit);
        const judged = spawnSync('systemd-analyze', ['security', '--offline=yes', '--threshold=30', path], {
          encoding: 'utf8',
        });
        assert.equal(judged.status, 0, judged.stdout);
      });
    }

    it('starts the daemon, and start returns when it watches', async () => {
      const started = machine.run('systemctl', 'enable', '--now', 'falco-modern-bpf');
      assert.equal(
        started.code,
        0,
        started.output + machine.run('journalctl', '-u', 'falco-modern-bpf', '--no-pager').output,
      );
      assert.equal(property('ActiveState'), 'active');
      assert.equal(property('Id'), 'falco-modern-bpf.service');
      machine.run('cat', '/etc/shadow');
      const alerts = (): string =>
        machine.run('grep', 'falco: .*Warning .*cat /etc/shadow', '/var/log/syslog').output;
      await eventually('the alert in the log of the machine', () => alerts() !== '', 5000);
    });

    it('reloads it without a new process', () => {
      const before = property('MainPID');
      assert.equal(machine.run('systemctl', 'reload', 'falco').code, 0);
      assert.equal(property('MainPID'), before);
      assert.equal(property('ActiveState'), 'active');
    });

    it('stops it', () => {
      assert.equal(machine.run('systemctl', 'stop', 'falco').code, 0);
      assert.equal(property('ActiveState'), 'inactive');
      assert.equal(property('Result'), 'success');
    });

    it('starts falcoctl behind it and stops it with it, where that is installed', async () => {
      const follow = 'falcoctl-artifact-follow.service';
      cpSync(
        join(projectRoot, 'packaging/falcoctl', follow),
        join(machine.root, 'etc/systemd/system', follow),
      );
      // What stands for falcoctl tells whether somebody answers where it would ask, and whether it may use its folder at home.
      const program =
        '#!/bin/bash\ncd /root/.config/falcoctl && cp credentials cache && cat cache; touch /root/other\n' +
        'exec 3<>/dev/tcp/localhost/8765 && echo reached falco\nexec sleep infinity\n';
      const home = join(machine.root, 'root/.config/falcoctl');
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, 'credentials'), 'has credentials\n');
      writeFileSync(join(machine.root, 'usr/bin/falcoctl'), program, { mode: 0o755 });
      machine.run('systemctl', 'daemon-reload');
      assert.deepEqual(
        machine.run('systemd-analyze', 'verify', '--man=no', `/etc/systemd/system/${follow}`),
        {
          code: 0,
          output: '',
        },
      );
      assert.equal(machine.run('systemctl', 'start', 'falco').code, 0);
      const state = (): string => machine.run('systemctl', 'is-active', follow).output.trim();
      await eventually('falcoctl runs', () => state() === 'active', 10_000 * patience);
      const said = (): string => machine.run('journalctl', '-u', follow, '--no-pager').output;
      await eventually(
        'falcoctl has reached falco',
        () => said().includes('reached falco'),
        10_000 * patience,
      );
      assert.match(said(), /has credentials/);
      assert.match(said(), /touch: cannot touch '\/root\/other': Read-only file system/);
      assert.equal(machine.run('systemctl', 'stop', 'falco').code, 0);
      assert.equal(state(), 'inactive');
    });

    it('tells why it does not start', () => {
      const dropin = '/run/systemd/system/falco-modern-bpf.service.d';
      machine.run(
        'sh',
        '-c',
        `mkdir -p ${dropin}; printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/falco -c /absent.yaml\\n' >${dropin}/x.conf; systemctl daemon-reload`,
      );
      const started = machine.run('systemctl', 'start', 'falco-modern-bpf');
      assert.notEqual(started.code, 0);
      assert.match(
        machine.run('journalctl', '-u', 'falco-modern-bpf', '--no-pager', '-n', '20').output,
        /Error: .*absent\.yaml/,
      );
    });
  },
  ['systemd-nspawn', 'nsenter'],
);
