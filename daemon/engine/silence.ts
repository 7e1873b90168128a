/**
 * Reports an event source from which nothing comes: `syscall_event_timeouts`. On a host that lives there is always some
 * system call, whether rules ask for it or not.
 */
import type { DriverStats } from '../addon/driver.js';
import type { Alert } from '../alerts/alert.js';
import { localTime } from '../alerts/clock.js';

const RULE = 'Falco internal: timeouts notification';
const DEBUG = 7;

export class SilenceWatch {
  readonly #alert: (alert: Alert) => void;
  #limit: number;
  #seen = 0;
  #looks = 0;
  /** Time of the last look at which something had come, in nanoseconds; 0: none. */
  #last = 0n;

  /** @param limit looks in a row without any event after which that is reported */
  constructor(limit: number, alert: (alert: Alert) => void) {
    this.#limit = limit;
    this.#alert = alert;
  }

  configure(limit: number): void {
    this.#limit = limit;
  }

  /** One look, once a second. What the daemon itself does is no event. @param now in milliseconds */
  check({ seen, own }: Pick<DriverStats, 'seen' | 'own'>, now: number): void {
    const time = BigInt(now) * 1_000_000n;
    if (seen - own !== this.#seen) {
      this.#seen = seen - own;
      this.#looks = 0;
      this.#last = time;
      return;
    }
    if (++this.#looks < this.#limit) return;
    const looks = this.#looks;
    this.#looks = 0;
    this.#alert({
      rule: RULE,
      priority: DEBUG,
      source: 'internal',
      tags: [],
      time,
      message: `${RULE}. ${String(looks)} consecutive timeouts without event.`,
      fields: { last_event_time: this.#last === 0n ? 'none' : localTime(this.#last) },
    });
  }
}
