/** A target that does what the test says, and remembers what it took. */
import type { Attempt, Target } from '../../../daemon/outputs/target.js';

export class FakeTarget implements Target {
  readonly name = 'fake';
  readonly cut = 0;
  absent = false;
  readonly taken: string[] = [];
  offers = 0;
  reopened = 0;
  closed = false;
  /** What it answers; `ready` takes everything. */
  answer: (messages: readonly Buffer[]) => Attempt | Promise<Attempt> = messages =>
    this.take(messages, messages.length);

  offer(messages: readonly Buffer[]): Attempt | Promise<Attempt> {
    this.offers++;
    return this.answer(messages);
  }

  take(messages: readonly Buffer[], count: number, state: Attempt['state'] = 'ready', reason = ''): Attempt {
    this.taken.push(...messages.slice(0, count).map(String));
    return { taken: Math.min(count, messages.length), state, reason };
  }

  reopen(): void {
    this.reopened++;
  }

  close(): void {
    this.closed = true;
  }
}
