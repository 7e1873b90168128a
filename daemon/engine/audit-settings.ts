import type { Config } from '../config/config.js';
import type { CustomHeader } from '../sources/audit/custom-headers.js';
import { readOpenParams, readPluginSettings, type AuditInput } from '../sources/audit/settings.js';

/** Name of the plugin that is built in. */
const PLUGIN = 'k8saudit';
const MB = 1024 * 1024;

export interface AuditSettings {
  /** Path of the endpoint on the daemon's own web server; null: there is none. */
  readonly endpoint: string | null;
  /** Largest body there, in bytes. */
  readonly mostEndpointBytes: number;
  /** What the plugin was told to open; null: it is not loaded. */
  readonly plugin: AuditInput | null;
  /** Certificate and key of the plugin's server, in one file. */
  readonly certificate: string;
  /** Largest body, or line of a file, that the plugin takes, in bytes. */
  readonly mostBodyBytes: number;
  /** Largest event, in bytes; 0: none is too large. */
  readonly mostEventBytes: number;
  /** Headers of requests to the plugin's server that events get fields from. */
  readonly customHeaders: readonly CustomHeader[];
}

export type AuditSettingsResult =
  /** null: there are no audit events. */
  | {
      readonly ok: true;
      readonly settings: AuditSettings | null;
      /** One line for the operator each. */
      readonly warnings: readonly string[];
    }
  /** One line for the operator. */
  | { readonly ok: false; readonly message: string };

/**
 * What the configuration says of audit events.
 * @param isChosen whether it has load_plugins: without it, all plugins are meant
 */
export function auditSettings(config: Config, isChosen: boolean): AuditSettingsResult {
  const { webserver, plugins, load_plugins, k8s_audit } = config;
  const endpoint =
    webserver.enabled && webserver.k8s_audit_endpoint !== '' ? webserver.k8s_audit_endpoint : null;
  const entry = plugins.find(({ name }) => name === PLUGIN);
  const isLoaded = entry !== undefined && (!isChosen || load_plugins.includes(PLUGIN));
  if (endpoint === null && !isLoaded) return { ok: true, settings: null, warnings: [] };
  const read = readPluginSettings(isLoaded ? entry.init_config : '');
  if (!read.ok) return read;
  const opened = isLoaded ? readOpenParams(entry.open_params) : null;
  if (opened?.ok === false) return opened;
  const plugin = opened?.input ?? null;
  if (plugin?.kind === 'server' && !plugin.tls && k8s_audit.client_ca !== '')
    return {
      ok: false,
      message: `plugin ${PLUGIN}: k8s_audit.client_ca needs TLS: open_params with https://`,
    };
  const { certificate, mostBodyBytes, mostEventBytes, customHeaders, unknown } = read.settings;
  const mostEndpointBytes = k8s_audit.max_body_mb * MB;
  return {
    ok: true,
    settings: {
      ...{ endpoint, mostEndpointBytes, plugin, certificate, mostEventBytes, customHeaders },
      mostBodyBytes: mostBodyBytes ?? mostEndpointBytes,
    },
    warnings: unknown.map(name => `plugin ${PLUGIN}: init_config has a key that is not known: '${name}'`),
  };
}
