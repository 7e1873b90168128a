/** Small servers on unix sockets, for clients that have to bear with anything. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createNetServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Method } from '../../daemon/containers/runtimes/grpc.js';
import { decode, encode, type Draft } from '../../daemon/containers/runtimes/protobuf.js';

/** A path for a socket, in a folder of its own. */
export interface SocketPlace {
  readonly path: string;
  remove(): void;
}

export function socketPlace(): SocketPlace {
  const folder = mkdtempSync(join(tmpdir(), 'falco-socket-'));
  return { path: join(folder, 'socket'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface UnixServer {
  /** Connections that were made. */
  readonly connections: number;
  /** Ends the connections that are there; the server stays. */
  hangUp(): void;
  stop(): Promise<void>;
}

async function serve(server: Server, path: string): Promise<UnixServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', socket => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(done => server.listen(path, done));
  const hangUp = (): void => sockets.forEach(socket => socket.destroy());
  return {
    get connections() {
      return connections;
    },
    hangUp,
    async stop() {
      hangUp();
      await new Promise<void>(done => server.close(() => done()));
      if (existsSync(path)) rmSync(path);
    },
  };
}

/** Does with each connection what it wants. */
export function rawServer(path: string, onConnection: (socket: Socket) => void): Promise<UnixServer> {
  return serve(createNetServer(onConnection), path);
}

/** JSON by path; a function writes the answer itself. The query is not part of the path. */
export type Routes = Readonly<Record<string, unknown>>;

export function httpServer(path: string, routes: Routes): Promise<UnixServer> {
  const server = createHttpServer((request, answer) => {
    const [wanted = ''] = (request.url ?? '').split('?');
    const route = routes[decodeURIComponent(wanted)];
    if (typeof route === 'function') (route as (answer: ServerResponse) => void)(answer);
    else if (route === undefined) answer.writeHead(404).end('{"message":"not found"}');
    else answer.end(JSON.stringify(route));
  });
  return serve(server, path);
}

/** What a call is answered with; `undefined`: not found. */
interface GrpcRoute {
  readonly path: string;
  readonly answer: (
    request: Buffer,
    headers: Readonly<Record<string, unknown>>,
    stream: ServerHttp2Stream,
  ) => void;
}

function sendStatus(stream: ServerHttp2Stream, status: number): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(status) },
    { endStream: true },
  );
}

function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** A call with one answer; `undefined` is answered as not found. */
export function answers<Q, R>(
  method: Method<Q, R>,
  answer: (request: Q, headers: Readonly<Record<string, unknown>>) => Draft<R> | undefined,
): GrpcRoute {
  return {
    path: method.path,
    answer(body, headers, stream) {
      const request = decode(method.request, body);
      const value = request === null ? undefined : answer(request, headers);
      if (value === undefined) return sendStatus(stream, 5);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed(encode(method.answer, value)));
    },
  };
}

/** A call with a stream of answers; `open` gets what sends one. */
export function streams<Q, R>(
  method: Method<Q, R>,
  open: (send: (value: Draft<R>) => void) => void,
): GrpcRoute {
  return {
    path: method.path,
    answer(_body, _headers, stream) {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      open(value => {
        if (!stream.destroyed) stream.write(framed(encode(method.answer, value)));
      });
    },
  };
}

/** A call whose stream ends at once, with nothing in it and no error. */
export function ends<Q, R>({ path }: Method<Q, R>): GrpcRoute {
  return { path, answer: (_body, _headers, stream) => sendStatus(stream, 0) };
}

/** Calls that are not in the list are unimplemented. */
export function grpcServer(path: string, routes: readonly GrpcRoute[]): Promise<UnixServer> {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const route = routes.find(one => one.path === headers[':path']);
      if (route === undefined) sendStatus(stream, 12);
      else route.answer(Buffer.concat(pieces).subarray(5), headers, stream);
    });
  });
  server.on('sessionError', () => undefined);
  return serve(server as unknown as Server, path);
}
