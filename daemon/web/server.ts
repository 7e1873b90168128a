/**
 * The web server: health, versions, metrics (reference/falco/outputs.md 6.7). In: where to listen, and functions that
 * answer. Out: nothing but answers; it changes nothing of the daemon. Runs on the main thread, which never waits, and is
 * imported by cli; knows configuration only.
 *
 * routes.ts what is answered · connections.ts how many callers there may be · certificate.ts TLS
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.js';
import { readCertificate } from './certificate.js';
import { boundConnections } from './connections.js';
import { requestListener, type Answers } from './routes.js';

/** Bytes of a request's head; 431 beyond. */
const MOST_HEADER_BYTES = 8 * 1024;
/** A caller that is slower than this is cut off: for its head, for all of its request, while it says nothing. */
const HEAD_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 20_000;
/** Between two looks at who is too slow. */
const LOOK_MS = 1_000;
/** Requests on one connection. */
const MOST_REQUESTS = 1_000;

export interface WebServer {
  /** Takes over the certificate as it is in its file now. @returns words for why it cannot */
  renewCertificate(): string | undefined;
  close(): Promise<void>;
}

export type WebStart =
  | { readonly ok: true; readonly server: WebServer; readonly listening: string }
  /** One line for the operator, naming the key that is wrong. */
  | { readonly ok: false; readonly message: string };

/** Listens as `config` says. */
export async function startWebServer(config: Config['webserver'], answers: Answers): Promise<WebStart> {
  const { listen_address: address, listen_port: port, ssl_enabled: tls, ssl_certificate: path } = config;
  if (port > 65_535) return { ok: false, message: `webserver.listen_port ${String(port)} is above 65535` };
  const listener = requestListener(config.k8s_healthz_endpoint, answers);
  let secure: TlsServer | undefined;
  let server: Server;
  if (tls) {
    const certificate = readCertificate(path);
    if (!certificate.ok) return { ok: false, message: certificate.message };
    server = secure = createTlsServer({ ...limits(), ...certificate.options }, listener);
  } else {
    server = plainServer(listener);
  }
  server.keepAliveTimeout = IDLE_TIMEOUT_MS;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  server.setTimeout(IDLE_TIMEOUT_MS);
  const sockets = boundConnections(server, secure === undefined ? 'connection' : 'secureConnection');
  const problem = await listen(server, address, port);
  if (problem !== undefined) return { ok: false, message: problem };
  return {
    ok: true,
    listening: `${isIPv6(address) ? `[${address}]` : address}:${String(port)}${tls ? ' (SSL)' : ''}`,
    server: {
      renewCertificate() {
        if (secure === undefined) return undefined;
        const certificate = readCertificate(path);
        if (!certificate.ok) return certificate.message;
        secure.setSecureContext(certificate.options);
        return undefined;
      },
      close: () =>
        new Promise(resolve => {
          server.close(() => resolve());
          sockets.destroy();
        }),
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

function plainServer(listener: RequestListener): Server {
  return createServer(limits(), listener);
}

/** @returns words for why it cannot listen there; undefined when it does */
function listen(server: Server, address: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(refusal(error, address, port)));
    server.listen({ host: address, port }, () => {
      server.removeAllListeners('error');
      // What goes wrong with one caller later on is that caller's.
      server.on('error', () => undefined);
      resolve(undefined);
    });
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use already (webserver.listen_port)',
  EACCES: 'not permitted (webserver.listen_port)',
  EADDRNOTAVAIL: 'this host does not have the address (webserver.listen_address)',
  EAFNOSUPPORT: 'this host does not support the kind of address (webserver.listen_address)',
};

function refusal({ code = '', message }: NodeJS.ErrnoException, address: string, port: number): string {
  const place = `${isIPv6(address) ? `[${address}]` : address}:${String(port)}`;
  return `cannot listen on ${place}: ${REFUSALS[code] ?? message}`;
}
