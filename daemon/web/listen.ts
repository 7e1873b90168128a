/** An HTTP server that no caller can hold up: limits of time and size, and as many callers as there is room for. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import { readCertificate, type CertificateFiles } from './certificate.js';
import { boundConnections } from './connections.js';

/** Bytes of a request's head; 431 beyond. */
const MOST_HEADER_BYTES = 8 * 1024;
/** A caller that is slower than this is cut off: for its head, for all of its request, while it says nothing. */
const HEAD_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 20_000;
/** Between two looks at who is too slow. */
const LOOK_MS = 1_000;
const GRACE_MS = 1_000;
/** Requests on one connection. */
const MOST_REQUESTS = 1_000;

export interface Listening {
  /** Takes over the certificates as they are in their files now. @returns words for why it cannot */
  renewCertificate(): string | undefined;
  /**
   * Listens no longer from this call on. Who waits for an answer gets it, but waits no longer than so many milliseconds:
   * without it, the caller would send again what has been taken already.
   */
  close(graceMs?: number): Promise<void>;
}

export type ListenResult =
  | { readonly ok: true; readonly server: Listening; readonly listening: string }
  /** One line for the operator, naming the key that is wrong. */
  | { readonly ok: false; readonly message: string };

export interface ListenOptions {
  /** Empty: all addresses. */
  readonly address: string;
  readonly port: number;
  /** Keys of the configuration that address and port come from. */
  readonly addressKey: string;
  readonly portKey: string;
  /** null: no TLS. */
  readonly tls: CertificateFiles | null;
}

export async function listenHttp(
  { address, port, addressKey, portKey, tls }: ListenOptions,
  listener: RequestListener,
): Promise<ListenResult> {
  let secure: TlsServer | undefined;
  let server: Server;
  if (tls !== null) {
    const certificate = readCertificate(tls);
    if (!certificate.ok) return { ok: false, message: certificate.message };
    // Who has no certificate is told so by an answer, where that matters.
    const asking = tls.clientCa === '' ? {} : { requestCert: true, rejectUnauthorized: false };
    server = secure = createTlsServer({ ...limits(), ...certificate.options, ...asking }, listener);
  } else {
    server = createServer(limits(), listener);
  }
  server.keepAliveTimeout = IDLE_TIMEOUT_MS;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  const sockets = boundConnections(server, secure === undefined ? 'connection' : 'secureConnection');
  // Whoever asks before it sends a body gets its answer before that.
  server.on('checkContinue', listener);
  const place = `${isIPv6(address) ? `[${address}]` : address}:${String(port)}`;
  const problem = await listen(server, address, port);
  if (problem !== undefined) {
    const why = REFUSALS[problem.code ?? ''];
    const text =
      why === undefined ? problem.message : `${why[0]} (${why[1] === 'port' ? portKey : addressKey})`;
    return { ok: false, message: `cannot listen on ${place}: ${text}` };
  }
  return {
    ok: true,
    listening: `${place}${tls === null ? '' : ' (SSL)'}`,
    server: {
      renewCertificate() {
        if (secure === undefined || tls === null) return undefined;
        const certificate = readCertificate(tls);
        if (!certificate.ok) return certificate.message;
        secure.setSecureContext(certificate.options);
        return undefined;
      },
      async close(graceMs = GRACE_MS) {
        const closed = new Promise(resolve => server.close(resolve));
        sockets.retire();
        const timer = setTimeout(() => sockets.destroy(), graceMs);
        await closed;
        clearTimeout(timer);
      },
    },
  };
}

function limits() {
  return {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handshakeTimeout: HEAD_TIMEOUT_MS,
    connectionsCheckingInterval: LOOK_MS,
    noDelay: true,
  };
}

/** @returns why it cannot listen there; undefined when it does */
function listen(server: Server, address: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise(resolve => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error));
    server.listen({ ...(address === '' ? {} : { host: address }), port }, () => {
      server.removeAllListeners('error');
      // What goes wrong with one caller later on is that caller's.
      server.on('error', () => undefined);
      resolve(undefined);
    });
  });
}

const REFUSALS: Readonly<Record<string, readonly [why: string, key: 'port' | 'address']>> = {
  EADDRINUSE: ['the port is in use already', 'port'],
  EACCES: ['not permitted', 'port'],
  EADDRNOTAVAIL: ['this host does not have the address', 'address'],
  EAFNOSUPPORT: ['this host does not support the kind of address', 'address'],
};
