/**
 * gRPC over a unix socket: calls with one answer, and calls with a stream of them. HTTP/2 is Node's own; what gRPC adds
 * are a path, a length in front of each message and a status behind the last one. It is loaded when the first runtime is
 * there to be asked: it costs 5 MB.
 */
import type * as Http2 from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { createConnection } from 'node:net';
import { connectionProblem, ENDED, failed, ok, type Answer } from './answer.js';
import { MEGABYTE, type Limits } from './patience.js';
import { decode, encode, type Draft, type MessageType } from './protobuf.js';

/** One call of a service: `/package.Service/Method`, and what goes there and comes back. */
export interface Method<Q, R> {
  readonly path: string;
  readonly request: MessageType<Q>;
  readonly answer: MessageType<R>;
}

/** Headers of a call besides gRPC's own, such as the namespace for containerd. */
export type CallHeaders = Readonly<Record<string, string>>;

export interface GrpcSocket {
  call<Q, R>(
    method: Method<Q, R>,
    request: Draft<Q>,
    limits: Limits,
    signal: AbortSignal,
    headers?: CallHeaders,
  ): Promise<Answer<R>>;
  /**
   * Hands on each message of a stream until it ends, `signal` is aborted or `time` (milliseconds; default: any) is over,
   * or `onMessage` gives a reason to end it; then says why it ended.
   */
  follow<Q, R>(
    method: Method<Q, R>,
    request: Draft<Q>,
    onMessage: (message: R) => string | undefined,
    signal: AbortSignal,
    options?: { readonly headers?: CallHeaders; readonly time?: number },
  ): Promise<Answer<never>>;
  close(): void;
}

/** Compressed flag and length. */
const FRAME_HEAD = 5;
const NOT_FOUND = '5';
const UNIMPLEMENTED = '12';
const OK = '0';
/** Longest event. */
const MOST_EVENT = MEGABYTE;

interface Call {
  readonly path: string;
  readonly body: Buffer;
  readonly headers: CallHeaders;
  /** Longest message, in bytes. */
  readonly size: number;
  readonly time: number | undefined;
}

export function openGrpcSocket(socketPath: string): GrpcSocket {
  /** The connection; made when the next call needs one. */
  let session: ClientHttp2Session | null = null;
  let problem = '';
  let closed = false;
  /** Connections on which the peer has spoken HTTP/2. */
  const greeted = new WeakSet<object>();

  const connected = ({ connect }: typeof Http2): ClientHttp2Session => {
    if (session !== null && !session.closed && !session.destroyed) return session;
    problem = '';
    const made = connect('http://localhost', {
      createConnection: () => createConnection({ path: socketPath }),
      // Answers come in pieces of this size before the peer waits for more to be taken.
      settings: { enablePush: false, initialWindowSize: MEGABYTE },
    });
    made.on('remoteSettings', () => greeted.add(made));
    made.on('error', error => (problem = http2Problem(error)));
    made.on('close', () => {
      if (session === made) session = null;
    });
    session = made;
    return made;
  };

  /** Opens the stream of one call, with its request sent. */
  const open = (http2: typeof Http2, call: Call, signal: AbortSignal): ClientHttp2Stream => {
    const headers = {
      ':method': 'POST',
      ':path': call.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'falco',
      ...call.headers,
    };
    const stream = connected(http2).request(headers, { signal });
    stream.end(framed(call.body));
    return stream;
  };

  /** Runs one call to its end; `onMessage` gives a reason to end it early. */
  const run = async (
    call: Call,
    onMessage: (content: Buffer) => string | undefined,
    signal: AbortSignal,
  ): Promise<Answer<null>> => {
    const http2 = await import('node:http2');
    if (closed || signal.aborted) return failed('not waited for any longer');
    return new Promise(settle => {
      let stream: ClientHttp2Stream;
      try {
        stream = open(http2, call, signal);
      } catch (error) {
        // A header that cannot be sent, or a connection that has just ended.
        return settle(failed((error as Error).message));
      }
      let status: Answer<null> | null = null;
      let timer: NodeJS.Timeout | undefined;
      const end = (answer: Answer<null>): void => {
        clearTimeout(timer);
        settle(answer);
        if (!stream.closed) stream.close(http2.constants.NGHTTP2_CANCEL);
      };
      const { time } = call;
      if (time !== undefined) {
        const { session: used } = stream;
        timer = setTimeout(() => {
          end(failed(`no answer in ${time / 1000} s`));
          // A peer that has not even said hello will not do so later.
          if (used !== undefined && !greeted.has(used)) used.destroy();
        }, time);
      }
      const look = (received: IncomingHttpHeaders): void => {
        const code = received['grpc-status'];
        if (code !== undefined) status = statusAnswer(String(code), String(received['grpc-message'] ?? ''));
      };
      stream.on('response', received => {
        if (received[':status'] === 200) look(received);
        else end(failed(`status ${received[':status']}`));
      });
      stream.on('trailers', look);
      stream.on(
        'data',
        frameReader(call.size, onMessage, reason => end(failed(reason))),
      );
      stream.on('error', error => end(failed(problem || http2Problem(error))));
      stream.on('close', () => end(status ?? failed(problem || 'connection closed')));
    });
  };

  return {
    async call(method, request, limits, signal, headers = {}) {
      let content: Buffer | null = null;
      const body = encode(method.request, request);
      const end = await run(
        { path: method.path, body, headers, ...limits },
        message => {
          content = message;
          return undefined;
        },
        signal,
      );
      if (end.kind !== 'ok') return end;
      const value = content === null ? null : decode(method.answer, content);
      return value === null ? failed('an answer that is no message') : ok(value);
    },

    async follow(method, request, onMessage, signal, { headers = {}, time } = {}) {
      const body = encode(method.request, request);
      const end = await run(
        { path: method.path, body, headers, size: MOST_EVENT, time },
        content => {
          const value = decode(method.answer, content);
          return value === null ? 'an event that is no message' : onMessage(value);
        },
        signal,
      );
      return end.kind === 'ok' ? ENDED : end;
    },

    close() {
      closed = true;
      session?.destroy();
    },
  };
}

function framed(body: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Takes pieces of a stream, and hands on each message; `end` when one is impossible or longer than `most` bytes. */
function frameReader(
  most: number,
  onMessage: (content: Buffer) => string | undefined,
  end: (reason: string) => void,
): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  let wanted = FRAME_HEAD;
  let over = false;
  const stop = (reason: string): void => {
    over = true;
    pieces = [];
    end(reason);
  };
  return chunk => {
    if (over) return;
    pieces.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    let content = pieces.length === 1 ? chunk : Buffer.concat(pieces);
    for (;;) {
      wanted = FRAME_HEAD;
      if (content.length < wanted) break;
      if (content[0] !== 0) return stop('a compressed answer, which was not asked for');
      const length = content.readUInt32BE(1);
      if (length > most) return stop(`an answer of more than ${most / MEGABYTE} MB`);
      wanted += length;
      if (content.length < wanted) break;
      const reason = onMessage(content.subarray(FRAME_HEAD, wanted));
      if (reason !== undefined) return stop(reason);

      content = content.subarray(wanted);
    }
    pieces = [content];
    size = content.length;
  };
}

function statusAnswer(status: string, message = ''): Answer<null> {
  if (status === OK) return ok(null);
  if (status === NOT_FOUND) return { kind: 'unknown' };
  if (status === UNIMPLEMENTED) return { kind: 'unsupported' };
  return failed(`status ${status}${message === '' ? '' : ` (${message})`}`);
}

function http2Problem(error: NodeJS.ErrnoException): string {
  // A question that waits for a connection hears of it first that it was cancelled.
  if (error.code === 'ERR_HTTP2_STREAM_CANCEL' && error.cause instanceof Error)
    return http2Problem(error.cause);
  if (error.code === 'ERR_HTTP2_ERROR' || error.code === 'ERR_HTTP2_SESSION_ERROR')
    return 'an answer that is not HTTP/2';
  return connectionProblem(error);
}
