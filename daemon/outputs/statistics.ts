/** What became of the messages of one output. Plain data: what /metrics and the closing log lines are made of. */
export interface OutputStatistics {
  /** `stdout`, `file`, `syslog`, `program`, `http`; `stderr` for the daemon's own log. */
  readonly name: string;
  /** Messages that the target took. Of stdout, stderr and syslog, texts of the daemon itself count, too. */
  readonly delivered: number;
  /** Messages that the target refused, or that were given up: they are not sent again. */
  readonly failed: number;
  /** Messages that found no room, were pushed out of the spool, or were left behind at the end. */
  readonly dropped: number;
  /** Messages that wait now, in memory and on disk. */
  readonly waiting: number;
  /** Those of `waiting` that are on disk, and outlast the daemon. */
  readonly spooled: number;
  /** Attempts after which the target was full or away. */
  readonly retries: number;
  /** Messages that were too long for the target and were cut. */
  readonly cut: number;
}
