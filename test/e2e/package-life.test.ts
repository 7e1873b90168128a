/**
 * The life of an installed package: in a machine with systemd and in one without, neither of which has a node or compiler.
 * They are made from the files of this machine; with FALCO_TEST_TREE=FOLDER and FALCO_TEST_TREE_WITHOUT_SYSTEMD=FOLDER from
 * those trees (packaging/check makes clean ones).
 */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeLive, patience } from '../support/live.js';
import { startMachine } from '../support/machine.js';
import type { Machine } from '../support/machine.js';
import { buildPackages, newerDeb, packages } from '../support/packages.js';
import { eventually } from '../support/process.js';

const BUILD_TOOLS = ['node', 'npm', 'npx', 'clang', 'gcc', 'g++', 'cc', 'make', 'bpftool'];
const NEWER = '99.1';

/** Everything that is there, but what any installation or boot leaves behind. */
function files(machine: Machine): Set<string> {
  const pruned = [
    '/proc',
    '/sys',
    '/dev',
    '/run',
    '/tmp',
    '/var/tmp',
    '/var/log',
    '/var/cache',
    '/var/lib/dpkg',
    '/var/lib/apt',
  ];
  const expression = pruned.flatMap(path => ['-path', path, '-prune', '-o']);
  const listed = machine.run('find', '/', '-xdev', ...expression, '-print').output.split('\n');
  return new Set(
    listed.filter(path => !/^\/(root|etc\/ld\.so\.cache|var\/lib\/(systemd|rpm))(\/|$)/.test(path)),
  );
}

async function start(init: 'systemd' | 'none', newer: string): Promise<Machine> {
  const tree = process.env[init === 'systemd' ? 'FALCO_TEST_TREE' : 'FALCO_TEST_TREE_WITHOUT_SYSTEMD'];
  const machine = await startMachine({
    init,
    privateNetwork: true,
    ...(tree === undefined ? {} : { tree }),
    prepare: root => {
      for (const tool of BUILD_TOOLS)
        for (const folder of ['usr/bin', 'usr/local/bin']) rmSync(join(root, folder, tool), { force: true });
      // What an init that runs would answer: invoke-rc.d starts nothing in a machine that is not up.
      if (init === 'none')
        for (const [name, answer] of [
          ['init', ''],
          ['runlevel', 'echo N 2\n'],
        ] as const) {
          rmSync(join(root, 'sbin', name), { force: true });
          writeFileSync(join(root, 'sbin', name), `#!/bin/sh\n${answer}`, { mode: 0o755 });
        }
      cpSync(packages.deb, join(root, 'root/falco.deb'));
      cpSync(packages.rpm, join(root, 'root/falco.rpm'));
      cpSync(newer, join(root, 'root/falco-newer.deb'));
    },
  });
  if (init === 'none') machine.run('sh', '-c', 'rsyslogd -iNONE </dev/null >/dev/null 2>&1');
  return machine;
}

/** What an administrator does; the test fails when a command does. */
function must(machine: Machine, ...command: string[]): string {
  const { code, output } = machine.run(...command);
  assert.equal(code, 0, `${command.join(' ')}: ${output}`);
  return output;
}

const apt = (machine: Machine, settings: readonly string[], ...command: string[]): string =>
  must(
    machine,
    ...['env', 'DEBIAN_FRONTEND=noninteractive', ...settings, 'apt-get', '-q', '-y'],
    ...['-o', 'Dpkg::Options::=--force-confdef', '-o', 'Dpkg::Options::=--force-confold', ...command],
  );

const alertCount = (machine: Machine): number =>
  Number(machine.run('grep', '-c', 'falco.*: .*Warning .*cat /etc/shadow', '/var/log/syslog').output) || 0;

/** It watches from the moment at which its start returned: what follows at once is seen. */
async function mustWatch(machine: Machine): Promise<void> {
  const before = alertCount(machine);
  must(machine, 'cat', '/etc/shadow');
  await eventually('the alert in /var/log/syslog', () => alertCount(machine) > before, 5000 * patience);
}

/** The processes that run the Node of the package. */
const daemons = (machine: Machine): string =>
  machine
    .run('find', '/proc', '-maxdepth', '2', '-name', 'exe', '-lname', '/usr/lib/falco/bin/node')
    .output.trim();

function editConfiguration(machine: Machine): void {
  for (const name of ['falco.yaml', 'falco_rules.yaml'])
    appendFileSync(join(machine.root, 'etc/falco', name), '# mine\n');
}

function mustHaveKeptEdits(machine: Machine): void {
  const read = (name: string): string => readFileSync(join(machine.root, 'etc/falco', name), 'utf8');
  assert.match(read('falco.yaml'), /# mine\n$/);
  assert.match(read('falco_rules.yaml'), new RegExp(`# of release ${NEWER}\n$`));
  assert.match(read('falco_rules.yaml.dpkg-old'), /# mine\n$/);
}

describeLive(
  'A package on a machine',
  () => {
    let newer: string;
    before(function () {
      this.timeout(400_000 * patience);
      buildPackages();
      newer = newerDeb(NEWER);
    });
    after(() => rmSync(dirname(newer), { recursive: true, force: true }));

    describe('with systemd', function () {
      this.timeout(60_000 * patience);
      let machine: Machine;
      let pristine: Set<string>;
      const property = (name: string): string =>
        machine.run('systemctl', 'show', '-P', name, 'falco').output.trim();
      before(async () => {
        machine = await start('systemd', newer);
        pristine = files(machine);
      });
      after(() => machine?.stop());

      it('is installed by apt, and watches', async () => {
        apt(machine, [], 'install', '/root/falco.deb');
        assert.equal(
          property('Id'),
          'falco-modern-bpf.service',
          machine.run('journalctl', '-n', '30').output,
        );
        assert.equal(property('ActiveState'), 'active');
        assert.equal(machine.run('systemctl', 'is-enabled', 'falco-modern-bpf').output.trim(), 'enabled');
        await mustWatch(machine);
      });

      it('passes the judgement of systemd', () => {
        for (const unit of ['falco-modern-bpf', 'falco-custom'])
          assert.equal(must(machine, 'systemd-analyze', 'verify', '--man=no', `${unit}.service`), '');
      });

      it('is watching when systemctl or service has started it', async () => {
        must(machine, 'systemctl', 'stop', 'falco');
        assert.equal(daemons(machine), '');
        must(machine, 'systemctl', 'start', 'falco');
        await mustWatch(machine);
        must(machine, 'service', 'falco', 'status');
        must(machine, 'service', 'falco', 'stop');
        assert.notEqual(machine.run('service', 'falco', 'status').code, 0);
        must(machine, 'service', 'falco', 'start');
        await mustWatch(machine);
      });

      it('reads its files again when systemctl says so, in the same process', () => {
        const before = property('MainPID');
        must(machine, 'systemctl', 'reload', 'falco');
        assert.equal(property('ActiveState'), 'active');
        assert.equal(property('MainPID'), before);
      });

      it('has its alerts in the journal', () => {
        assert.match(
          machine.run('journalctl', '-t', 'falco', '--no-pager').output,
          /Warning .*cat \/etc\/shadow/,
        );
      });

      it('is started anew when it hangs', async () => {
        const folder = '/run/systemd/system/falco-modern-bpf.service.d';
        const faster = '[Service]\\nWatchdogSec=3s\\nRestartSec=100ms\\n';
        must(
          machine,
          'sh',
          '-c',
          `mkdir -p ${folder}; printf '${faster}' >${folder}/test.conf; systemctl daemon-reload`,
        );
        must(machine, 'systemctl', 'restart', 'falco');
        const before = property('MainPID');
        must(machine, 'sh', '-c', `kill -STOP ${before}`);
        await eventually(
          'another daemon',
          () => property('ActiveState') === 'active' && property('MainPID') !== before,
          25_000 * patience,
        );
        assert.match(machine.run('journalctl', '-u', 'falco-modern-bpf', '--no-pager').output, /[Ww]atchdog/);
        await mustWatch(machine);
        must(machine, 'sh', '-c', `rm -r ${folder}; systemctl daemon-reload`);
      });

      it('is upgraded: what ran runs the new version, and what was edited is kept', async () => {
        const before = property('MainPID');
        editConfiguration(machine);
        apt(machine, [], 'install', '/root/falco-newer.deb');
        mustHaveKeptEdits(machine);
        assert.notEqual(property('MainPID'), before);
        assert.equal(property('ActiveState'), 'active');
        await mustWatch(machine);
      });

      it('stays off over an upgrade when it was', () => {
        must(machine, 'systemctl', 'disable', '--now', 'falco-modern-bpf');
        apt(machine, [], 'install', '--reinstall', '/root/falco-newer.deb');
        assert.equal(daemons(machine), '');
        assert.notEqual(machine.run('systemctl', 'is-enabled', 'falco-modern-bpf').output.trim(), 'enabled');
      });

      it('leaves configuration behind when it is removed, and nothing else', () => {
        apt(machine, [], 'remove', 'falco');
        assert.equal(daemons(machine), '');
        const left = [...files(machine)].filter(path => !pristine.has(path) && !path.endsWith('/'));
        assert.deepEqual(left.sort(), [
          '/etc/falco',
          '/etc/falco/falco.yaml',
          '/etc/falco/falco.yaml.dpkg-dist',
          '/etc/falco/falco_rules.local.yaml',
          '/etc/falco/falco_rules.yaml.dpkg-old',
          '/etc/init.d/falco',
        ]);
      });

      it('is not started where nobody wants it to, and says what it watches with', () => {
        const none = apt(machine, ['FALCO_DRIVER_CHOICE=none'], 'install', '/root/falco.deb');
        assert.match(none, /falco: not started, as FALCO_DRIVER_CHOICE=none asks/);
        assert.equal(daemons(machine), '');
        const kmod = apt(machine, ['FALCO_DRIVER_CHOICE=kmod'], 'install', '--reinstall', '/root/falco.deb');
        assert.match(kmod, /falco: there is no kernel module: modern_ebpf is used instead/);
        assert.equal(property('ActiveState'), 'active');
      });

      it('leaves nothing at all when it is purged', () => {
        apt(machine, [], 'purge', 'falco');
        assert.equal(daemons(machine), '');
        assert.deepEqual(
          [...files(machine)].filter(path => !pristine.has(path)),
          [],
        );
      });

      if (process.env['FALCO_TEST_TREE'] === undefined)
        it('does as much with rpm', async () => {
          const rpm = (...args: readonly string[]): string => must(machine, 'rpm', '--nodeps', ...args);
          rpm('-i', '/root/falco.rpm');
          assert.equal(property('ActiveState'), 'active');
          assert.equal(machine.run('systemctl', 'is-enabled', 'falco-modern-bpf').output.trim(), 'enabled');
          await mustWatch(machine);
          const before = property('MainPID');
          rpm('-U', '--replacepkgs', '--replacefiles', '/root/falco.rpm');
          assert.equal(property('ActiveState'), 'active');
          assert.notEqual(property('MainPID'), before);
          rpm('-e', 'falco');
          assert.equal(daemons(machine), '');
          assert.deepEqual(
            [...files(machine)].filter(path => !pristine.has(path)),
            [],
          );
        });
    });

    describe('without systemd', function () {
      this.timeout(60_000 * patience);
      let machine: Machine;
      let pristine: Set<string>;
      before(async () => {
        machine = await start('none', newer);
        pristine = files(machine);
      });
      after(() => machine?.stop());

      it('is not started against the policy of the machine', () => {
        must(
          machine,
          'sh',
          '-c',
          'printf "#!/bin/sh\\nexit 101\\n" >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d',
        );
        apt(machine, [], 'install', '/root/falco.deb');
        assert.equal(daemons(machine), '');
        apt(machine, [], 'purge', 'falco');
        must(machine, 'rm', '/usr/sbin/policy-rc.d');
      });

      it('is installed by apt, and watches', async () => {
        apt(machine, [], 'install', '/root/falco.deb');
        await mustWatch(machine);
        assert.ok(existsSync(join(machine.root, 'etc/rc2.d/S01falco')), 'a link that starts it at boot');
      });

      it('is started, stopped and asked after by service', async () => {
        assert.match(must(machine, 'service', 'falco', 'status'), /falco is running \(pid \d+\)/);
        must(machine, 'service', 'falco', 'stop');
        assert.equal(machine.run('service', 'falco', 'status').code, 3);
        must(machine, 'service', 'falco', 'start');
        await mustWatch(machine);
      });

      it('is upgraded: what ran runs the new version, and what was edited is kept', async () => {
        const before = daemons(machine);
        editConfiguration(machine);
        apt(machine, [], 'install', '/root/falco-newer.deb');
        mustHaveKeptEdits(machine);
        assert.notEqual(daemons(machine), before);
        await mustWatch(machine);
      });

      it('leaves nothing at all when it is purged', () => {
        apt(machine, [], 'purge', 'falco');
        assert.equal(daemons(machine), '');
        assert.deepEqual(
          [...files(machine)].filter(path => !pristine.has(path)),
          [],
        );
      });
    });
  },
  ['systemd-nspawn', 'nsenter', 'apt-get', 'dpkg-deb', 'rpmbuild', 'rsyslogd'],
);
