/** What is answered at which path. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { takeAuditEvents, type EndpointOptions } from './audit-endpoint.js';
import type { AuditIntake } from './audit-intake.js';

export interface Answers {
  /** Words for why events are not watched; null: they are. */
  trouble(): string | null;
  /** Body of /versions. */
  versions(): string;
  /** Body of /metrics; null: there are none, or not yet. */
  metrics(): Promise<string | null>;
}

/** Where audit events are taken. */
export interface AuditRoute {
  readonly path: string;
  readonly intake: AuditIntake;
  readonly options: EndpointOptions;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = 'application/json';
const METRICS_TYPE = 'text/plain; version=0.0.4';
const NOT_FOUND: Reply = { status: 404, type: 'text/plain', body: 'not found\n' };

/** @param healthPath webserver.k8s_healthz_endpoint */
export function requestListener(
  healthPath: string,
  answers: Answers,
  audit: AuditRoute | null,
): RequestListener {
  return (request, response) => {
    if (audit !== null && (request.url ?? '').split('?', 1)[0] === audit.path) {
      takeAuditEvents(request, response, audit.intake, audit.options);
      return;
    }
    // What a caller sends behind the head is of no interest to anybody.
    request.resume();
    response.on('error', () => undefined);
    void reply(request, healthPath, answers).then(
      answer => send(request, response, answer),
      () => send(request, response, { status: 500, type: 'text/plain', body: 'internal error\n' }),
    );
  };
}

async function reply(request: IncomingMessage, healthPath: string, answers: Answers): Promise<Reply> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return NOT_FOUND;
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === healthPath) return health(answers.trouble());
  if (path === '/versions') return { status: 200, type: JSON_TYPE, body: answers.versions() };
  if (path !== '/metrics') return NOT_FOUND;
  const body = await answers.metrics();
  return body === null ? NOT_FOUND : { status: 200, type: METRICS_TYPE, body };
}

/** The body of a healthy daemon is Falco's to the byte. */
function health(trouble: string | null): Reply {
  return trouble === null
    ? { status: 200, type: JSON_TYPE, body: '{"status": "ok"}' }
    : {
        status: 503,
        type: JSON_TYPE,
        body: `{"status": "unhealthy", "reason": ${JSON.stringify(trouble)}}`,
      };
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Reply): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
