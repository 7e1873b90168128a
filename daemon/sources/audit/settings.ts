/** Where audit events come from: `init_config` and `open_params` of the plugin k8saudit. (reference/falco/k8saudit.md 8.2) */
import { readCustomHeaders, type CustomHeader } from './custom-headers.js';

/** Where audit events come from. */
export type AuditInput =
  /** An HTTP server of its own. */
  | {
      readonly kind: 'server';
      /** Empty: all addresses. */
      readonly address: string;
      readonly port: number;
      readonly path: string;
      readonly tls: boolean;
    }
  /** A file that grows: what is appended from now on. */
  | { readonly kind: 'follow'; readonly path: string }
  /** A file of JSON lines, or all files of a folder, the oldest first: what is in them now. */
  | { readonly kind: 'read'; readonly path: string };

/** `init_config`, checked. */
export interface PluginSettings {
  /** Certificate and key in one file. */
  readonly certificate: string;
  /** Bytes of an event beyond which it is skipped; 0: it never is. */
  readonly mostEventBytes: number;
  /** Bytes of a body beyond which it is refused; null: not said. */
  readonly mostBodyBytes: number | null;
  /** Headers of requests that events get fields from. */
  readonly customHeaders: readonly CustomHeader[];
  /** Keys that mean nothing here. */
  readonly unknown: readonly string[];
}

export type PluginSettingsResult =
  { readonly ok: true; readonly settings: PluginSettings } | { readonly ok: false; readonly message: string };
export type AuditInputResult =
  { readonly ok: true; readonly input: AuditInput } | { readonly ok: false; readonly message: string };

export const DEFAULT_CERTIFICATE = '/etc/falco/falco.pem';
/** No body may be larger than what strings of the runtime hold with room to spare. */
const MOST_BYTES = 256 * 1024 * 1024;

const PLUGIN = 'k8saudit';
type Json = Readonly<Record<string, unknown>>;

interface Key {
  /** What it must be, in words. */
  readonly type: string;
  readonly is: (value: unknown) => boolean;
  readonly schema: Json;
}

const bytes = (description: string): Key => ({
  type: `a whole number from 0 to ${String(MOST_BYTES)}`,
  is: value => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_BYTES,
  schema: { type: 'integer', minimum: 0, maximum: MOST_BYTES, description },
});

/** The keys of `init_config`. */
const KEYS: Readonly<Record<string, Key>> = {
  sslCertificate: {
    type: 'a text',
    is: value => typeof value === 'string',
    schema: {
      type: 'string',
      description: `Certificate and key in one file; default ${DEFAULT_CERTIFICATE}.`,
    },
  },
  useAsync: {
    type: 'true or false',
    is: value => typeof value === 'boolean',
    schema: { type: 'boolean', description: 'Means nothing: fields are read when a rule asks for them.' },
  },
  maxEventSize: bytes('Larger events are left out, in bytes; default 0: none is.'),
  webhookMaxBatchSize: bytes('Larger bodies are refused, in bytes; default k8s_audit.max_body_mb.'),
  customFieldsHeaders: {
    type: 'a list',
    is: Array.isArray,
    schema: {
      type: 'array',
      description: 'Headers of requests that each of their events gets fields from.',
      items: {
        type: 'object',
        required: ['header', 'customFields'],
        properties: {
          header: { type: 'string' },
          pattern: { type: 'string', description: 'Regular expression; each of its groups is a field.' },
          customFields: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};

/** The JSON schema of `init_config`. */
export const PLUGIN_SCHEMA: Json = {
  type: 'object',
  additionalProperties: true,
  properties: Object.fromEntries(Object.entries(KEYS).map(([name, { schema }]) => [name, schema])),
};

/** Examples of `open_params`, and what each means. */
export const OPEN_PARAMS: readonly (readonly [value: string, meaning: string])[] = [
  ['http://:9765/k8s-audit', 'listen for the events of API servers'],
  ['https://:9765/k8s-audit', 'the same over TLS'],
  ['file:///var/log/kubernetes/audit.log', 'follow a file that grows'],
  ['/var/log/kubernetes', 'read a file, or all files of a folder, and end'],
];

/** Reads `init_config`, as JSON text; empty: all by default. */
export function readPluginSettings(initConfig: string): PluginSettingsResult {
  let config: unknown;
  try {
    config = JSON.parse(initConfig.trim() === '' ? '{}' : initConfig) ?? {};
  } catch {
    return { ok: false, message: `error in plugin ${PLUGIN}: init config is not a valid json` };
  }
  const invalid = (where: string, what: string): PluginSettingsResult => ({
    ok: false,
    message: `error in plugin ${PLUGIN} init config: In ${where}, ${what}`,
  });
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    return invalid('<root>', 'the value is not a mapping');
  const values = config as Json;
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const key = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (key === undefined) unknown.push(name);
    else if (!key.is(value)) return invalid(`<root>[${name}]`, `the value is not ${key.type}`);
  }
  const custom = readCustomHeaders(values['customFieldsHeaders'] ?? []);
  if (!custom.ok) return invalid(`<root>[customFieldsHeaders]${custom.where}`, custom.what);
  const { sslCertificate, maxEventSize, webhookMaxBatchSize } = values as {
    readonly sslCertificate?: string;
    readonly maxEventSize?: number;
    readonly webhookMaxBatchSize?: number;
  };
  return {
    ok: true,
    settings: {
      certificate:
        sslCertificate === undefined || sslCertificate === '' ? DEFAULT_CERTIFICATE : sslCertificate,
      mostEventBytes: maxEventSize ?? 0,
      mostBodyBytes:
        webhookMaxBatchSize === undefined || webhookMaxBatchSize === 0 ? null : webhookMaxBatchSize,
      customHeaders: custom.headers,
      unknown,
    },
  };
}

const SERVER = /^(https?):\/\/(\[[\da-fA-F:.]*\]|[\w.-]*)(?::(\d{1,5}))?(\/[^?#\s]*)?$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Reads `open_params`: `http://:9765/k8s-audit`, `https://…`, `file:///path`, or a path. */
export function readOpenParams(params: string): AuditInputResult {
  const text = params.trim();
  const refuse = (what: string): AuditInputResult => ({
    ok: false,
    message: `plugin ${PLUGIN}: open_params '${text}': ${what}`,
  });
  if (text === '')
    return refuse('say where events come from: http://:9765/k8s-audit, https://…, file:///path or a path');
  if (text.startsWith('file://')) {
    const path = text.slice('file://'.length);
    return path.startsWith('/')
      ? { ok: true, input: { kind: 'follow', path } }
      : refuse('file:// takes an absolute path, as in file:///var/log/kubernetes/audit.log');
  }
  const server = SERVER.exec(text);
  if (server !== null) {
    const [, scheme, host = '', port, path = '/'] = server;
    const tls = scheme === 'https';
    const number = Number(port ?? (tls ? 443 : 80));
    if (number < 1 || number > 65_535) return refuse(`there is no port ${String(number)}`);
    const address = host.startsWith('[') ? host.slice(1, -1) : host;
    return { ok: true, input: { kind: 'server', address, port: number, path, tls } };
  }
  if (SCHEME.test(text)) return refuse('only http://, https:// and file:// are known');
  return { ok: true, input: { kind: 'read', path: text } };
}
