/** One PEM file that holds certificate and key (webserver.ssl_certificate). */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export interface CertificateOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
}

export type Certificate =
  | { readonly ok: true; readonly options: CertificateOptions }
  | { readonly ok: false; readonly message: string };

export function readCertificate(path: string): Certificate {
  const refuse = (why: string): Certificate => ({
    ok: false,
    message: `webserver.ssl_certificate ${path}: ${why}`,
  });
  let pem: Buffer;
  try {
    pem = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code === 'ENOENT' ? 'no such file' : message);
  }
  for (const part of ['CERTIFICATE', 'PRIVATE KEY'])
    if (!pem.includes(`${part}-----`)) return refuse(`there is no ${part.toLowerCase()} in it`);
  const options: CertificateOptions = { cert: pem, key: pem, minVersion: 'TLSv1.2' };
  try {
    createSecureContext(options);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  return { ok: true, options };
}
