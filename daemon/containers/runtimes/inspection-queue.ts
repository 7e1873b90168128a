import { uniqueKey } from '../container-id.js';
import type { ByteString } from '../../events/byte-string.js';
import type { Container } from '../container.js';
import { failed, type Answer } from './answer.js';
import type { ContainerKey } from './runtime.js';

/** Questions under way at once: enough to keep a runtime busy, few enough not to burden it. */
const AT_ONCE = 8;
/** Questions that may wait for their turn. */
const MOST_WAITING = 2000;

type Inspect = (key: ContainerKey) => Promise<Answer<Container>>;

/** Asks about containers, a few at a time and about each once at a time: whoever asks meanwhile gets the same answer. */
export class InspectionQueue {
  private readonly asked = new Map<ByteString, Promise<Answer<Container>>>();
  /** Who waits for a turn, next one first. */
  private waiting: { readonly name: ByteString; readonly go: () => void }[] = [];
  private running = 0;

  constructor(private readonly inspect: Inspect) {}

  /** The answer of a question that is under way, or of a new one. */
  ask(key: ContainerKey): Promise<Answer<Container>> {
    const name = uniqueKey(key);
    const under = this.asked.get(name);
    if (under !== undefined) return under;
    if (this.waiting.length >= MOST_WAITING) return Promise.resolve(failed('too many questions are waiting'));
    const answer = this.inTurn(name, key);
    this.asked.set(name, answer);
    void answer.then(() => this.asked.delete(name));
    return answer;
  }

  /** The same, before all others that wait: an alert may be held for it. */
  askFirst(key: ContainerKey): Promise<Answer<Container>> {
    const name = uniqueKey(key);
    const answer = this.ask(key);
    const its = this.waiting.find(one => one.name === name);
    if (its !== undefined) this.waiting = [its, ...this.waiting.filter(one => one !== its)];
    return answer;
  }

  /** The answer of a question that is asked from now on: the container has changed. */
  async askAgain(key: ContainerKey): Promise<Answer<Container>> {
    await this.asked.get(uniqueKey(key));
    return this.ask(key);
  }

  private async inTurn(name: ByteString, key: ContainerKey): Promise<Answer<Container>> {
    if (this.running >= AT_ONCE) await new Promise<void>(go => this.waiting.push({ name, go }));
    this.running++;
    try {
      return await this.inspect(key);
    } finally {
      this.running--;
      this.waiting.shift()?.go();
    }
  }
}
