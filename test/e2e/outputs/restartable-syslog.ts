/** A private rsyslogd that can be stopped, started again on the same socket, and held still. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startProcess, type RunningProcess } from '../../support/process.js';

export class RestartableSyslog {
  readonly #folder = mkdtempSync(join(tmpdir(), 'falco-rsyslog-'));
  readonly socket = join(this.#folder, 'log');
  readonly #file = join(this.#folder, 'syslog');
  #process: RunningProcess | undefined;

  async start(): Promise<void> {
    const path = join(this.#folder, 'rsyslog.conf');
    writeFileSync(
      path,
      [
        `global(workDirectory="${this.#folder}")`,
        'module(load="imuxsock" SysSock.Use="off")',
        `input(type="imuxsock" Socket="${this.socket}" CreatePath="on" RateLimit.Interval="0")`,
        `*.* action(type="omfile" file="${this.#file}" template="RSYSLOG_TraditionalFileFormat")`,
        '',
      ].join('\n'),
    );
    this.#process = startProcess('/usr/sbin/rsyslogd', ['-n', '-iNONE', '-f', path]);
    await eventually('rsyslogd listens', () =>
      readFileSync('/proc/net/unix', 'latin1').includes(this.socket),
    );
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Holds the process still: its socket stays, and fills. */
  pause(): void {
    this.#process?.child.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.child.kill('SIGCONT');
  }

  /** What it wrote that has this tag. */
  lines(): readonly string[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'latin1')
      .split('\n')
      .filter(line => line.includes(' falco: '));
  }

  async remove(): Promise<void> {
    this.resume();
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
