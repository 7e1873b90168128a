/** The endpoint that Kubernetes API servers post audit events to (reference/falco/k8saudit.md 8.1, 8.2). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Added, AuditIntake } from './audit-intake.js';
import { BodyBuffer } from './body-buffer.js';

/** Which Falco the answers are those of: the web server of 0.29, or the plugin. */
export type EndpointStyle = 'webserver' | 'plugin';

export interface EndpointOptions {
  readonly style: EndpointStyle;
  readonly mostBodyBytes: number;
  /** Only callers with a certificate that the server has found good may post. */
  readonly needsCertificate: boolean;
  /** What the headers of a request add to its events; absent: nothing. */
  readonly readAdded?: ((headers: IncomingMessage['headersDistinct']) => Added) | null;
}

const JSON_TYPE = 'application/json';
/** What a refused caller may still send before its connection is cut; it is to read the answer first. */
const LINGER_BYTES = 1024 * 1024;
const LINGER_MS = 1_000;
const RETRY_S = '1';

interface Words {
  readonly type: string;
  readonly ok: string;
  readonly okType: string;
  readonly bad: string;
}

const WORDS: Readonly<Record<EndpointStyle, Words>> = {
  webserver: {
    type: 'Wrong Content Type',
    ok: '<html><body>Ok</body></html>',
    okType: 'text/html',
    bad: 'Bad Request',
  },
  plugin: { type: 'wrong Content Type', ok: '', okType: 'text/plain; charset=utf-8', bad: 'bad request' },
};

/** Something that keeps a request from being taken. */
interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly count: 'refused' | 'tooLarge' | 'busy' | 'limited';
  readonly headers?: Readonly<Record<string, string>>;
}

const BUSY: Refusal = {
  ...{ status: 503, count: 'busy', headers: { 'Retry-After': RETRY_S } },
  text: 'too many audit events are waiting; try again later',
};
const LIMITED: Refusal = {
  ...{ status: 429, count: 'limited', headers: { 'Retry-After': RETRY_S } },
  text: 'too many requests (k8s_audit.max_requests_per_second); try again later',
};

/** Answers one request, in its own time. */
export function takeAuditEvents(
  request: IncomingMessage,
  response: ServerResponse,
  intake: AuditIntake,
  options: EndpointOptions,
): void {
  response.on('error', () => undefined);
  const refusal = refusalOf(request, intake, options);
  if (refusal !== null) {
    refuse(request, response, intake, refusal);
    return;
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  receive(request, response, intake, options);
}

/** Why a request is not taken, as its head has it; null: it is. */
function refusalOf(request: IncomingMessage, intake: AuditIntake, options: EndpointOptions): Refusal | null {
  const { method = '', headers, socket } = request;
  const refused = (status: number, text: string, more?: Refusal['headers']): Refusal => ({
    ...{ status, text, count: 'refused' },
    ...(more === undefined ? {} : { headers: more }),
  });
  if (method !== 'POST') return refused(405, `${method} method not allowed`, { Allow: 'POST' });
  if (options.needsCertificate && !(socket as Partial<TLSSocket>).authorized)
    return refused(403, 'a client certificate of the authority in k8s_audit.client_ca is needed');
  if (!(headers['content-type'] ?? '').toLowerCase().includes(JSON_TYPE))
    return refused(400, WORDS[options.style].type);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return refused(415, 'Content-Encoding is not supported');
  if (Number(headers['content-length'] ?? 0) > options.mostBodyBytes) return tooLarge(options);
  return intake.admits() ? null : LIMITED;
}

function tooLarge({ style, mostBodyBytes }: EndpointOptions): Refusal {
  const text = `${WORDS[style].bad}: the body is larger than ${String(mostBodyBytes)} bytes`;
  return { status: 413, text, count: 'tooLarge' };
}

function crumbled({ style }: EndpointOptions): Refusal {
  return { status: 400, text: `${WORDS[style].bad}: the body comes in too small pieces`, count: 'refused' };
}

function receive(
  request: IncomingMessage,
  response: ServerResponse,
  intake: AuditIntake,
  options: EndpointOptions,
): void {
  const words = WORDS[options.style];
  const buffer = new BodyBuffer();
  let open = true;

  function close(): void {
    open = false;
    buffer.clear();
    request.off('data', onData);
    request.off('end', onEnd);
  }

  function refusalOfPiece({ length }: Buffer): Refusal | null {
    if (buffer.length + length > options.mostBodyBytes) return tooLarge(options);
    if (buffer.isCrumbled) return crumbled(options);
    return intake.claim(length) ? null : BUSY;
  }

  function onData(chunk: Buffer): void {
    const refusal = refusalOfPiece(chunk);
    if (refusal === null) {
      buffer.add(chunk);
      return;
    }
    intake.release(buffer.length);
    close();
    refuse(request, response, intake, refusal);
  }

  function onEnd(): void {
    const body = buffer.bytes();
    close();
    // From here on it is we who are slow.
    request.socket.setTimeout(0);
    void intake.submit(body, options.readAdded?.(request.headersDistinct) ?? null).then(
      judgement => {
        if (judgement.ok) send(response, 200, words.ok, { 'Content-Type': words.okType });
        else if (judgement.later === true) send(response, BUSY.status, judgement.message, BUSY.headers);
        else send(response, 400, `${words.bad}: ${judgement.message}`);
      },
      () => send(response, 500, 'internal error'),
    );
  }

  request.on('data', onData);
  request.on('end', onEnd);
  request.on('close', () => {
    if (!open) return;
    intake.counts.aborted++;
    intake.release(buffer.length);
    close();
  });
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  intake: AuditIntake,
  { status, text, count, headers }: Refusal,
): void {
  intake.counts[count]++;
  intake.complain(`${String(status)} ${text}`);
  send(response, status, text, headers);
  linger(request);
}

/** Reads on, so that the caller sees the answer, but not for long: a body may be without end. */
function linger(request: IncomingMessage): void {
  if (request.complete) return;
  const { socket } = request;
  let left = LINGER_BYTES;
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
  request.on('close', () => clearTimeout(cut));
  request.on('end', () => clearTimeout(cut));
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(text);
}
