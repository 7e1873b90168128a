/**
 * Alerts on their way from the detection worker to the main thread. They have a port of their own that is read piece
 * by piece: a port that delivers by itself delivers all that waits in one go, and in a storm of alerts the main thread
 * would answer nobody for a second.
 */
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Alert } from '../alerts/alert.js';
import type { Flow } from './flow.js';

/** How long alerts are taken before others of the main thread get their turn. */
const TURN_MS = 2;
/** Alerts between two looks at the clock. */
const LOOK_EVERY = 8;

/** The worker's end. */
export class AlertSender {
  constructor(
    private readonly port: MessagePort,
    private readonly flow: Flow,
    /** Tells the main thread that there is something to take. */
    private readonly wake: () => void,
  ) {}

  /** Hands on an alert whose place is claimed. */
  send(alert: Alert): void {
    this.port.postMessage(alert);
    if (this.flow.isAwaited()) this.wake();
  }
}

/** The main thread's end. */
export class AlertReceiver {
  /** To be given to the worker. */
  readonly workerPort: MessagePort;
  readonly #port: MessagePort;
  readonly #flow: Flow;
  readonly #onAlert: (alert: Alert) => void;
  #scheduled = false;

  constructor(flow: Flow, onAlert: (alert: Alert) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.workerPort = port2;
    this.#flow = flow;
    this.#onAlert = onAlert;
    flow.await();
  }

  /** There is something to take: takes it, in turns. */
  awake(): void {
    if (this.#scheduled) return;
    if (!this.#take(performance.now() + TURN_MS)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.awake();
    });
  }

  /** Takes all that is there; nothing more comes. */
  finish(): void {
    while (this.#take(Infinity));
    this.#port.close();
  }

  /** @returns whether there may be more */
  #take(until: number): boolean {
    for (let taken = 1; ; taken++) {
      let received = receiveMessageOnPort(this.#port) as { readonly message: Alert } | undefined;
      if (received === undefined) {
        this.#flow.await();
        // One that was sent before the worker could see that it is awaited would wait for ever.
        received = receiveMessageOnPort(this.#port) as { readonly message: Alert } | undefined;
        if (received === undefined) return false;
      }
      this.#onAlert(received.message);
      this.#flow.taken();
      if (taken % LOOK_EVERY === 0 && performance.now() >= until) return true;
    }
  }
}
