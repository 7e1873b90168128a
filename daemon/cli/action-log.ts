/**
 * The log of actions that print something and end: it begins as the daemon's own does, on stderr alone
 * (reference/falco/cli.md 2.2).
 */
import { openLog, type Log } from '../log/log.js';
import { printLog } from './print.js';
import type { Settings } from './settings.js';
import { logConfiguration } from './startup-lines.js';

/** Says which version with which configuration it is. @returns the log to go on with */
export function openActionLog(settings: Settings): Log {
  const { config } = settings;
  const log = openLog({
    level: config.log_level,
    iso8601: config.time_format_iso_8601,
    stderr: config.log_stderr ? printLog : undefined,
  });
  logConfiguration(log, settings);
  return log;
}
