/** Levels of the daemon's own log, most important first; the index is the syslog level. */
export const LOG_LEVELS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'debug',
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** 0 (emergency) to 7 (debug). */
export function levelNumber(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
