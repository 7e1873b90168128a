/** What is in the packages, and what the tools of the distributions say of them. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLive, patience } from '../support/live.js';
import { projectRoot } from '../support/project.js';
import { buildPackages, machineName, packages, version } from '../support/packages.js';

/** What every package holds, whatever else. */
const FILES = [
  '/etc/falco/config.d/',
  '/etc/falco/falco.yaml',
  '/etc/falco/falco_rules.local.yaml',
  '/etc/falco/falco_rules.yaml',
  '/etc/falco/k8s_audit_rules.yaml',
  '/etc/falco/rules.d/',
  '/usr/bin/falco',
  '/usr/lib/falco/bin/node',
  '/usr/lib/falco/build/driver/falco.tp_btf.bpf.o',
  '/usr/lib/falco/build/falco.node',
  '/usr/lib/falco/licences/node/LICENSE',
  '/usr/lib/systemd/system/falco-custom.service',
  '/usr/lib/systemd/system/falco-modern-bpf.service',
  '/usr/share/bash-completion/completions/falco',
  '/usr/share/doc/falco/copyright',
  '/usr/share/doc/falco/examples/falcoctl/falcoctl.yaml',
  '/usr/share/doc/falco/examples/fleet/rsyslog/node.conf',
  '/usr/share/falco/plugins/',
  '/usr/share/man/man8/falco-attack-suite.8.gz',
  '/usr/share/man/man8/falco.8.gz',
];
const MB = 1024 * 1024;

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 64 * MB });
const missingFrom = (listed: ReadonlySet<string>): string[] => FILES.filter(file => !listed.has(file));

describeLive(
  'The packages',
  () => {
    before(function () {
      this.timeout(400_000 * patience);
      buildPackages();
    });

    it('are of a size that nobody minds', () => {
      for (const path of Object.values(packages))
        assert.ok(statSync(path).size < 60 * MB, `${path}: ${String(statSync(path).size)} bytes`);
      assert.ok(Number(run('dpkg-deb', '-f', packages.deb, 'Installed-Size')) < 180 * 1024);
    });

    it('hold the same files', () => {
      const deb = new Set(
        run('sh', '-c', 'dpkg-deb --fsys-tarfile "$0" | tar t', packages.deb)
          .split('\n')
          .map(name => name.replace(/^\./, '')),
      );
      const tar = new Set(
        run('tar', 'tzf', packages.tar)
          .split('\n')
          .map(name => name.replace(`falco-${version}-${machineName}`, '')),
      );
      const rpm = new Set(
        run('rpm', '-qp', '--qf', '[%{FILENAMES} %{FILEMODES:perms}\n]', packages.rpm)
          .split('\n')
          .map(line =>
            line.replace(/^(\S+) (.).*$/, (_, name: string, type) => (type === 'd' ? `${name}/` : name)),
          ),
      );
      for (const listed of [deb, tar, rpm]) assert.deepEqual(missingFrom(listed), []);
      assert.ok(deb.has('/etc/init.d/falco') && tar.has('/etc/init.d/falco'));
      assert.ok(!deb.has('/usr/lib/falco/build/node-path'));
    });

    it('name no folder of the machine that they were built on', () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-deb-'));
      try {
        run('dpkg-deb', '-x', packages.deb, folder);
        assert.equal(spawnSync('grep', ['-rlaF', projectRoot, folder], { encoding: 'utf8' }).stdout, '');
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('leave to the administrator what is theirs, and to the releases their rules', () => {
      const conffiles = run('dpkg-deb', '-I', packages.deb, 'conffiles').trim().split('\n');
      assert.deepEqual(conffiles, [
        '/etc/falco/falco.yaml',
        '/etc/falco/falco_rules.local.yaml',
        '/etc/init.d/falco',
      ]);
      assert.equal(
        run('rpm', '-qp', '--qf', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]', packages.rpm)
          .split('\n')
          .filter(line => /^cn /.test(line))
          .join('\n'),
        'cn /etc/falco/falco.yaml\ncn /etc/falco/falco_rules.local.yaml',
      );
    });

    it('need a C library, and no node, npm, libbpf or compiler', () => {
      const names = run('dpkg-deb', '-f', packages.deb, 'Depends')
        .split(', ')
        .map(item => item.split(' ')[0]);
      assert.deepEqual(names, ['libc6', 'libgcc-s1', 'libstdc++6']);
    });

    it('satisfy lintian', function () {
      this.timeout(120_000 * patience);
      const judged = spawnSync('lintian', ['--allow-root', '--fail-on', 'error', packages.deb], {
        encoding: 'utf8',
      });
      assert.equal(judged.status, 0, judged.stdout + judged.stderr);
    });

    it('have scripts that every shell takes', () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-control-'));
      try {
        run('dpkg-deb', '-e', packages.deb, folder);
        const scripts = [
          ...['preinst', 'postinst', 'prerm', 'postrm'].map(name => readFileSync(join(folder, name), 'utf8')),
          ...['POSTIN', 'PREUN', 'POSTUN'].map(name => run('rpm', '-qp', '--qf', `%{${name}}`, packages.rpm)),
        ];
        for (const script of scripts) {
          assert.doesNotMatch(script, /^# FUNCTIONS|@[a-z]+@/m);
          const read = spawnSync('dash', ['-n'], { input: script, encoding: 'utf8' });
          assert.equal(read.status, 0, `${read.stderr}\n${script}`);
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('run from the unpacked .tar.gz, wherever that is, with its own Node', () => {
      const folder = mkdtempSync(join(tmpdir(), 'falco-tar-'));
      try {
        run('tar', 'xzf', packages.tar, '-C', folder, '--strip-components=1');
        const done = spawnSync(join(folder, 'usr/bin/falco'), ['--version'], {
          encoding: 'utf8',
          env: { PATH: '/bin' },
        });
        assert.match(
          done.stdout,
          new RegExp(`Falco version: ${version.replaceAll('.', '\\.')}`),
          done.stderr,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('are installed and removed by rpm, which leaves edited configuration only', function () {
      this.timeout(60_000 * patience);
      const root = mkdtempSync(join(tmpdir(), 'falco-rpm-'));
      // Scripts want a shell in there; what they do is tested where one is (package-life.test.ts).
      const rpm = (...args: readonly string[]): void =>
        void run('rpm', '--root', root, '--nodeps', '--noscripts', ...args);
      try {
        run('rpm', '--root', root, '--initdb');
        rpm('-i', packages.rpm);
        assert.ok(existsSync(join(root, 'usr/bin/falco')));
        assert.equal(run('rpm', '--root', root, '-V', '--nodeps', 'falco'), '');
        for (const name of ['falco.yaml', 'falco_rules.yaml'])
          run('sh', '-c', `echo '# mine' >>"$0"`, join(root, 'etc/falco', name));
        rpm('-e', 'falco');
        assert.deepEqual(readdirSync(join(root, 'etc/falco')).sort(), [
          'falco.yaml.rpmsave',
          'falco_rules.yaml.rpmsave',
        ]);
        assert.match(readFileSync(join(root, 'etc/falco/falco.yaml.rpmsave'), 'utf8'), /# mine\n$/);
        assert.ok(!existsSync(join(root, 'usr/lib/falco')));
        assert.ok(!existsSync(join(root, 'usr/share/falco')));
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
  },
  ['lintian', 'dpkg-deb', 'rpm', 'rpmbuild'],
);
