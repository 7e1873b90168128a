/** A container named as a web server rewrites /etc/passwd over and over; the administrator follows it in syslog. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { startContainerd } from '../support/containerd.js';
import type { Container, Containerd } from '../support/containerd.js';
import { installFalco, removeFalco, service } from '../support/installation.js';
import { describeLive } from '../support/live.js';
import { eventually, sleep, startProcess } from '../support/process.js';
import { systemSyslog } from '../support/rsyslog.js';
import type { Syslog } from '../support/rsyslog.js';
import { WATCHING } from '../support/run-daemon.js';

const RULES = '/etc/falco/falco_rules.yaml';
const OUTPUT = 'File below /etc opened for writing';
/** As `ctr run` is told. */
const NAME = 'apache';

/** Gives the rule whose output starts with `beginning` another output, as an editor would. */
function editOutput(beginning: string, output: string): void {
  const document = parseDocument(readFileSync(RULES, 'utf8'));
  const items = document.toJS() as { readonly output?: string }[];
  const found = items.flatMap((item, index) => (item.output?.startsWith(beginning) ? [index] : []));
  assert.equal(found.length, 1, `rules with an output "${beginning} …"`);
  document.setIn([found[0], 'output'], output);
  writeFileSync(RULES, document.toString());
}

/** Configuration for a containerd whose socket is not at its usual place. */
function containersAt(socket: string): string {
  const init_config = { engines: { containerd: { enabled: true, sockets: [socket] } } };
  return JSON.stringify({
    plugins: [{ name: 'container', library_path: 'libcontainer.so', init_config }],
  });
}

describeLive(
  'A container of an httpd image that rewrites /etc/passwd',
  () => {
    let folder: string;
    let syslog: Syslog;
    let containerd: Containerd;
    let container: Container;

    before(async function () {
      this.timeout(60_000);
      folder = mkdtempSync(join(tmpdir(), 'falco-etc-'));
      writeFileSync(
        join(folder, 'passwd'),
        Array.from({ length: 5000 }, (_, n) => `user${n}:x:${n}:${n}::/:/bin/false\n`).join(''),
      );
      installFalco();
      syslog = await systemSyslog();
      containerd = await startContainerd();
      containerd.importImage('docker.io/library/httpd:2.4');
      writeFileSync('/etc/falco/config.d/containers.yaml', containersAt(containerd.socket));
      const started = service('start');
      assert.equal(started.code, 0, started.stderr);
      container = containerd.run({
        image: 'docker.io/library/httpd:2.4',
        id: NAME,
        command: ['sh', '-c', "while true; do sed -i '$d' /etc/passwd; sleep 0.2; done"],
        mounts: { [folder]: '/etc' },
      });
    });
    after(async function () {
      this.timeout(60_000);
      await containerd?.stop();
      removeFalco();
      await syslog?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is found by grep falco /var/log/syslog | grep passwd', async () => {
      const line = await eventually(
        'an alert in syslog',
        () =>
          syslog
            .lines()
            .find(text => / falco: /.test(text) && text.includes('passwd') && text.includes(OUTPUT)),
        10_000,
      );
      assert.match(
        line,
        /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ falco: \d\d:\d\d:\d\d\.\d{9}: Error File below \/etc opened for writing \(/,
      );
      assert.ok(line.includes('(user=root user_loginuid=-1 command=sed -i $d /etc/passwd parent=sh '), line);
      assert.ok(line.includes(`container_id=${NAME}`), line);
    });

    it('is reported in the form that the edited rule asks for, by a daemon that is started by hand', async () => {
      assert.equal(service('stop').code, 0);
      assert.equal(container.id, NAME);
      editOutput(OUTPUT, '%evt.time,%container.id,%container.name,%user.name');
      const daemon = startProcess('/usr/bin/falco', [], { cwd: '/', env: {} });
      try {
        await daemon.line('stderr', WATCHING, 10_000);
        await daemon.line('stdout', new RegExp(NAME), 10_000);
        await sleep(1000);
        await daemon.stop();
        const lines = daemon.stdout.map(({ text }) => text).filter(text => text.includes(': Error '));
        assert.ok(lines.length > 2, 'the container goes on writing');
        const form = new RegExp(`^(\\d\\d:\\d\\d:\\d\\d\\.\\d{9}): Error \\1,${NAME},${NAME},root$`);
        for (const line of lines) assert.match(line, form);
      } finally {
        await daemon.stop();
      }
    });
  },
  ['containerd', 'ctr', 'runc', 'busybox', 'rsyslogd'],
);
