/** The first thing that a newcomer does: start from the clone, read /etc/shadow, look at the alert. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeLive } from '../support/live.js';
import { eventually, sleep, startProcess } from '../support/process.js';
import type { Line, RunningProcess } from '../support/process.js';
import { projectRoot } from '../support/project.js';
import { systemSyslog } from '../support/rsyslog.js';
import type { Syslog } from '../support/rsyslog.js';
import { runDaemon, WATCHING } from '../support/run-daemon.js';

const ALERT = /^(\d\d):(\d\d):(\d\d)\.(\d{9}): Warning .*\/etc\/shadow.*cat \/etc\/shadow/;
const SYSLOG_ALERT =
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ falco: \d\d:\d\d:\d\d\.\d{9}: Warning .*\/etc\/shadow.*cat \/etc\/shadow/;

/** Milliseconds from the time of the event in the line to the arrival of the line. */
function latency(line: Line): number {
  const [hours, minutes, seconds, nanoseconds] = ALERT.exec(line.text)!.slice(1).map(Number);
  const event = new Date(line.at).setHours(hours!, minutes!, seconds!, 0) + nanoseconds! / 1e6;
  return line.at - event;
}

describeLive(
  'A file that only few may read',
  () => {
    let syslog: Syslog;
    let daemon: RunningProcess;

    before(async function () {
      this.timeout(60_000);
      syslog = await systemSyslog();
      daemon = startProcess('sh', [join(projectRoot, 'scripts/start')]);
      await daemon.line('stderr', WATCHING, 50_000);
    });
    after(async () => {
      const ending = await daemon.stop();
      await syslog.stop();
      assert.deepEqual(ending, { code: 0, signal: null });
    });

    it('raises one alert on stdout, within 100 ms, when it is read', async () => {
      // The best of some tries: a busy machine may hold any of them up.
      const times: number[] = [];
      while (times.length < 5 && !times.some(time => time < 100)) {
        await sleep(300);
        const since = daemon.stdout.length;
        execFileSync('cat', ['/etc/shadow']);
        times.push(latency(await daemon.line('stdout', ALERT, 5000, since)));
        await sleep(500);
        assert.equal(daemon.stdout.slice(since).filter(line => ALERT.test(line.text)).length, 1);
      }
      assert.ok(Math.min(...times) < 100, `${times.join(', ')} ms`);
    });

    it('raises the same alert in the file of rsyslog', async () => {
      const before = syslog.lines().filter(line => SYSLOG_ALERT.test(line)).length;
      execFileSync('cat', ['/etc/shadow']);
      await eventually(
        'the alert in syslog',
        () => syslog.lines().filter(line => SYSLOG_ALERT.test(line)).length > before,
      );
      await sleep(500);
      assert.equal(syslog.lines().filter(line => SYSLOG_ALERT.test(line)).length, before + 1);
    });
  },
  ['rsyslogd'],
);

describeLive('The start of the daemon', () => {
  it('takes less than three seconds until it watches', async () => {
    const times: number[] = [];
    while (times.length < 3 && !times.some(time => time < 3000)) {
      const daemon = await runDaemon();
      await daemon.stop();
      times.push(daemon.readyMs);
    }
    assert.ok(Math.min(...times) < 3000, `${times.join(', ')} ms`);
  });
});
