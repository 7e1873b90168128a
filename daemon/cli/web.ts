/** The web servers of a running daemon: started, and started anew when a reload says something else of them. */
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.js';
import type { Log } from '../log/log.js';
import type { AuditSettings } from '../engine/audit-settings.js';
import type { CustomFieldsResult } from '../sources/audit/custom-fields.js';
import type { AuditIntake, IntakeLimits } from '../web/audit-intake.js';
import type { Answers, AuditRoute } from '../web/routes.js';
import type { WebServer } from '../web/server.js';

/** What audit events are taken with. */
export interface AuditParts {
  readonly settings: AuditSettings;
  readonly intake: AuditIntake;
}

export class Web {
  readonly #answers: Answers;
  readonly #log: Log;
  /** null: audit events are not taken. */
  readonly #audit: AuditParts | null;
  #server: WebServer | null = null;
  #auditServer: WebServer | null = null;
  #config: Config['webserver'] | null = null;
  #clientCa = '';
  #auditCa = '';
  /** Servers that a reload has replaced, which answer who waits there still. */
  readonly #retired = new Set<WebServer>();

  constructor(answers: Answers, log: Log, audit: AuditParts | null = null) {
    this.#answers = answers;
    this.#log = log;
    this.#audit = audit;
  }

  /** Listens where the plugin k8saudit is told to. @returns words for why it cannot */
  async startAudit({ k8s_audit }: Pick<Config, 'k8s_audit'>): Promise<string | undefined> {
    const plugin = this.#audit?.settings.plugin;
    if (this.#audit === null || plugin?.kind !== 'server') return undefined;
    const { settings, intake } = this.#audit;
    const { startAuditServer } = await import('../web/server.js');
    this.#auditCa = k8s_audit.client_ca;
    const { certificate, mostBodyBytes, customHeaders } = settings;
    const added = await customFieldsOf(customHeaders);
    if (!added.ok) return added.message;
    const { read: readAdded } = added;
    const options = { ...plugin, certificate, mostBodyBytes, clientCa: k8s_audit.client_ca, readAdded };
    const started = await startAuditServer(options, intake);
    if (!started.ok) return started.message;
    this.#auditServer = started.server;
    this.#log('info', `Listening for Kubernetes audit events on ${started.listening}, path ${plugin.path}`);
    return undefined;
  }

  #route({ k8s_audit_endpoint: path }: Config['webserver'], clientCa: string): AuditRoute | null {
    if (this.#audit === null || path === '') return null;
    const { settings, intake } = this.#audit;
    const { mostEndpointBytes: mostBodyBytes } = settings;
    return {
      path,
      intake,
      options: { style: 'webserver', mostBodyBytes, needsCertificate: clientCa !== '' },
    };
  }

  /** Listens as the configuration says. @returns words for why it cannot */
  async start({
    webserver,
    k8s_audit,
  }: Pick<Config, 'webserver' | 'k8s_audit'>): Promise<string | undefined> {
    this.#config = webserver;
    this.#clientCa = k8s_audit.client_ca;
    if (!webserver.enabled) return undefined;
    // Loaded only where it is wanted: it takes some megabytes.
    const { startWebServer } = await import('../web/server.js');
    const route = this.#route(webserver, k8s_audit.client_ca);
    const started = await startWebServer(
      webserver,
      this.#answers,
      route,
      route === null ? '' : this.#clientCa,
    );
    if (!started.ok) return started.message;
    this.#server = started.server;
    const threads = webserver.threadiness === 0 ? availableParallelism() : webserver.threadiness;
    this.#log(
      'info',
      `Starting health webserver with threadiness ${String(threads)}, listening on ${started.listening}`,
    );
    return undefined;
  }

  /** What a reload changes. When the new place cannot be had, there is no web server, and the log says so. */
  async apply(config: Config): Promise<void> {
    this.#audit?.intake.configure(intakeLimits(config));
    await this.#applyAudit(config);
    const same =
      isDeepStrictEqual(config.webserver, this.#config) && config.k8s_audit.client_ca === this.#clientCa;
    // One that could not listen is tried again.
    if (same && (this.#server !== null || !config.webserver.enabled)) {
      this.#renew(this.#server);
      return;
    }
    this.#retire(this.#server);
    this.#server = null;
    const problem = await this.start(config);
    if (problem !== undefined) this.#log('error', `There is no web server: ${problem}`);
  }

  async close(): Promise<void> {
    const servers = [this.#auditServer, this.#server, ...this.#retired];
    this.#auditServer = this.#server = null;
    await Promise.all(servers.map(server => server?.close()));
  }

  /** Another authority for clients makes the server anew; else it goes on, with its certificates as they are now. */
  async #applyAudit(config: Config): Promise<void> {
    if (this.#auditServer === null || config.k8s_audit.client_ca === this.#auditCa) {
      this.#renew(this.#auditServer);
      return;
    }
    const server = this.#auditServer;
    this.#auditServer = null;
    this.#retire(server);
    const problem = await this.startAudit(config);
    if (problem !== undefined) this.#log('error', `Audit events are not listened for: ${problem}`);
  }

  #renew(server: WebServer | null): void {
    const problem = server?.renewCertificate();
    if (problem !== undefined) this.#log('error', `${problem}; the certificate before stays`);
  }

  /** Its place is free for another server from now on. */
  #retire(server: WebServer | null): void {
    if (server === null) return;
    this.#retired.add(server);
    void server.close(ANSWER_MS).finally(() => this.#retired.delete(server));
  }
}

/** A reader of what headers add to events; null: nothing. */
export async function customFieldsOf(
  headers: AuditSettings['customHeaders'],
): Promise<CustomFieldsResult | { readonly ok: true; readonly read: null }> {
  if (headers.length === 0) return { ok: true, read: null };
  const { customFieldsReader } = await import('../sources/audit/custom-fields.js');
  const added = customFieldsReader(headers);
  if (added.ok) return added;
  return { ok: false, message: `customFieldsHeaders of the plugin k8saudit: ${added.message}` };
}

/** How long callers of a server that was replaced may wait for their answers. */
const ANSWER_MS = 30_000;
const MB = 1024 * 1024;

/** How much may wait, as the configuration has it. */
export function intakeLimits({ k8s_audit }: Pick<Config, 'k8s_audit'>): IntakeLimits {
  return {
    mostAtOnce: k8s_audit.max_requests_at_once,
    mostBytes: k8s_audit.queue_mb * MB,
    mostPerSecond: k8s_audit.max_requests_per_second,
  };
}
