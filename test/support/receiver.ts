/** A real web server that alerts are sent to: it answers as the test says, and remembers what it was sent. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface ReceivedRequest {
  readonly headers: IncomingMessage['headers'];
  readonly method: string;
  readonly path: string;
  /** Unpacked. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What to do with a request; `silent`: no answer at all; `reset`: the connection is broken off; `babble`: what is no HTTP. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'silent'
  | 'reset'
  | 'babble';

export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  /** Called with each request, and how many came before; default: 200 for all. */
  answer: (request: ReceivedRequest, before: number) => Answer | Promise<Answer> = () => ({ status: 200 });
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scheme: string;

  constructor(tls?: ServerOptions) {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void this.#handle(request, response, Buffer.concat(chunks)));
    };
    this.#server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  /** Bodies of the requests that were answered with 2xx are those of the alerts that were taken. */
  readonly taken: string[] = [];

  async start(port = 0): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve));
    return this.url;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://localhost:${String(this.port)}/alerts`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const packed = request.headers['content-encoding'] === 'gzip';
    const received: ReceivedRequest = {
      headers: request.headers,
      method: request.method ?? '',
      path: request.url ?? '',
      body: (packed ? gunzipSync(bytes) : bytes).toString('latin1'),
      at: Date.now(),
    };
    const before = this.requests.length;
    this.requests.push(received);
    const answer = await this.answer(received, before);
    if (answer === 'silent') return;
    if (answer === 'reset') {
      (request.socket as Socket).resetAndDestroy();
      return;
    }
    if (answer === 'babble') {
      request.socket.end('220 mail.example.com ESMTP\r\n');
      return;
    }
    if (answer.status < 300) this.taken.push(received.body);
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body ?? '');
  }
}
