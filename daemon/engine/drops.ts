/**
 * Watches what the driver lost and acts as `syscall_event_drops` says. The very first loss is always logged and
 * alerted, whatever the threshold: nothing is lost silently.
 */
import { toByteString } from '../events/byte-string.js';
import type { DriverStats } from '../addon/driver.js';
import type { Alert } from '../alerts/alert.js';
import type { LogLevel } from './messages.js';

export interface DropPolicy {
  /** Among `ignore`, `log`, `alert`, `exit`. */
  readonly actions: readonly string[];
  /** Share of lost events (0–1) above which the actions run. */
  readonly threshold: number;
  /** Token bucket over the actions: tokens a second, and how many it holds. */
  readonly rate: number;
  readonly maxBurst: number;
  /** Pretends a loss every second; for tests of an installation. */
  readonly simulate: boolean;
}

export interface DropHandlers {
  log(level: LogLevel, text: string): void;
  alert(alert: Alert): void;
  /** The policy says to end the daemon. */
  exit(text: string): void;
}

const RULE = 'Falco internal: syscall event drop';
const DEBUG = 7;

export class DropWatch {
  #policy: DropPolicy;
  readonly #handlers: DropHandlers;
  #seen = 0;
  #dropped = 0;
  #reported = false;
  #tokens: number;
  #refilled = 0;
  /** Seconds in which events were lost, and how often actions ran: for the closing statistics. */
  occurrences = 0;
  actionsTaken = 0;

  constructor(policy: DropPolicy, handlers: DropHandlers) {
    this.#policy = policy;
    this.#handlers = handlers;
    this.#tokens = policy.maxBurst;
  }

  /** Takes over the policy of a reloaded configuration. */
  configure(policy: DropPolicy): void {
    this.#policy = policy;
    this.#tokens = Math.min(this.#tokens, policy.maxBurst);
  }

  /**
   * One look, about once a second.
   * @param now milliseconds since the epoch
   */
  check(stats: DriverStats, now: number): void {
    const policy = this.#policy;
    const total = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
    const seen = stats.seen - this.#seen;
    let dropped = total - this.#dropped;
    this.#seen = stats.seen;
    this.#dropped = total;
    if (policy.simulate) {
      this.#handlers.log('info', 'Simulating syscall event drop');
      dropped += 1;
    }
    if (dropped <= 0) return;
    this.occurrences++;

    const first = !this.#reported;
    this.#reported = true;
    const ratio = dropped / Math.max(seen, dropped);
    if (!first && !policy.simulate && ratio <= policy.threshold) return;
    if (!this.#take(now) && !first) {
      this.#handlers.log('debug', 'Syscall event drop but token bucket depleted, skipping actions');
      return;
    }
    this.actionsTaken++;
    this.#act(policy.actions, first, dropped, seen, stats, now);
  }

  #act(
    actions: readonly string[],
    first: boolean,
    dropped: number,
    seen: number,
    stats: DriverStats,
    now: number,
  ): void {
    const text = `${RULE}. ${String(dropped)} system calls dropped in last second.`;
    if (first) this.#handlers.log('warning', text);
    else if (actions.includes('log')) this.#handlers.log('debug', text);
    if (first || actions.includes('alert'))
      this.#handlers.alert(this.#alert(text, dropped, seen, stats, now));
    if (actions.includes('exit')) this.#handlers.exit(text);
  }

  #alert(text: string, dropped: number, seen: number, stats: DriverStats, now: number): Alert {
    const fields: Record<string, string> = {
      ebpf_enabled: '1',
      n_drops: String(dropped),
      n_evts: String(seen),
    };
    for (const [reason, count] of Object.entries(stats.dropped)) fields[`n_drops_${reason}`] = String(count);
    return {
      rule: toByteString(RULE),
      priority: DEBUG,
      source: 'internal',
      tags: [],
      time: BigInt(now) * 1_000_000n,
      message: toByteString(text),
      fields,
    };
  }

  #take(now: number): boolean {
    if (this.#refilled !== 0) {
      this.#tokens = Math.min(
        this.#policy.maxBurst,
        this.#tokens + ((now - this.#refilled) / 1000) * this.#policy.rate,
      );
    }
    this.#refilled = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
