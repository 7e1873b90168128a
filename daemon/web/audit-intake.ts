/**
 * Bodies with audit events on their way to whoever judges them: how many, how large and how often they may be. One
 * intake for all endpoints, so that what is waiting is bounded whatever it came through.
 */

export interface IntakeLimits {
  /** Bodies that wait for being judged at once. */
  readonly mostAtOnce: number;
  /** Bytes of bodies that have come, whole or in part, and are not judged yet. */
  readonly mostBytes: number;
  /** Requests a second in the long run; 0: as many as come. Twice as many may come in a row. */
  readonly mostPerSecond: number;
}

/** Members that each event of a body gets; null: none. */
export type Added = Readonly<Record<string, string>> | null;
/** Answers when the events of a body have been judged; the body is gone from here then. */
export type JudgeBody = (body: Uint8Array, added: Added) => Promise<Judgement>;

export type Judgement =
  | { readonly ok: true }
  /** `later`: that is not up to the body, which may be sent again. */
  | { readonly ok: false; readonly message: string; readonly later?: true };

/** What became of requests, since the start. */
export interface IntakeCounts {
  /** Bodies that were judged. */
  accepted: number;
  /** Bodies that were no audit events. */
  bad: number;
  /** No room for them, or too many: the sender is to try again. */
  busy: number;
  limited: number;
  tooLarge: number;
  /** Of a wrong method or type, or from somebody who may not. */
  refused: number;
  /** The sender went away, or was too slow, before the body was whole. */
  aborted: number;
}

export class AuditIntake {
  readonly counts: IntakeCounts = {
    ...{ accepted: 0, bad: 0, busy: 0, limited: 0, tooLarge: 0, refused: 0, aborted: 0 },
  };
  readonly #judge: JudgeBody;
  readonly #tell: (text: string) => void;
  #limits: IntakeLimits;
  #tokens: number;
  #refilled = performance.now();
  #told = -Infinity;
  #untold = 0;
  /** Bytes that are here. */
  bytes = 0;
  /** Bodies that wait. */
  waiting = 0;
  #stopping = false;
  #onIdle: () => void = () => undefined;

  /** @param tell takes one line for the log */
  constructor(limits: IntakeLimits, judge: JudgeBody, tell: (text: string) => void) {
    this.#limits = limits;
    this.#judge = judge;
    this.#tell = tell;
    this.#tokens = 2 * limits.mostPerSecond;
  }

  configure(limits: IntakeLimits): void {
    this.#limits = limits;
    this.#tokens = Math.min(this.#tokens, 2 * limits.mostPerSecond);
  }

  /** Whether one more request may come now. */
  admits(now = performance.now()): boolean {
    const { mostPerSecond } = this.#limits;
    if (mostPerSecond === 0) return true;
    const refill = (Math.max(0, now - this.#refilled) / 1000) * mostPerSecond;
    this.#tokens = Math.min(2 * mostPerSecond, this.#tokens + refill);
    this.#refilled = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes room for so many bytes more; false: there is none. */
  claim(bytes: number): boolean {
    if (
      this.#stopping ||
      this.waiting >= this.#limits.mostAtOnce ||
      this.bytes + bytes > this.#limits.mostBytes
    )
      return false;
    this.bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.bytes -= bytes;
  }

  /** Has a whole body judged, for whose bytes there was room, and gives the room back. */
  async submit(body: Uint8Array, added: Added = null): Promise<Judgement> {
    const { length } = body;
    this.waiting++;
    try {
      const judgement = await this.#judge(body, added);
      this.counts[judgement.ok ? 'accepted' : judgement.later === true ? 'busy' : 'bad']++;
      if (!judgement.ok) this.complain(judgement.message);
      return judgement;
    } finally {
      this.waiting--;
      if (this.waiting === 0) this.#onIdle();
      this.bytes -= length;
    }
  }

  /** All numbers, for metrics. */
  sample(): IntakeCounts & { readonly waiting: number; readonly bytes: number } {
    return { ...this.counts, waiting: this.waiting, bytes: this.bytes };
  }

  /** Takes nothing more. Waits until what has come is judged and answered, but no longer than so many milliseconds. */
  async stop(ms: number): Promise<void> {
    this.#stopping = true;
    if (this.waiting === 0) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Says that a body was refused; of a flood of them not each. */
  complain(why: string, now = performance.now()): void {
    if (now - this.#told < QUIET_MS) {
      this.#untold++;
      return;
    }
    const more = this.#untold === 0 ? '' : ` (and ${String(this.#untold)} others since the last such line)`;
    this.#tell(`k8s_audit: a request was refused: ${why}${more}`);
    this.#told = now;
    this.#untold = 0;
  }
}

/** Between two complaints. */
const QUIET_MS = 10_000;
