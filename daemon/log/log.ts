/**
 * The daemon's own log, through winston. In: texts with a level. Out: lines for stderr and for syslog, handed to the
 * functions given; this room opens nothing and imports no other. Everybody may log.
 *
 * syslog is reached through our own transport: winston-syslog aborts the whole process when the socket is missing at
 * the start or when it is closed after an error, and its messages are not of the form that belongs on /dev/log.
 */
import winston from 'winston';
import Transport from 'winston-transport';
import { LOG_LEVELS, levelNumber, type LogLevel } from './level.js';
import { logTime } from './timestamp.js';

export type { LogLevel } from './level.js';

export interface Log {
  (level: LogLevel, text: string): void;
}

export interface LogOptions {
  /** Least important level that is logged. */
  readonly level: LogLevel;
  /** Times on stderr as ISO 8601. */
  readonly iso8601: boolean;
  /** Takes a line for stderr, newline included. Undefined: not logged there. */
  readonly stderr?: ((line: string) => void) | undefined;
  /** Takes a text for syslog with its level, 0–7. Undefined: not logged there. */
  readonly syslog?: ((level: number, text: string) => void) | undefined;
}

interface Info {
  readonly level: LogLevel;
  readonly message: string;
}

/** Hands each entry to a function. */
class FunctionTransport extends Transport {
  readonly #write: (info: Info) => void;

  constructor(write: (info: Info) => void) {
    super();
    this.#write = write;
  }

  override log(info: Info, next: () => void): void {
    this.#write(info);
    next();
  }
}

/** A log that writes at once: when it returns, the targets have the text. */
export function openLog(options: LogOptions): Log {
  const { stderr, syslog, iso8601 } = options;
  const transports: Transport[] = [];
  if (stderr !== undefined) {
    transports.push(
      new FunctionTransport(info =>
        stderr(`${logTime(new Date(), iso8601)}: ${withoutNewline(info.message)}\n`),
      ),
    );
  }
  if (syslog !== undefined) {
    transports.push(
      new FunctionTransport(info => syslog(levelNumber(info.level), withoutNewline(info.message))),
    );
  }
  const logger = winston.createLogger({
    levels: Object.fromEntries(LOG_LEVELS.map((level, i) => [level, i])),
    level: options.level,
    transports,
    silent: transports.length === 0,
    exitOnError: false,
  });
  return (level, text) => void logger.log(level, text);
}

function withoutNewline(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
