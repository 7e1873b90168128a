/**
 * The daemon itself: outputs and log opened, the engine watched over until its end (watch.ts), what is left delivered.
 * Everything here runs on the main thread and waits for nobody.
 */
import { hostname } from 'node:os';
import { sendDatagram } from '../addon/datagram.js';
import type { Config } from '../config/config.js';
import { openLog, type Log } from '../log/log.js';
import { Outputs } from '../outputs/outputs.js';
import { removePidFile, writePidFile } from '../service/pid-file.js';
import type { Arguments } from './arguments.js';
import { readRules, runProblem, type Settings } from './settings.js';
import { logConfiguration } from './startup-lines.js';
import { watch, type Parts } from './watch.js';

/** Exit code for a pid file that cannot be written. */
const NO_PID_FILE = 255;

/** Runs until a signal, or an error. @returns the exit code */
export async function run(args: Arguments, settings: Settings): Promise<number> {
  const { config } = settings;
  // The log needs the outputs to write to, and they need it to report: the second knot is tied below.
  let present: Log = () => undefined;
  const log: Log = (level, text) => present(level, text);
  const host = process.env['FALCO_HOSTNAME'] ?? hostname();
  const outputs = new Outputs({ config, hostname: host, send: sendDatagram, report: log });
  const openLogAs = (wanted: Config): void => {
    present = openLog({
      level: wanted.log_level,
      iso8601: wanted.time_format_iso_8601,
      stderr: wanted.log_stderr ? line => outputs.logToStderr(line) : undefined,
      syslog: wanted.log_syslog ? (level, text) => outputs.logToSyslog(level, text) : undefined,
    });
  };
  openLogAs(config);
  const code = await start({ args, settings, hostname: host, outputs, log, openLogAs });
  await finish(outputs, log);
  return code;
}

async function start(parts: Omit<Parts, 'rules'>): Promise<number> {
  const { args, settings, outputs, log } = parts;
  const fail = (message: string): 1 => {
    outputs.logToStderr(`Error: ${message}\n`);
    if (settings.config.log_syslog) outputs.logToSyslog(3, `Error: ${message}`);
    return 1;
  };
  logConfiguration(log, settings);
  const problem = runProblem(args, settings);
  if (problem !== undefined) return fail(problem);
  const rules = readRules(settings.config);
  if (!rules.ok) return fail(rules.message);
  if (args.dryRun) {
    const { dryRun } = await import('./dry-run.js');
    return dryRun(settings, rules.files, log, fail);
  }
  if (args.pidFile !== null) {
    const unwritten = writePidFile(args.pidFile);
    if (unwritten !== undefined) {
      log('error', unwritten);
      return NO_PID_FILE;
    }
  }
  outputs.open();
  const error = await watch({ ...parts, rules: rules.files });
  if (args.pidFile !== null) removePidFile(args.pidFile);
  return error === undefined ? 0 : fail(error);
}

/** Gives the outputs their time to deliver what waits, and says what could not be delivered. */
async function finish(outputs: Outputs, log: Log): Promise<void> {
  const left = await outputs.drain();
  for (const { name, lost, kept } of left) {
    if (lost > 0) log('notice', `Output '${name}': still blocked, ${String(lost)} messages are lost`);
    if (kept > 0) log('notice', `Output '${name}': ${String(kept)} messages are kept in the spool`);
  }
  const losers = outputs.statistics().filter(({ dropped, failed }) => dropped + failed > 0);
  for (const { name, delivered, dropped, failed } of losers) {
    log(
      'warning',
      `Output '${name}': ${String(dropped)} messages lost, ${failed > 0 ? `${String(failed)} refused, ` : ''}` +
        `${String(delivered)} delivered since the start`,
    );
  }
  if (left.length + losers.length > 0) await outputs.flush();
  await outputs.close();
}
