/** Posts bodies to an endpoint, as they are or as no library would. */
import { Agent, request, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface PostOptions extends Omit<RequestOptions, 'port'> {
  /** Over TLS, with these files of a client. */
  readonly tls?: { readonly cert?: Buffer; readonly key?: Buffer };
}

export const AUDIT_PATH = '/k8s-audit';

/** A port of this host that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise(done => server.close(done));
  return port;
}

/** Posts a body as JSON; with `options`, anything else. */
export function post(port: number, body: string | Buffer, options: PostOptions = {}): Promise<Answer> {
  const { tls, ...more } = options;
  return new Promise((done, fail) => {
    const asked = {
      ...{ host: '127.0.0.1', port, path: AUDIT_PATH, method: 'POST', agent: false as const },
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      ...(tls === undefined ? {} : { rejectUnauthorized: false, ...tls }),
      ...more,
    };
    const sent = (tls === undefined ? request : tlsRequest)(asked, response => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
      );
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

/** One connection that is kept. */
export function keptConnection(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

/** What a server answers to bytes until it, or the time, ends the conversation. */
export function converse(port: number, pieces: readonly (string | Buffer)[], ms = 15_000): Promise<string> {
  return new Promise(done => {
    let got = '';
    const socket: Socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(piece);
    });
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      done(got);
    };
    const timer = setTimeout(finish, ms);
    socket.setEncoding('utf8').on('data', (text: string) => (got += text));
    socket.on('close', finish);
    // A peer that cuts us off is what some tests wait for.
    socket.on('error', finish);
  });
}
