/**
 * Watches what the driver lost and acts as `syscall_event_drops` says. The very first loss is always logged and
 * alerted, whatever the threshold: nothing is lost silently.
 */
import { toByteString } from '../events/byte-string.js';
import type { DriverStats } from '../addon/driver.js';
import type { Alert } from '../alerts/alert.js';
import { kernelDrops } from '../metrics/kernel-drops.js';
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

/** What went by, and what of it was lost, since the look before. */
interface Losses {
  readonly seen: number;
  readonly dropped: number;
  readonly byReason: Readonly<Record<string, number>>;
}

/** Fields of the alert, all of them text as in Falco (reference/falco/outputs.md 6.3). */
function dropFields(lost: Losses): Record<string, string> {
  const fields: Record<string, string> = {
    ebpf_enabled: '1',
    n_evts: String(lost.seen),
    n_drops: String(lost.dropped),
  };
  for (const [name, count] of Object.entries(kernelDrops(lost.byReason))) fields[name] = String(count);
  return fields;
}

const RULE = 'Falco internal: syscall event drop';
const DEBUG = 7;

export class DropWatch {
  #policy: DropPolicy;
  readonly #handlers: DropHandlers;
  #seen = 0;
  #dropped: DriverStats['dropped'] = {};
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
    const byReason: Record<string, number> = {};
    let dropped = 0;
    for (const [reason, total] of Object.entries(stats.dropped)) {
      const lost = total - (this.#dropped[reason] ?? 0);
      byReason[reason] = lost;
      dropped += lost;
    }
    const seen = stats.seen - this.#seen;
    this.#seen = stats.seen;
    this.#dropped = stats.dropped;
    if (policy.simulate) {
      this.#handlers.log('info', 'Simulating syscall event drop');
      dropped += 1;
    }
    if (dropped <= 0) return;
    this.occurrences++;

    const first = !this.#reported;
    this.#reported = true;
    const ratio = dropped / Math.max(seen, dropped);
    const isOver = policy.simulate || ratio > policy.threshold;
    const acts = isOver && this.#take(now);
    if (first || acts) this.#act(acts ? policy.actions : [], first, { seen, dropped, byReason }, now);
    if (acts) this.actionsTaken++;
    else if (isOver)
      this.#handlers.log('debug', 'Syscall event drop but token bucket depleted, skipping actions');
  }

  #act(actions: readonly string[], first: boolean, lost: Losses, now: number): void {
    const text = `${RULE}. ${String(lost.dropped)} system calls dropped in last second.`;
    if (first) this.#handlers.log('warning', text);
    else if (actions.includes('log')) this.#handlers.log('debug', text);
    if (first || actions.includes('alert')) this.#handlers.alert(this.#alert(text, lost, now));
    if (!actions.includes('exit')) return;
    this.#handlers.log('critical', text);
    this.#handlers.log('critical', 'Exiting.');
    this.#handlers.exit(text);
  }

  #alert(text: string, lost: Losses, now: number): Alert {
    return {
      rule: toByteString(RULE),
      priority: DEBUG,
      source: 'internal',
      tags: [],
      time: BigInt(now) * 1_000_000n,
      message: toByteString(text),
      fields: dropFields(lost),
    };
  }

  #take(now: number): boolean {
    if (this.#refilled !== 0) {
      this.#tokens = Math.min(
        this.#policy.maxBurst,
        // A clock that was set back takes nothing away.
        this.#tokens + (Math.max(0, now - this.#refilled) / 1000) * this.#policy.rate,
      );
    }
    this.#refilled = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
