/** One POST request, with its end as a value: an answer, a silence, or an error. */
import type { Agent, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { errorCode, errorText } from './error-text.js';

/** Bytes of an answer's body that are kept. */
const MOST_BODY = 64 << 10;

export interface Post {
  readonly url: URL;
  /** `name:password`; undefined: nobody in particular. */
  readonly auth: string | undefined;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  readonly agent: Agent;
  /** Milliseconds for all of it. */
  readonly timeoutMs: number;
  /** Gives the request up. */
  readonly signal: AbortSignal;
}

export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly statusText: string;
      readonly retryAfter: string | undefined;
      /** At most 64 KB of it. */
      readonly body: Buffer;
    }
  | { readonly kind: 'timeout' }
  | {
      readonly kind: 'error';
      readonly code: string;
      readonly text: string;
      /** The connection had carried a request before: the server may have closed it in the meantime. */
      readonly reused: boolean;
    };

export function post({ url, auth, headers, body, agent, timeoutMs, signal }: Post): Promise<Outcome> {
  return new Promise(resolve => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const all = { ...headers, 'Content-Length': body.length };
    const request = send(url, {
      method: 'POST',
      headers: all,
      agent,
      signal,
      ...(auth !== undefined && { auth }),
    });
    const end = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    let answered = false;
    const timer = setTimeout(() => {
      // An answer whose body never ends is one all the same.
      if (!answered) end({ kind: 'timeout' });
      request.destroy();
    }, timeoutMs);
    request.on('response', response => {
      // A server may answer before it has read everything, and hang up: its answer counts.
      answered = true;
      readAnswer(response, end);
    });
    request.on('error', error => {
      if (answered) return;
      const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
      end({ kind: 'error', code: errorCode(error), text: errorText(first), reused: request.reusedSocket });
    });
    request.end(body);
  });
}

function readAnswer(response: IncomingMessage, end: (outcome: Outcome) => void): void {
  const chunks: Buffer[] = [];
  let kept = 0;
  const { statusCode = 0, statusMessage = '', headers } = response;
  response.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, MOST_BODY - kept);
    if (part.length > 0) chunks.push(part);
    kept += part.length;
  });
  // Also when it is cut off: the status is what counts.
  response.on('close', () =>
    end({
      kind: 'answer',
      status: statusCode,
      statusText: statusMessage,
      retryAfter: headers['retry-after'],
      body: Buffer.concat(chunks),
    }),
  );
}
