import type { ByteString } from '../events/byte-string.js';

/**
 * What a call said at its entry, for the few whose arguments another thread could change before the exit is
 * recorded (reference/falco/driver-params.md, 4.5). Only captures of the reference hold such events.
 */
export interface EnterEvent {
  readonly type: number;
  readonly dirfd: number;
  readonly name: ByteString;
  readonly flags: number;
  /** Raw SOCKADDR of connect. */
  readonly address: ByteString;
}

const MOST = 65536;
/** Most characters of all names and addresses. */
const MOST_CHARACTERS = 1 << 26;

/** Enter events by thread until the next exit event of that thread. Bounded: what is over is forgotten. */
export class PendingEnters {
  private readonly byThread = new Map<number, EnterEvent>();
  /** Of all that was stored and not taken, and of what was replaced since. */
  private characters = 0;
  /** That of the event being parsed; null for most. */
  current: EnterEvent | null = null;

  store(tid: number, event: EnterEvent): void {
    if (this.byThread.size >= MOST || this.characters > MOST_CHARACTERS) {
      this.byThread.clear();
      this.characters = 0;
    }
    this.characters += event.name.length + event.address.length;
    this.byThread.set(tid, event);
  }

  /** Makes the enter event of the call current; any other of the thread is dropped. Hot path. */
  take(tid: number, exitType: number): void {
    this.current = null;
    if (this.byThread.size === 0) return;
    const event = this.byThread.get(tid);
    if (event === undefined) return;
    this.byThread.delete(tid);
    this.characters -= event.name.length + event.address.length;
    if (event.type === exitType - 1) this.current = event;
  }
}

/** Whether a path from an enter event says anything. */
export function isKnownName(name: ByteString): boolean {
  return name !== '' && name !== '<NA>' && name !== '(NULL)';
}
