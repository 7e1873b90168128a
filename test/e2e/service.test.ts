/** The daemon as a service of /etc/init.d: start, stop, restart, status, and what they answer. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { installFalco, removeFalco, service } from '../support/installation.js';
import { describeLive } from '../support/live.js';
import { eventually } from '../support/process.js';

const PIDFILE = '/var/run/falco.pid';
const CONFIG = '/etc/falco/falco.yaml';
const pid = (): number => Number(readFileSync(PIDFILE, 'utf8'));

/** False for a zombie too: its command line is empty. */
function isAlive(process: number): boolean {
  try {
    return readFileSync(`/proc/${process}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

describeLive(
  'service falco',
  function () {
    before(function () {
      this.timeout(60_000);
      installFalco();
    });
    after(removeFalco);
    afterEach(() => void service('stop'));

    it('tells that it is not running, with exit code 3', () => {
      assert.equal(service('status').code, 3);
    });

    it('starts the daemon, tells its pid, and stops it', () => {
      const started = service('start');
      assert.equal(started.code, 0, started.stderr);
      const daemon = pid();
      assert.ok(isAlive(daemon));
      assert.match(started.stdout, new RegExp(`watching \\(pid ${daemon}\\)`));
      const status = service('status');
      assert.equal(status.code, 0);
      assert.match(status.stdout, new RegExp(`running \\(pid ${daemon}\\)`));
      assert.equal(service('stop').code, 0);
      assert.ok(!isAlive(daemon));
      assert.ok(!existsSync(PIDFILE));
    });

    it('leaves a running daemon alone when it is started again, and does not mind being stopped twice', () => {
      service('start');
      const daemon = pid();
      assert.equal(service('start').code, 0);
      assert.equal(pid(), daemon);
      assert.equal(service('stop').code, 0);
      assert.equal(service('stop').code, 0);
    });

    it('restarts into a new process', () => {
      service('start');
      const first = pid();
      assert.equal(service('restart').code, 0);
      assert.notEqual(pid(), first);
      assert.ok(!isAlive(first));
      assert.ok(isAlive(pid()));
    });

    it('keeps the process over a reload', () => {
      service('start');
      const daemon = pid();
      assert.equal(service('reload').code, 0);
      assert.equal(service('force-reload').code, 0);
      assert.equal(pid(), daemon);
      assert.equal(service('status').code, 0);
    });

    it('tells with exit code 1 that the daemon died', async () => {
      service('start');
      const daemon = pid();
      process.kill(daemon, 'SIGKILL');
      await eventually('the end of the daemon', () => !isAlive(daemon));
      assert.equal(service('status').code, 1);
      assert.equal(service('start').code, 0);
    });

    it('does not take another process for its own when the pid file is stale', () => {
      const stranger = spawn('sleep', ['100'], { argv0: 'vim /etc/falco/falco.yaml', stdio: 'ignore' });
      try {
        writeFileSync(PIDFILE, `${String(stranger.pid)}\n`);
        assert.equal(service('status').code, 1);
        assert.equal(service('stop').code, 0);
        assert.ok(isAlive(stranger.pid!));
      } finally {
        stranger.kill('SIGKILL');
      }
    });

    it('says in one line why it does not start', () => {
      const good = readFileSync(CONFIG);
      writeFileSync(CONFIG, 'stdout_output: [\n');
      try {
        const started = service('start');
        assert.equal(started.code, 1);
        assert.match(started.stderr, /^falco did not start: .*falco\.yaml.*\n$/);
        assert.equal(service('status').code, 3);
      } finally {
        writeFileSync(CONFIG, good);
      }
    });
  },
  ['start-stop-daemon'],
);
