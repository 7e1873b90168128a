/**
 * POST requests, one after the other over one connection: each alert in one of its own, or as many as wait together in
 * lines (batch_size). What the answer means is one table in `judge`: taken, refused for good, or to be tried again.
 *
 * A request whose answer is lost is sent again: the receiver may see it twice.
 */
import { Agent, type OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { post, type Outcome } from './http-request.js';
import { retryAfterMs } from './retry-after.js';
import type { Attempt, Target, Waits } from './target.js';
import { readTls, type TlsFiles } from './tls-files.js';

export interface HttpOptions extends TlsFiles {
  readonly url: string;
  readonly user_agent: string;
  readonly compress_uploads: boolean;
  readonly keep_alive: boolean;
  readonly max_consecutive_timeouts: number;
  readonly batch_size: number;
  /** Messages are JSON objects. */
  readonly json: boolean;
  readonly timeoutMs: number;
  /** Takes the body of an answer; undefined: nobody wants it. */
  readonly echo?: ((body: Buffer) => void) | undefined;
  /** Messages are kept for as long as it takes, whatever max_consecutive_timeouts says. */
  readonly keeps: boolean;
}

const compress = promisify(gzip);
const NEWLINE = Buffer.from('\n');
const IDLE_PROBE_MS = 60_000;
/** Answers that may be due to one message of several: the others are tried without it. */
const ONE_IS_BAD = new Set([400, 413, 422]);
/** Errors of the network; after others, certificates and keys are read anew. */
const NETWORK = /^E(?!RR_|PROTO$)[A-Z0-9_]+$/;
/** Errors of the parser of answers. */
const NO_HTTP = /^HPE_/;
/** What no header can have: control characters but tabs. */
const NO_HEADER = /[^\t -~\x80-\uffff]/;

export class HttpTarget implements Target {
  readonly name = 'http';
  readonly cut = 0;
  readonly retry: Waits = { first: 250, last: 30_000 };
  readonly most: number;
  readonly #options: HttpOptions;
  readonly #url: URL | null;
  readonly #auth: string | undefined;
  readonly #shownUrl: string;
  readonly #closing = new AbortController();
  #agent: Agent | null = null;
  #stale = false;
  /** Messages in the next request. */
  #batch: number;
  /** Requests in a row that had no answer, or none that makes sense. */
  #unheardOf = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#url = parseUrl(options.url);
    // Without name and password.
    this.#shownUrl =
      this.#url === null
        ? options.url.replace(/^([a-z][a-z\d+.-]*:\/+)?.*@/is, '$1')
        : `${this.#url.origin}${this.#url.pathname}`;
    this.#auth = this.#url === null ? undefined : takeAuth(this.#url);
    this.#batch = this.most = options.batch_size;
  }

  async offer(messages: readonly Buffer[]): Promise<Attempt> {
    if (this.#url === null)
      return { taken: 0, state: 'down', reason: `'${this.#shownUrl}' is no http or https address` };
    if (NO_HEADER.test(this.#options.user_agent))
      return { taken: 0, state: 'down', reason: 'http_output.user_agent has control characters' };
    if (this.#stale) this.#disconnect();
    const agent = this.#agent ?? this.#connect(this.#url);
    if (typeof agent === 'string') return { taken: 0, state: 'down', reason: agent };
    this.#agent = agent;
    const count = Math.min(messages.length, this.#batch);
    const outcome = await post({
      url: this.#url,
      auth: this.#auth,
      headers: this.#headers(),
      body: await this.#body(messages.slice(0, count)),
      agent,
      timeoutMs: this.#options.timeoutMs,
      signal: this.#closing.signal,
    });
    return this.#judge(outcome, count);
  }

  /** Certificates and keys are read anew, over a new connection, for the next request; one that is under way ends. */
  reopen(): void {
    this.#stale = true;
  }

  close(): void {
    this.#closing.abort();
    this.#disconnect();
  }

  #connect(url: URL): Agent | string {
    const { keep_alive, insecure } = this.#options;
    const common = { keepAlive: true, maxSockets: 1, keepAliveMsecs: IDLE_PROBE_MS };
    let agent: Agent;
    if (url.protocol === 'https:') {
      const tls = readTls(this.#options);
      if (!tls.ok) return tls.message;
      agent = new TlsAgent({ ...common, secureContext: tls.context, rejectUnauthorized: !insecure });
    } else {
      agent = new Agent(common);
    }
    // The connection is kept in any case, as libcurl does; the key is about probing it while it is idle.
    if (!keep_alive) {
      Object.assign(agent, {
        keepSocketAlive(socket: { unref(): void }): boolean {
          socket.unref();
          return true;
        },
      });
    }
    return agent;
  }

  #disconnect(): void {
    this.#agent?.destroy();
    this.#agent = null;
    this.#stale = false;
  }

  #headers(): OutgoingHttpHeaders {
    const { json, user_agent, compress_uploads, batch_size } = this.#options;
    const type = !json ? 'text/plain' : batch_size > 1 ? 'application/x-ndjson' : 'application/json';
    // Node writes headers in Latin-1: these characters are the bytes of UTF-8.
    const agent = Buffer.from(user_agent).toString('latin1');
    const headers: OutgoingHttpHeaders = { 'Content-Type': type, 'User-Agent': agent };
    return compress_uploads ? { ...headers, 'Content-Encoding': 'gzip' } : headers;
  }

  async #body(messages: readonly Buffer[]): Promise<Buffer> {
    const { batch_size, compress_uploads } = this.#options;
    const plain =
      batch_size > 1 ? Buffer.concat(messages.flatMap(message => [message, NEWLINE])) : messages[0]!;
    return compress_uploads ? compress(plain) : plain;
  }

  #judge(outcome: Outcome, count: number): Attempt {
    switch (outcome.kind) {
      case 'timeout':
        return this.#unheard(count, `gave no answer within ${String(this.#options.timeoutMs)} ms`);
      case 'error':
        if (NO_HTTP.test(outcome.code))
          return this.#unheard(count, `gave an answer that is no HTTP (${outcome.text})`);
        this.#unheardOf = 0;
        return this.#broken(outcome);
      case 'answer':
        this.#unheardOf = 0;
        if (outcome.body.length > 0) this.#options.echo?.(outcome.body);
        return this.#answered(outcome, count);
    }
  }

  #answered({ status, statusText, retryAfter }: Outcome & { kind: 'answer' }, count: number): Attempt {
    if (status >= 200 && status < 300) {
      this.#batch = Math.min(this.#options.batch_size, this.#batch * 2);
      return { taken: count, state: 'ready' };
    }
    const reason = `${this.#shownUrl} answered ${String(status)} ${statusText}`.trimEnd();
    if (status === 429 || status >= 500) {
      const waitMs = status === 429 || status === 503 ? retryAfterMs(retryAfter, Date.now()) : undefined;
      return { taken: 0, state: 'down', reason, ...(waitMs !== undefined && { waitMs }) };
    }
    if (count > 1 && ONE_IS_BAD.has(status)) {
      this.#batch = count >> 1;
      return { taken: 0, state: 'ready' };
    }
    return { taken: count, failed: count, state: 'ready', reason };
  }

  /** The request arrived, and what became of it is not known: it is not repeated for ever. */
  #unheard(count: number, what: string): Attempt {
    const { max_consecutive_timeouts, keeps } = this.#options;
    this.#unheardOf++;
    const reason = `${this.#shownUrl} ${what}`;
    if (keeps || this.#unheardOf <= max_consecutive_timeouts) return { taken: 0, state: 'down', reason };
    const times = String(this.#unheardOf);
    this.#unheardOf = 0;
    return { taken: count, failed: count, state: 'ready', reason: `${reason}, ${times} times in a row` };
  }

  #broken({ code, text, reused }: Outcome & { kind: 'error' }): Attempt {
    // It was closed while idle: nothing is wrong with the server.
    if (reused && (code === 'ECONNRESET' || code === 'EPIPE')) return { taken: 0, state: 'busy' };
    if (!NETWORK.test(code)) this.#disconnect();
    return { taken: 0, state: 'down', reason: `cannot reach ${this.#shownUrl}: ${text}` };
  }
}

/** Quotes around it are taken off, as Falco does; without a scheme it is http, as for libcurl. */
function parseUrl(text: string): URL | null {
  const bare = text.trim().replace(/^(['"])(.*)\1$/, '$2');
  // Too few slashes are a slip of https, and no host of that name that is spoken to in clear text.
  const full = /^(?:https?:|[a-z][a-z\d+.-]*:\/\/)/i.test(bare) ? bare : `http://${bare}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** Takes name and password out of an address. A `%` that encodes nothing stands for itself, as in libcurl. */
function takeAuth(url: URL): string | undefined {
  const { username, password } = url;
  url.username = url.password = '';
  return username + password === '' ? undefined : `${decoded(username)}:${decoded(password)}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
