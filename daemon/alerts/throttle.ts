/**
 * Holds back alerts that repeat, and counts them: `alerts.throttle`. In: alerts as the engine raises them. Out: whether
 * one may go, and from time to time an alert for each rule that says how many did not. What is counted is told, also
 * what is forgotten for want of room, and what is left at the end.
 */
import { createHash } from 'node:crypto';
import type { ByteString } from '../events/byte-string.js';
import type { Alert, Priority } from './alert.js';
import { utcTime } from './clock.js';
import { INTERNAL } from './line.js';
import { KEY_FIELD, type ThrottleLimits, type ThrottlePolicies } from './throttle-policy.js';

const RULE = 'Falco internal: alerts held back';
const NS_PER_MS = 1_000_000n;
/** Longer keys are remembered by their hash, so that a table of keys is bounded in bytes as well. */
const LONGEST_KEY = 200;
const ROUNDING = 1e-6;
/** A clock that was set back by more milliseconds than this puts off no summary, and no token. */
const SET_BACK = 60_000;
/** So many keys are named in a summary, those first of which most was held back. */
const MOST_NAMED = 5;

/** Alerts that count together: those of one rule with one key. */
interface Bucket {
  readonly rule: ByteString;
  /** The key, or its beginning. */
  readonly label: ByteString;
  tokens: number;
  /** When they were counted, in milliseconds. */
  at: number;
  /** Alerts held back since the last summary. */
  held: number;
}

/** What the next summary has to say of one rule. */
interface Tally {
  readonly priority: Priority;
  /** Alerts held back, of all keys. */
  held: number;
  /** Time of the first and the last of them. */
  readonly first: bigint;
  last: bigint;
  /** Buckets with alerts held back. Those that were forgotten are not among them. */
  readonly buckets: Set<Bucket>;
}

export class Throttle {
  readonly #emit: (summary: Alert) => boolean;
  #policies: ThrottlePolicies;
  #limits: ThrottleLimits;
  /** The one that was used longest ago comes first. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #tallies = new Map<ByteString, Tally>();
  #nextSummary = Infinity;
  #held = 0;
  /** Time of the last alert, in milliseconds. */
  #last = 0;

  /** @param emit takes a summary; false: there is no room, and what it says is for the next one */
  constructor(policies: ThrottlePolicies, limits: ThrottleLimits, emit: (summary: Alert) => boolean) {
    this.#policies = policies;
    this.#limits = limits;
    this.#emit = emit;
  }

  /** Alerts held back since the start. */
  get held(): number {
    return this.#held;
  }

  /** Keys that are told apart at present. */
  get keys(): number {
    return this.#buckets.size;
  }

  /** Takes other settings; what was counted stays. */
  configure(policies: ThrottlePolicies, limits: ThrottleLimits): void {
    this.#policies = policies;
    this.#limits = limits;
    while (this.#buckets.size > limits.maxKeys) this.#forgetOldest();
  }

  /**
   * The alert that may go out; null: it is held back.
   * @param now in milliseconds; by default the time of the alert, so that a capture is throttled as its events would
   *   have been
   */
  admit(raised: Alert, now = Number(raised.time / NS_PER_MS)): Alert | null {
    const policy = this.#policies.get(raised.rule);
    if (policy === undefined && !(KEY_FIELD in raised.fields)) return raised;
    const { [KEY_FIELD]: values = '', ...fields } = raised.fields;
    const alert: Alert = { ...raised, fields };
    if (policy === undefined) return alert;
    this.#last = now;
    this.tick(now);
    const { rate, burst } = policy;
    const key = policy.key === 'none' ? '' : policy.key === 'text' ? alert.message : String(values);
    const bucket = this.#bucket(alert.rule, key, burst, now);
    const seconds = Math.max(0, now - bucket.at) / 1000;
    bucket.tokens = Math.min(burst, bucket.tokens + seconds * rate);
    bucket.at = bucket.at - now > SET_BACK ? now : Math.max(now, bucket.at);
    // Ten times a tenth falls a little short of one.
    if (bucket.tokens >= 1 - ROUNDING) {
      bucket.tokens = Math.max(0, bucket.tokens - 1);
      return alert;
    }
    this.#hold(bucket, alert, now);
    return null;
  }

  /** Tells what was held back, when it is time to. @param now in milliseconds */
  tick(now: number): void {
    const late =
      this.#nextSummary !== Infinity && this.#nextSummary - now > this.#limits.summaryMs + SET_BACK;
    if (now >= this.#nextSummary || late) this.#flush(now);
  }

  /** Tells what was held back, at the end: the time is that of the last alert. */
  finish(): void {
    this.#flush(this.#last);
  }

  /** One summary for each rule. */
  #flush(now: number): void {
    this.#nextSummary = Infinity;
    for (const [rule, tally] of this.#tallies) {
      if (this.#emit(summary(rule, tally, now))) {
        for (const bucket of tally.buckets) bucket.held = 0;
        this.#tallies.delete(rule);
      } else {
        this.#nextSummary = now + this.#limits.summaryMs;
      }
    }
  }

  #bucket(rule: ByteString, key: ByteString, burst: number, now: number): Bucket {
    const isLong = key.length > LONGEST_KEY;
    const id = `${rule}\0${isLong ? hashed(key) : key}`;
    let bucket = this.#buckets.get(id);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#limits.maxKeys) this.#forgetOldest();
      bucket = { rule, label: isLong ? beginning(key) : key, tokens: burst, at: now, held: 0 };
    } else {
      this.#buckets.delete(id);
    }
    this.#buckets.set(id, bucket);
    return bucket;
  }

  #hold(bucket: Bucket, { rule, priority, time }: Alert, now: number): void {
    this.#held++;
    bucket.held++;
    let tally = this.#tallies.get(rule);
    if (tally === undefined) {
      tally = { priority, held: 0, first: time, last: time, buckets: new Set() };
      this.#tallies.set(rule, tally);
    }
    tally.held++;
    tally.last = time;
    tally.buckets.add(bucket);
    if (this.#nextSummary === Infinity) this.#nextSummary = now + this.#limits.summaryMs;
  }

  /** What was held back of it stays in the tally of its rule. */
  #forgetOldest(): void {
    for (const [id, bucket] of this.#buckets) {
      this.#buckets.delete(id);
      this.#tallies.get(bucket.rule)?.buckets.delete(bucket);
      return;
    }
  }
}

/** An alert of our own, as urgent as those that it stands for. */
function summary(rule: ByteString, { priority, held, first, last, buckets }: Tally, now: number): Alert {
  const most = [...buckets]
    .filter(({ label }) => label !== '')
    .sort((a, b) => b.held - a.held)
    .slice(0, MOST_NAMED)
    .map(({ label, held: count }) => `${label}: ${String(count)}`);
  const alerts = held === 1 ? '1 alert' : `${String(held)} alerts`;
  return {
    rule: RULE,
    priority,
    source: INTERNAL,
    tags: [],
    time: BigInt(Math.trunc(now)) * NS_PER_MS,
    message: `${RULE}. ${alerts} of rule '${rule}' did not go out.`,
    fields: {
      rule,
      n_held: held,
      first_held: utcTime(first, 'Z'),
      last_held: utcTime(last, 'Z'),
      ...(most.length > 0 ? { n_keys: buckets.size, most } : {}),
    },
  };
}

function hashed(key: ByteString): string {
  return createHash('sha256').update(key, 'latin1').digest('hex');
}

/** A copy: a slice would keep the whole alive. */
function beginning(key: ByteString): ByteString {
  return Buffer.from(key.slice(0, LONGEST_KEY), 'latin1').toString('latin1');
}
