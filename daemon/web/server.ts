/**
 * The web server: health, versions, metrics (reference/falco/outputs.md 6.7), and audit events of Kubernetes. In: where
 * to listen, and functions that answer. Out: nothing but answers; it changes nothing of the daemon. Runs on the main
 * thread, which never waits, and is imported by cli; knows configuration only.
 *
 * routes.ts what is answered · listen.ts and connections.ts what callers may do · certificate.ts TLS ·
 * audit-endpoint.ts, body-buffer.ts and audit-intake.ts bodies with audit events
 */
import type { Config } from '../config/config.js';
import { takeAuditEvents, type EndpointOptions } from './audit-endpoint.js';
import type { AuditIntake } from './audit-intake.js';
import { listenHttp, type Listening, type ListenResult } from './listen.js';
import { requestListener, type Answers, type AuditRoute } from './routes.js';

export type WebServer = Listening;
export type WebStart = ListenResult;

/** Listens as `config` says. @param audit what is served under webserver.k8s_audit_endpoint; null: nothing */
export async function startWebServer(
  config: Config['webserver'],
  answers: Answers,
  audit: AuditRoute | null = null,
  clientCa = '',
): Promise<WebStart> {
  const { listen_address: address, listen_port: port, ssl_enabled: tls, ssl_certificate: path } = config;
  if (port > 65_535) return { ok: false, message: `webserver.listen_port ${String(port)} is above 65535` };
  return listenHttp(
    {
      ...{ address, port, addressKey: 'webserver.listen_address', portKey: 'webserver.listen_port' },
      tls: tls ? { name: 'webserver.ssl_certificate', path, clientCa } : null,
    },
    requestListener(config.k8s_healthz_endpoint, answers, audit),
  );
}

/** Where the plugin k8saudit listens. */
export interface AuditServerOptions {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  readonly certificate: string;
  readonly clientCa: string;
  readonly mostBodyBytes: number;
  readonly readAdded?: EndpointOptions['readAdded'];
}

/** Listens for audit events, and nothing else. */
export function startAuditServer(options: AuditServerOptions, intake: AuditIntake): Promise<WebStart> {
  const { address, port, path, tls, certificate, clientCa, mostBodyBytes, readAdded = null } = options;
  const key = 'open_params of the plugin k8saudit';
  const needsCertificate = clientCa !== '';
  const endpoint = { style: 'plugin', mostBodyBytes, needsCertificate, readAdded } as const;
  return listenHttp(
    {
      ...{ address, port, addressKey: key, portKey: key },
      tls: tls ? { name: 'sslCertificate of the plugin k8saudit', path: certificate, clientCa } : null,
    },
    (request, response) => {
      const asked = (request.url ?? '').split('?', 1)[0]!;
      // As the plugin's: a path that ends in a slash stands for all below it.
      if (asked === path || (path.endsWith('/') && asked.startsWith(path))) {
        takeAuditEvents(request, response, intake, endpoint);
        return;
      }
      request.resume();
      response.on('error', () => undefined);
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('404 page not found\n');
    },
  );
}
