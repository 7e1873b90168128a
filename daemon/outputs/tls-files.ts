/** Certificates and keys for http_output: which files count, and what is wrong with them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { errorText } from './error-text.js';

/** Keys of `http_output`, with its names. */
export interface TlsFiles {
  /** Files of certificates that the server's is checked against; the first that is set counts, else the folder. */
  readonly ca_cert: string;
  readonly ca_bundle: string;
  readonly ca_path: string;
  readonly mtls: boolean;
  readonly client_cert: string;
  readonly client_key: string;
  readonly insecure: boolean;
}

export type TlsResult =
  { readonly ok: true; readonly context: SecureContext } | { readonly ok: false; readonly message: string };

/** Where Debian and its relatives keep the certificates of public authorities. */
const SYSTEM_FOLDER = '/etc/ssl/certs';
/** Names of certificates in a folder that was made for lookups by OpenSSL. */
const HASHED = /^[\da-f]{8}\.\d+$/;
const NAMED = /\.(pem|crt|cer)$/;

export function readTls(files: TlsFiles): TlsResult {
  let reading = '';
  const read = (path: string): Buffer => readFileSync((reading = path));
  try {
    const ca = files.insecure ? undefined : authorities(files, read);
    const own = files.mtls ? { cert: read(files.client_cert), key: read(files.client_key) } : {};
    reading = files.mtls ? `${files.client_cert}, ${files.client_key}` : '';
    return { ok: true, context: createSecureContext({ ...(ca && { ca: [...ca] }), ...own }) };
  } catch (error) {
    return {
      ok: false,
      message: `cannot use ${reading === '' ? 'certificates' : reading}: ${errorText(error)}`,
    };
  }
}

/** Undefined: those that the runtime brings with it. */
function authorities(
  { ca_cert, ca_bundle, ca_path }: TlsFiles,
  read: (path: string) => Buffer,
): readonly Buffer[] | undefined {
  const file = ca_cert === '' ? ca_bundle : ca_cert;
  if (file !== '') return [read(file)];
  const names = namesIn(ca_path);
  const hashed = names.filter(name => HASHED.test(name));
  const chosen = hashed.length > 0 ? hashed : names.filter(name => NAMED.test(name));
  const found = chosen.map(name => read(join(ca_path, name))).filter(isCertificate);
  if (found.length > 0) return found;
  if (ca_path === SYSTEM_FOLDER) return undefined;
  throw new Error(`there are no certificates in ${ca_path}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (folder === SYSTEM_FOLDER) return [];
    throw error;
  }
}

function isCertificate(content: Buffer): boolean {
  return (
    content.includes('-----BEGIN CERTIFICATE-----') || content.includes('-----BEGIN TRUSTED CERTIFICATE-----')
  );
}
