/**
 * The syslog socket of this host: one datagram a message, facility user, tag `falco`, no pid. The socket may be
 * missing, come back or be full at any time; then the queue keeps what waits. Alerts and the daemon's own log share
 * one queue, so that their order holds.
 */
import { constants } from 'node:os';
import { syslogTime } from '../log/timestamp.js';
import { systemErrorText } from './error-text.js';
import type { Attempt, Target } from './target.js';

/** Sends one datagram without blocking; 0, or the error number of the system. */
export type SendDatagram = (path: string, data: Buffer) => number;

export const SYSLOG_SOCKET = '/dev/log';

const FACILITY_USER = 1;
const TAG = 'falco';
/** A message that is refused as too long is halved until it fits, or is this short. */
const MIN_LENGTH = 512;

const { EAGAIN, ENOBUFS, ENOENT, ENOMEM, EMSGSIZE } = constants.errno;

/** The datagram for a text. The time is that of the message, however long it waits. */
export function syslogMessage(level: number, text: Buffer, now: Date): Buffer {
  const head = `<${String(FACILITY_USER * 8 + level)}>${syslogTime(now)} ${TAG}: `;
  return Buffer.concat([Buffer.from(head, 'latin1'), text]);
}

export class SyslogTarget implements Target {
  readonly name = 'syslog';
  readonly #send: SendDatagram;
  readonly #path: string;
  #cut = 0;
  /** No message was sent yet, and there is no socket: in a container there never is one. */
  #absent = false;
  #sent = false;

  constructor(send: SendDatagram, path: string = SYSLOG_SOCKET) {
    this.#send = send;
    this.#path = path;
  }

  get cut(): number {
    return this.#cut;
  }

  get absent(): boolean {
    return this.#absent;
  }

  offer(messages: readonly Buffer[]): Attempt {
    for (let taken = 0; taken < messages.length; taken++) {
      const error = this.#sendOne(messages[taken]!);
      this.#sent ||= error === 0;
      this.#absent = !this.#sent && error === ENOENT;
      if (error === 0) continue;
      if (error === EAGAIN || error === ENOBUFS || error === ENOMEM) return { taken, state: 'busy' };
      return { taken, state: 'down', reason: `cannot reach ${this.#path}: ${systemErrorText(error)}` };
    }
    return { taken: messages.length, state: 'ready' };
  }

  reopen(): void {
    // Every datagram is addressed anew.
  }

  close(): void {
    // Nothing is held open here.
  }

  #sendOne(message: Buffer): number {
    let rest = message;
    let error = Math.abs(this.#send(this.#path, rest));
    while (error === EMSGSIZE && rest.length > MIN_LENGTH) {
      rest = rest.subarray(0, rest.length >> 1);
      error = Math.abs(this.#send(this.#path, rest));
    }
    if (error === 0 && rest.length < message.length) this.#cut++;
    return error;
  }
}
